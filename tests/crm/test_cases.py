"""A case is opened once, has one number, one owner and one end."""

from __future__ import annotations

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from callcenter.crm.cases.rules import DUE_H, HOUR_MS, UnknownKind
from callcenter.crm.cases.service import AlreadyClosed, CaseFilter, Cases, NoSuchCase
from callcenter.crm.customers.service import Customers
from callcenter.store.engine import Store
from tests.clock import Time
from tests.crm.calls import add_calls, add_users

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def time() -> Time:
    return Time(int(datetime(2026, 11, 22, 23, 59, 59, tzinfo=SHANGHAI).timestamp() * 1000))


@pytest.fixture
def cases(store: Store, time: Time) -> Cases:
    return Cases(store, SHANGHAI, clock=time)


@pytest.fixture
async def user(store: Store) -> int:
    return (await add_users(store, "2001"))[0]


async def test_numbers_follow_the_sites_calendar(cases: Cases, time: Time, user: int) -> None:
    assert (await cases.open(kind="complaint", text="送货晚", by=user)).number == "C20261122-0001"
    assert (await cases.open(kind="complaint", text="送货晚", by=user)).number == "C20261122-0002"
    time.now += 1_000
    assert (await cases.open(kind="complaint", text="送货晚", by=user)).number == "C20261123-0001"


async def test_no_number_is_given_twice(cases: Cases, user: int) -> None:
    await cases.open(kind="order", text="", by=user)
    opened = await asyncio.gather(*(cases.open(kind="order", text="", by=user) for _ in range(8)))
    assert sorted(c.number for c in opened) == [f"C20261122-{n:04d}" for n in range(2, 10)]


async def test_it_remembers_what_it_is_about(cases: Cases, store: Store, time: Time, user: int) -> None:
    await add_calls(store, "call-1")
    customer = await Customers(store).add(name="永兴便利店")
    case = await cases.open(kind="complaint", text="送货晚", by=user, customer=customer, call="call-1")
    assert await cases.one(case.number) == case
    assert (case.customer, case.call, case.owner, case.opened_by, case.state) == (customer, "call-1", user, user, "open")
    assert (case.opened, case.due) == (time.now, time.now + 48 * HOUR_MS)
    assert await cases.of_customer(customer) == [case]
    assert await cases.of_call("call-1") == [case]
    assert await cases.of_call("call-2") == []


@pytest.mark.parametrize("kind", DUE_H)
async def test_each_kind_has_its_time(cases: Cases, time: Time, user: int, kind: str) -> None:
    assert (await cases.open(kind=kind, text="", by=user)).due == time.now + DUE_H[kind] * HOUR_MS
    assert (await cases.open(kind=kind, text="", by=user, due=time.now + 1)).due == time.now + 1


async def test_an_unknown_kind_is_refused(cases: Cases, user: int) -> None:
    with pytest.raises(UnknownKind, match="complaint"):
        await cases.open(kind="gossip", text="", by=user)
    with pytest.raises(UnknownKind):
        await cases.open(kind="gossip", text="", by=user, due=1)


async def test_the_same_act_opens_one(cases: Cases, user: int) -> None:
    first = await cases.open(kind="complaint", text="送货晚", by=user, key="call-1/2001/1")
    assert await cases.open(kind="complaint", text="送货晚", by=user, key="call-1/2001/1") == first
    opened = await asyncio.gather(*(cases.open(kind="order", text="", by=user, key="k") for _ in range(4)))
    assert len({c.number for c in opened}) == 1
    assert len(await cases.find(CaseFilter())) == 2


async def test_it_is_closed_once(cases: Cases, time: Time, store: Store, user: int) -> None:
    (other,) = await add_users(store, "2002")
    case = await cases.open(kind="complaint", text="送货晚", by=user)
    await cases.note(case.number, "已联系配送", by=other)
    time.now += 60_000
    closed = await cases.close(case.number, "已补送", by=other)
    assert (closed.state, closed.closed, closed.result) == ("closed", time.now, "已补送")
    with pytest.raises(AlreadyClosed):
        await cases.close(case.number, "又一次", by=user)
    assert await cases.one(case.number) == closed
    assert [(e.who, e.act, e.text) for e in await cases.events(case.number)] == [
        (user, "opened", ""),
        (other, "noted", "已联系配送"),
        (other, "closed", "已补送"),
    ]
    with pytest.raises(NoSuchCase):
        await cases.close("C1", "", by=user)


async def test_lists_are_filtered_and_ordered(cases: Cases, time: Time, store: Store, user: int) -> None:
    (other,) = await add_users(store, "2002")
    late = await cases.open(kind="complaint", text="", by=user)
    soon = await cases.open(kind="order", text="", by=user, owner=other)
    done = await cases.open(kind="order", text="", by=user)
    done = await cases.close(done.number, "", by=user)
    assert await cases.find(CaseFilter()) == [soon, late]
    assert await cases.find(CaseFilter(owner=other)) == [soon]
    assert await cases.find(CaseFilter(kind="order", state=None)) == [done, soon]
    assert await cases.find(CaseFilter(state="closed")) == [done]
    assert await cases.find(CaseFilter(due_before=late.due)) == [soon]
    assert await cases.find(CaseFilter(limit=1)) == [soon]
