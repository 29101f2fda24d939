"""Who is turned away before any flow, and who never is."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from callcenter.audit.service import verify
from callcenter.calls.tables import CallRow
from callcenter.crm.callers.rules import Against, Limits, treatment
from callcenter.crm.callers.service import AlreadyBarred, Callers, Held, NotANumber, NotBarred
from callcenter.crm.customers.service import Customers, NewPhone
from callcenter.store.engine import Store
from tests.clock import Time
from tests.crm.calls import add_calls, add_users

MOBILE = "13900139000"
KNOWN = f"+86{MOBILE}"
LIMITS = Limits(calls=3, calls_ms=600_000, marks=2, marks_ms=7 * 86_400_000)


@pytest.fixture
def callers(store: Store, time: Time) -> Callers:
    return Callers(store, LIMITS, clock=time)


async def ended(store: Store, time: Time, *calls: str, exit: str = "abandoned_ivr", number: str = MOBILE) -> None:
    await add_calls(store, *calls)
    async with store.transaction() as session:
        await session.execute(update(CallRow).where(CallRow.id.in_(calls)).values(number=number, began=time.now - 1, exit=exit))


@pytest.mark.parametrize(
    ("against", "exit"),
    [
        (Against(), ""),
        (Against(barred=True, customer=True), "blacklisted"),
        (Against(nuisance=1, silent=1, in_vain=2), ""),
        (Against(nuisance=2), "nuisance"),
        (Against(in_vain=3, silent=2), "nuisance"),
        (Against(silent=2), "silent"),
        (Against(customer=True, nuisance=9, silent=9, in_vain=9), ""),
    ],
)
def test_what_counts(against: Against, exit: str) -> None:
    assert treatment(LIMITS, against) == exit


async def test_the_blacklist_holds_a_number_in_any_writing_until_it_is_lifted(callers: Callers, store: Store) -> None:
    assert await callers.treatment(MOBILE) == ""
    await callers.bar("139 0013 9000", "辱骂坐席", None, by="3001")
    for written in (MOBILE, KNOWN, f"0{MOBILE}", f"86{MOBILE}"):
        assert await callers.treatment(written) == "blacklisted"
    (entry,) = await callers.barred()
    assert (entry.number, entry.reason, entry.until, entry.by) == (KNOWN, "辱骂坐席", None, "3001")
    with pytest.raises(AlreadyBarred):
        await callers.bar(KNOWN, "again", None, by="3001")
    await callers.lift(entry.id, by="3002")
    assert await callers.treatment(MOBILE) == ""
    assert await callers.barred() == []
    with pytest.raises(NotBarred):
        await callers.lift(entry.id, by="3002")
    assert await verify(store) is None


async def test_an_entry_ends_by_itself(callers: Callers, time: Time) -> None:
    await callers.bar(MOBILE, "", time.now + 60_000, by="3001")
    time.now += 59_999
    assert await callers.treatment(MOBILE) == "blacklisted"
    time.now += 1
    assert await callers.treatment(MOBILE) == ""
    await callers.bar(MOBILE, "", None, by="3001")


@pytest.mark.parametrize("withheld", ["anonymous", "", "unknown"])
async def test_withheld_numbers_are_welcome(callers: Callers, store: Store, time: Time, withheld: str) -> None:
    with pytest.raises(NotANumber):
        await callers.bar(withheld, "", None, by="3001")
    await ended(store, time, "1", "2", "3", "4", number=withheld)
    assert await callers.treatment(withheld) == ""


async def test_calls_in_vain_make_a_nuisance_for_a_while(callers: Callers, store: Store, time: Time) -> None:
    await ended(store, time, "1", "2")
    assert await callers.treatment(MOBILE) == ""
    await ended(store, time, "3", number=KNOWN)
    assert await callers.treatment(MOBILE) == "nuisance"
    assert await callers.held() == [Held(KNOWN, "nuisance", 3, time.now - 1)]
    time.now += 600_000
    assert await callers.treatment(MOBILE) == ""
    assert await callers.held() == []


@pytest.mark.parametrize("exit", ["answered", "abandoned_queue", "queue_timeout", "no_agent", "voicemail", "nuisance"])
async def test_who_wanted_something_is_no_nuisance(callers: Callers, store: Store, time: Time, exit: str) -> None:
    await ended(store, time, "1", "2", "3", "4", exit=exit)
    assert await callers.treatment(MOBILE) == ""


@pytest.mark.parametrize(("disposition", "exit", "days"), [("nuisance", "nuisance", 7), ("no_voice", "silent", 1)])
async def test_what_agents_say_counts_for_a_time(
    callers: Callers, store: Store, time: Time, disposition: str, exit: str, days: int
) -> None:
    one, other = await add_users(store, "2001", "2002")
    await add_calls(store, "1", "2")
    await callers.marked("1", MOBILE, disposition, user=one)
    await callers.marked("1", MOBILE, disposition, user=one)
    assert await callers.treatment(MOBILE) == ""
    await callers.marked("2", KNOWN, disposition, user=other)
    assert await callers.treatment(MOBILE) == exit
    assert [(one.number, one.why, one.count) for one in await callers.held()] == [(KNOWN, exit, 2)]
    await callers.marked("2", KNOWN, "solved", user=other)
    assert await callers.treatment(MOBILE) == ""
    await callers.marked("2", KNOWN, disposition, user=other)
    time.now += days * 86_400_000
    assert await callers.treatment(MOBILE) == ""


async def test_a_pardon_forgets_what_was_counted_until_then(callers: Callers, store: Store, time: Time) -> None:
    await ended(store, time, "1", "2", "3")
    assert await callers.treatment(MOBILE) == "nuisance"
    await callers.pardon(MOBILE, by="3001")
    assert await callers.treatment(MOBILE) == ""
    time.now += 10
    await ended(store, time, "4", "5", "6")
    assert await callers.treatment(MOBILE) == "nuisance"


async def test_a_customer_is_turned_away_by_a_person_alone(callers: Callers, store: Store, time: Time) -> None:
    await Customers(store).add(name="好邻居便利店", phones=[NewPhone(MOBILE)])
    await ended(store, time, "1", "2", "3", "4")
    assert await callers.treatment(MOBILE) == ""
    await callers.bar(MOBILE, "约定暂停受理", None, by="3001")
    assert await callers.treatment(MOBILE) == "blacklisted"


async def test_calls_that_were_turned_away_are_listed(callers: Callers, store: Store, time: Time) -> None:
    await ended(store, time, "1", exit="blacklisted")
    await ended(store, time, "2", exit="answered")
    assert [(one.call, one.exit) for one in await callers.turned_away(time.now - 10)] == [("1", "blacklisted")]
    assert await callers.turned_away(time.now) == []
