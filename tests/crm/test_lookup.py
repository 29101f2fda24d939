"""Who is calling: by number in any writing, by what is keyed in, with so many tries and no more."""

from __future__ import annotations

import asyncio
from zoneinfo import ZoneInfo

import pytest

from callcenter.crm.callers.keyed import WITHHELD_SHARE, Keyed, Locked
from callcenter.crm.callers.lookup import Found, Lookup
from callcenter.crm.cases.service import Cases
from callcenter.crm.customers.service import Customers, NewPhone
from callcenter.floor.events import CallerKnown, Event
from callcenter.settings import Home
from callcenter.store.engine import Store
from tests.clock import Time
from tests.crm.calls import add_users

LICENCE = "310115100077"
MOBILE = "13900139000"


@pytest.fixture
def told() -> list[Event]:
    return []


@pytest.fixture
def lookup(store: Store, time: Time, told: list[Event]) -> Lookup:
    customers = Customers(store)
    keyed = Keyed(store, customers, tries=3, lock_ms=600_000, clock=time)
    return Lookup(customers, Cases(store, ZoneInfo("Asia/Shanghai"), clock=time), keyed, told.append, time)


@pytest.fixture
async def customer(store: Store) -> int:
    return await Customers(store).add(
        name="好邻居便利店", licence_no=LICENCE, tier="key", phones=[NewPhone("021-61234567-801"), NewPhone(MOBILE)], language="en"
    )


@pytest.mark.parametrize(
    "written", ["02161234567", "+862161234567", "008602161234567", "862161234567", "021-61234567,802", MOBILE, f"0{MOBILE}"]
)
async def test_a_number_in_any_writing_is_recognised(lookup: Lookup, customer: int, told: list[Event], time: Time, written: str) -> None:
    found = await lookup.by_number(written, "1.1")
    assert found.customer is not None
    assert (found.result, found.customer.id, found.customer.language) == ("known", customer, "en")
    assert told == [CallerKnown(time.now, call="1.1", customer=customer, name="好邻居便利店", tier="key")]


async def test_a_local_number_of_the_trunk_is_the_customers_with_area_code(store: Store) -> None:
    here = Customers(store, home=Home("CN", "021"))
    shop = await here.add(name="老字号烟店", phones=[NewPhone("61234567")])
    for caller in ("61234567", "02161234567", "+862161234567"):
        found = (await here.recognise(caller)).customer
        assert found is not None
        assert found.id == shop
    assert (await Customers(store).recognise("61234567")).customer is None


async def test_several_and_nobody(lookup: Lookup, customer: int, store: Store, told: list[Event]) -> None:
    await Customers(store).add(name="隔壁烟店", phones=[NewPhone("02161234567转6")])
    assert await lookup.by_number("02161234567", "1.1") == Found("several")
    assert await lookup.by_number("13700137000", "1.1") == Found("unknown")
    assert await lookup.by_number("anonymous", "1.1") == Found("unknown")
    assert told == []


async def test_one_of_several_is_chosen_and_told_and_nobody_else(lookup: Lookup, customer: int, store: Store, told: list[Event]) -> None:
    other = await Customers(store).add(name="隔壁烟店", phones=[NewPhone("02161234567转6")])
    stranger = await Customers(store).add(name="远处烟店", phones=[NewPhone("02161230000")])
    assert {one.id for one in await lookup.candidates("02161234567")} == {customer, other}
    assert await lookup.choose("02161234567", stranger, "1.1") == Found("unknown")
    assert told == []
    found = await lookup.choose("02161234567", other, "1.1")
    assert (found.result, found.customer and found.customer.name, found.proved) == ("known", "隔壁烟店", True)
    assert [event.customer for event in told if isinstance(event, CallerKnown)] == [other]


async def test_the_case_that_is_due_first_goes_with_the_call(lookup: Lookup, customer: int, store: Store) -> None:
    (user,) = await add_users(store, "2001")
    await lookup.cases.open(kind="complaint", text="少送两条", by=user, customer=customer)
    first = await lookup.cases.open(kind="order", text="加订", by=user, customer=customer)
    assert (await lookup.by_key(LICENCE, number=MOBILE, call="1.1")).open_case == first.number


