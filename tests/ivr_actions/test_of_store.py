"""What callers are told of their orders and cases, what flows open and note, and that nobody hears what is another one's."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from callcenter.crm.cases.service import Cases
from callcenter.crm.customers.service import Customers, NewPhone
from callcenter.crm.orders.rules import STATES
from callcenter.crm.orders.service import Order, Orders
from callcenter.ivr.actions.once import Acts
from callcenter.ivr.actions.registry import of_store
from callcenter.ivr.actions.remarks import Remarks
from callcenter.ivr.actions.running import Actions
from callcenter.ivr.actions.tables import ActRow
from callcenter.ivr.language.action import Action, Answer, Asked
from callcenter.people.service import People
from callcenter.people.tables import UserRow
from callcenter.store.engine import Store
from tests.crm.calls import add_calls
from tests.ivr_actions.asking import asked
from tests.live.centre import until

SHANGHAI = ZoneInfo("Asia/Shanghai")
PLACED = int(datetime(2026, 11, 22, 23, 30, tzinfo=SHANGHAI).timestamp() * 1000)
LICENCE, OTHERS_LICENCE = "310101100001", "310101100002"
NUMBER, SHARED = asked().number, "02160019999"


@dataclass
class Centre:
    """With two customers, each of whom has an order; the first one's case is of today."""

    store: Store
    actions: Actions
    me: int
    other: int
    supervisor: int
    case: str

    async def ask(self, name: str, who: Asked | None = None, /, **inputs: str) -> Answer:
        given = replace(who or asked(), inputs=inputs)
        return await self.actions.do(name, given)

    @property
    def recognised(self) -> Asked:
        return replace(asked(), customer=self.me)

    @property
    def keyed(self) -> Asked:
        return replace(asked(), customer=self.me, number="13900009999")


def built_in(store: Store) -> Iterable[Action]:
    return of_store(Orders(store), Cases(store, SHANGHAI), Customers(store), People(store, idle_ms=1), Remarks(store), SHANGHAI)


@pytest.fixture
async def centre(store: Store) -> Centre:
    customers = Customers(store)
    me = await customers.add(name="永兴便利店", licence_no=LICENCE, phones=[NewPhone(NUMBER), NewPhone(SHARED)])
    other = await customers.add(name="万家烟酒店", licence_no=OTHERS_LICENCE, phones=[NewPhone(SHARED)])
    async with store.transaction() as session:
        rows = [
            UserRow(number=number, name=number, password_hash="", roles=roles, language="zh_CN", active=active)
            for number, roles, active in (("2001", ["agent"], True), ("2002", ["agent"], False), ("3001", ["supervisor"], True))
        ]
        session.add_all(rows)
        await session.flush()
        supervisor = rows[2].id
    await add_calls(store, "call-1")
    mine = Order(
        number="2611220001", customer=me, placed=PLACED, amount=269_050, state="on_the_way", delivery=date(2026, 11, 24), driver="周"
    )
    await Orders(store).add_all([mine, replace(mine, number="2611220002", customer=other)])
    case = await Cases(store, SHANGHAI, clock=lambda: PLACED).open(kind="complaint", text="少送", by=supervisor, customer=me)
    return Centre(store, Actions(built_in(store), Acts(store)), me, other, supervisor, case.number)


FOUND = Answer("found", {"order": "2611220001", "placed": "11-22", "amount": "2690.50", "state": "配送中"})


async def test_who_is_recognised_hears_of_his_newest_order(centre: Centre) -> None:
    assert await centre.ask("order_status", centre.recognised) == FOUND
    english = replace(centre.recognised, language="en")
    assert (await centre.ask("order_status", english)).slots["state"] == "On the way"


async def test_who_is_recognised_hears_of_the_order_he_keys_in(centre: Centre) -> None:
    assert await centre.ask("order_status", centre.recognised, order="2611220001") == FOUND


