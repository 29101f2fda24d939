"""An order is kept as the order system last told it, and found by its number and its customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from callcenter.crm.customers.service import Customers
from callcenter.crm.orders.rules import STATES, BadOrder
from callcenter.crm.orders.service import Order, OrderLine, Orders
from callcenter.crm.orders.words import COLOURS
from callcenter.crm.orders.words import STATES as WORDS
from callcenter.store.engine import Store

LINES = (OrderLine("云岭(软)", "条", 10, 8, 18_000), OrderLine("江南(细支)", "条", 5, 5, 25_000))


@pytest.fixture
async def customer(store: Store) -> int:
    return await Customers(store).add(name="永兴便利店", licence_no="310101100001")


@pytest.fixture
def orders(store: Store) -> Orders:
    return Orders(store)


def order(customer: int, number: str = "2611220001", **more: object) -> Order:
    one = Order(number=number, customer=customer, placed=1_000, amount=269_000, state="received", lines=LINES)
    return replace(one, **more)  # type: ignore[arg-type]


async def test_it_is_found_again_whole(orders: Orders, customer: int) -> None:
    one = order(customer, state="on_the_way", delivery=date(2026, 11, 24), driver="周师傅")
    await orders.put(one)
    assert await orders.one("2611220001") == one
    assert await orders.last(customer) == one
    assert await orders.of_customer(customer) == [one]
    assert await orders.one("2611220002") is None
    assert await orders.last(customer + 1) is None


async def test_told_again_it_is_replaced(orders: Orders, customer: int) -> None:
    await orders.put(order(customer))
    changed = order(customer, state="approved", amount=0, lines=LINES[:1])
    await orders.put(changed)
    assert await orders.of_customer(customer) == [changed]
    assert await orders.count() == 1


async def test_the_newest_comes_first(orders: Orders, customer: int) -> None:
    for n in range(4):
        await orders.put(order(customer, f"26112200{n:02}", placed=1_000 + n % 2))
    assert [one.number for one in await orders.of_customer(customer)] == ["2611220003", "2611220001", "2611220002", "2611220000"]
    assert [one.number for one in await orders.of_customer(customer, 1)] == ["2611220003"]


async def test_a_number_is_given_once(orders: Orders, customer: int) -> None:
    await orders.add_all([order(customer)])
    with pytest.raises(IntegrityError):
        await orders.add_all([order(customer, "2611220009"), order(customer)])
    assert await orders.count() == 1


async def test_an_order_is_somebodys(orders: Orders, customer: int) -> None:
    with pytest.raises(IntegrityError):
        await orders.put(order(customer + 1))


@pytest.mark.parametrize(
    "wrong", [{"number": "26-11"}, {"number": ""}, {"number": "1" * 21}, {"number": "２６"}, {"state": "lost"}, {"state": "delivered"}]
)
async def test_what_is_no_order_is_refused(orders: Orders, customer: int, wrong: dict[str, str]) -> None:
    for put in (orders.put, lambda one: orders.add_all([one])):
        with pytest.raises(BadOrder):
            await put(replace(order(customer), **wrong))  # type: ignore[arg-type]
    assert await orders.count() == 0


def test_every_state_has_a_word_and_a_colour() -> None:
    assert tuple(WORDS) == tuple(COLOURS) == STATES