async def test_wrong_keys_lock_the_number_for_a_time(lookup: Lookup, customer: int, time: Time) -> None:
    for n in range(3):
        assert await lookup.by_key(f"99{n}", number=MOBILE, call=f"1.{n}") == Found("unknown")
    assert await lookup.by_key(LICENCE, number=f"+86{MOBILE}", call="1.9") == Found("locked")
    assert (await lookup.by_key(LICENCE, number="13700137000", call="2.1")).result == "known"
    time.now += 600_000
    assert (await lookup.by_key(LICENCE, number=MOBILE, call="1.9")).result == "known"


async def test_a_licence_number_is_found_by_its_digits(lookup: Lookup, store: Store) -> None:
    customers = Customers(store)
    for licence in ("沪A-3101 2200号", "SH-778", "BJ-778"):
        await customers.add(name=licence, licence_no=licence)
    found = await lookup.by_key("31012200", number=MOBILE, call="1.1")
    assert found.customer is not None
    assert found.customer.name == "沪A-3101 2200号"
    for keyed in ("778", "2200", ""):
        assert (await lookup.by_key(keyed, number="13700137000", call="1.2")).result == "unknown"


@pytest.mark.parametrize(
    ("number", "proved"),
    [(MOBILE, True), (f"+86{MOBILE}", True), ("02161234567", True), ("13700137000", False), ("anonymous", False), ("", False)],
)
async def test_a_licence_keyed_in_from_a_strange_number_proves_nothing(lookup: Lookup, customer: int, number: str, proved: bool) -> None:
    found = await lookup.by_key(LICENCE, number=number, call="1.1")
    assert (found.result, found.proved) == ("known", proved)


async def test_a_number_that_several_customers_have_proves_each_of_them(lookup: Lookup, customer: int, store: Store) -> None:
    await Customers(store).add(name="隔壁烟店", phones=[NewPhone(MOBILE)])
    assert (await lookup.by_key(LICENCE, number=MOBILE, call="1.1")).proved


async def test_right_keys_are_no_tries(lookup: Lookup, customer: int) -> None:
    for n in range(5):
        assert (await lookup.by_key(LICENCE, number=MOBILE, call=f"1.{n}")).result == "known"


async def test_withheld_numbers_share_a_count_and_a_call_has_its_own(lookup: Lookup, customer: int) -> None:
    for _ in range(3):
        assert (await lookup.by_key("99", number="anonymous", call="1.1")).result == "unknown"
    assert (await lookup.by_key(LICENCE, number="anonymous", call="1.1")).result == "locked"
    assert (await lookup.by_key(LICENCE, number="anonymous", call="1.2")).result == "known"
    for n in range(3 * (WITHHELD_SHARE - 1)):
        await lookup.by_key("99", number="anonymous", call=f"2.{n}")
    assert (await lookup.by_key(LICENCE, number="anonymous", call="3.1")).result == "locked"
    assert (await lookup.by_key(LICENCE, number=MOBILE, call="3.2")).result == "known"


async def test_tries_made_at_once_do_not_slip_through(lookup: Lookup) -> None:
    found = await asyncio.gather(*(lookup.keyed.look(f"9{n}", number=MOBILE, call=f"1.{n}") for n in range(8)), return_exceptions=True)
    assert sum(isinstance(one, Locked) for one in found) == 5


async def test_one_customers_extensions_are_one_number(store: Store) -> None:
    customers = Customers(store)
    id = await customers.add(name="商城", phones=[NewPhone("021-61234567-801"), NewPhone("021-61234567-802"), NewPhone(MOBILE)])
    card = await customers.card(id)
    assert card is not None
    assert [(one.number, one.given) for one in card.phones] == [
        ("+862161234567", "021-61234567-801 / 021-61234567-802"),
        (f"+86{MOBILE}", MOBILE),
    ]