async def test_a_stranger_needs_the_licence_and_the_order(centre: Centre) -> None:
    assert await centre.ask("order_status", order="2611220001", licence=LICENCE) == FOUND
    for inputs in (
        {},
        {"licence": LICENCE},
        {"order": "2611220001"},
        {"order": "2611220001", "licence": OTHERS_LICENCE},
        {"order": "2611220001", "licence": "1"},
    ):
        assert await centre.ask("order_status", replace(asked(), call="call-2"), **inputs) == Answer("none"), inputs


async def test_a_number_that_several_share_is_his_too(centre: Centre) -> None:
    assert await centre.ask("order_status", replace(centre.recognised, number=SHARED)) == FOUND


@pytest.mark.parametrize("number", ["", "anonymous", "13900009999"])
async def test_who_rings_from_elsewhere_needs_the_order(centre: Centre, number: str) -> None:
    assert await centre.ask("order_status", replace(centre.recognised, number=number)) == Answer("none")


async def test_who_keyed_in_his_licence_alone_needs_the_order_too(centre: Centre) -> None:
    assert await centre.ask("order_status", centre.keyed) == Answer("none")
    assert await centre.ask("delivery_status", centre.keyed) == Answer("none")
    assert await centre.ask("order_status", centre.keyed, order="2611220001") == FOUND


async def test_nobody_hears_another_ones_order_or_case(centre: Centre) -> None:
    other = replace(asked(), customer=centre.other)
    assert await centre.ask("order_status", other, order="2611220001") == Answer("none")
    assert await centre.ask("delivery_status", other, order="2611220001") == Answer("none")
    assert await centre.ask("case_status", other, case=digits(centre.case)) == Answer("none")


async def test_who_tries_numbers_is_told_nothing_more_in_that_call(centre: Centre, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for n in range(5):
            await centre.ask("order_status", order=f"26112299{n:02}", licence=LICENCE)
    assert "5 numbers were wrong" in caplog.text
    assert await centre.ask("order_status", order="2611220001", licence=LICENCE) == Answer("none")
    assert await centre.ask("order_status", replace(asked(), call="call-2"), order="2611220001", licence=LICENCE) == FOUND


async def test_who_is_asked_for_his_licence_afterwards_has_not_tried_yet(centre: Centre) -> None:
    for n in range(9):
        assert await centre.ask("order_status", order=f"26112299{n:02}") == Answer("none")
    assert await centre.ask("order_status", order="2611220001", licence=LICENCE) == FOUND


@pytest.mark.parametrize(
    ("state", "result"),
    [*((state, "planned") for state in STATES[:3]), ("on_the_way", "on_the_way"), ("delivered", "delivered"), ("cancelled", "cancelled")],
)
async def test_a_delivery_in_every_state(centre: Centre, state: str, result: str) -> None:
    order = Order(
        number="2611220003", customer=centre.me, placed=PLACED + 1, amount=1, state=state, delivery=date(2026, 12, 1), driver="周"
    )
    await Orders(centre.store).put(order)
    slots = {"order": "2611220003"} | ({} if result == "cancelled" else {"delivery": "12-01", "driver": "周"})
    assert await centre.ask("delivery_status", centre.recognised) == Answer(result, slots)


async def test_a_delivery_that_has_no_day_yet(centre: Centre) -> None:
    await Orders(centre.store).put(Order(number="2611220003", customer=centre.me, placed=PLACED + 1, amount=1, state="received"))
    assert await centre.ask("delivery_status", centre.recognised) == Answer("no_day", {"order": "2611220003"})


def digits(case: str) -> str:
    return "".join(filter(str.isdigit, case))


async def test_a_case_open_and_settled(centre: Centre) -> None:
    number = digits(centre.case)
    told = {"case": number, "case_kind": "投诉", "case_opened": "11-22", "case_day": "11-24"}
    assert await centre.ask("case_status", centre.recognised, case=number) == Answer("open", told)
    assert await centre.ask("case_status", case=number, licence=LICENCE) == Answer("open", told)
    await Cases(centre.store, SHANGHAI, clock=lambda: PLACED + 3_600_000).close(centre.case, "已补送", by=centre.supervisor)
    assert await centre.ask("case_status", centre.recognised, case=number) == Answer("settled", {**told, "case_day": "11-23"})


@pytest.mark.parametrize("number", ["1", "20261122", "202611229999", "0" * 30])
async def test_a_case_that_is_not_there(centre: Centre, number: str) -> None:
    assert await centre.ask("case_status", centre.recognised, case=number) == Answer("none")


async def test_a_flow_opens_one_case_however_often_it_is_asked(centre: Centre) -> None:
    first = await centre.ask("open_case", centre.recognised, kind="complaint", text="自助语音投诉")
    assert first.result == "opened"
    assert await centre.ask("open_case", centre.recognised, kind="complaint", text="自助语音投诉") == first
    (case,) = await Cases(centre.store, SHANGHAI).of_call("call-1")
    assert first.slots == {"case": digits(case.number)}
    assert (case.kind, case.text, case.channel) == ("complaint", "自助语音投诉", "ivr")
    assert (case.customer, case.owner) == (centre.me, centre.supervisor)


async def test_after_a_kill_in_the_middle_the_case_is_the_same(centre: Centre) -> None:
    opened = await centre.ask("open_case", kind="request", text="x")
    async with centre.store.transaction() as session:
        await session.execute(update(ActRow).values(result=None, slots=None))
    assert await centre.ask("open_case", kind="request", text="x") == opened


@pytest.mark.parametrize(("owner", "number"), [("2001", "2001"), ("2002", "3001"), ("9999", "3001"), ("", "3001")])
async def test_somebody_who_is_there_answers_for_it(centre: Centre, owner: str, number: str) -> None:
    await centre.ask("open_case", kind="order", text="x", owner=owner)
    (case,) = await Cases(centre.store, SHANGHAI).of_call("call-1")
    assert (await People(centre.store, idle_ms=1).names())[case.owner][0] == number


async def test_a_caller_who_goes_round_opens_no_more_than_a_few(centre: Centre) -> None:
    results = [(await centre.ask("open_case", replace(asked(), key=f"call-1/s/{n}"), kind="order", text="x")).result for n in range(7)]
    assert results == ["opened"] * 5 + ["failed"] * 2


async def test_an_unknown_kind_of_case_fails(centre: Centre) -> None:
    assert await centre.ask("open_case", kind="gossip", text="x") == Answer("failed")
    assert await Cases(centre.store, SHANGHAI).of_call("call-1") == []


async def test_a_note_on_the_call_stands_there_once(centre: Centre) -> None:
    for _ in range(2):
        assert await centre.ask("note", text="输入许可证号 310101100001") == Answer("noted")
    (remark,) = await Remarks(centre.store).of_call("call-1")
    assert (remark.call, remark.text) == ("call-1", "输入许可证号 310101100001")
    assert await Remarks(centre.store).of_call("call-2") == []


async def both_begun(store: Store) -> bool:
    async with store.transaction() as session:
        return len((await session.scalars(select(ActRow.key))).all()) == 2


async def test_a_call_that_is_kept_a_moment_later_gets_its_note_and_case(centre: Centre) -> None:
    later = replace(asked(), call="call-7", key="call-7/step/1")
    noting = asyncio.create_task(centre.ask("note", later, text="x"))
    opening = asyncio.create_task(centre.ask("open_case", replace(later, key="call-7/step/2"), kind="order", text="x"))
    await until("both acts", partial(both_begun, centre.store))
    await add_calls(centre.store, "call-7")
    assert [(await one).result for one in (noting, opening)] == ["noted", "opened"]


async def test_a_call_that_is_never_kept_fails(centre: Centre, caplog: pytest.LogCaptureFixture) -> None:
    assert await centre.ask("note", replace(asked(), call="call-8", key="8"), text="x") == Answer("failed")
    assert "IntegrityError" in caplog.text


def test_every_built_in_action_says_what_it_does_and_what_it_takes() -> None:
    for action in built_in(Store("sqlite+aiosqlite://")):
        assert action.what, action.name
        assert all(one.what for one in action.inputs.values()), action.name
