"""Orders told by another program: read strictly, line by line, and taken with `callcenter orders put`."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from callcenter.crm.customers.service import Customers
from callcenter.crm.orders.rules import BadOrder
from callcenter.crm.orders.service import Order, OrderLine, Orders
from callcenter.crm.orders.told import read_order
from callcenter.settings import CHECKOUT
from callcenter.store.engine import Store

SHANGHAI = ZoneInfo("Asia/Shanghai")
LINE = {"product": "云岭(软)", "unit": "条", "asked": 10, "allotted": 8, "price": 180}
ORDER: dict[str, Any] = {
    "number": "2611220001",
    "licence": "310101100001",
    "placed": "2026-11-22T09:30",
    "amount": "1440.00",
    "state": "on_the_way",
    "delivery": "2026-11-24",
    "driver": "周师傅",
    "lines": [LINE],
}
PLACED = int(datetime(2026, 11, 22, 1, 30, tzinfo=UTC).timestamp() * 1000)
READ = Order(
    number="2611220001",
    customer=0,
    placed=PLACED,
    amount=144_000,
    state="on_the_way",
    delivery=date(2026, 11, 24),
    driver="周师傅",
    lines=(OrderLine("云岭(软)", "条", 10, 8, 18_000),),
)


def test_a_line_is_an_order() -> None:
    told = read_order(json.dumps(ORDER), SHANGHAI)
    assert (told.licence, told.order) == ("310101100001", READ)


@pytest.mark.parametrize(
    ("name", "value"),
    [("amount", 1440), ("amount", 1440.0), ("amount", "1440"), ("placed", "2026-11-22T09:30:00+08:00"), ("placed", "2026-11-22T01:30:00Z")],
)
def test_amounts_and_times_may_be_written_otherwise(name: str, value: object) -> None:
    assert read_order(json.dumps({**ORDER, name: value}), SHANGHAI).order == READ


def test_what_is_not_known_yet_may_be_left_out() -> None:
    short = {name: ORDER[name] for name in ("number", "licence", "placed", "amount")} | {"state": "received"}
    order = read_order(json.dumps(short), SHANGHAI).order
    assert (order.delivery, order.driver, order.lines) == (None, "", ())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"number": "26-11"}, "at most 20 digits"),
        ({"number": 2611220001}, "number: expected a text"),
        ({"licence": ""}, "licence: expected a text"),
        ({"placed": "yesterday"}, "placed: expected a time"),
        ({"placed": 5}, "placed: expected a time"),
        ({"amount": "12.345"}, "amount: expected yuan"),
        ({"amount": "NaN"}, "amount: expected yuan"),
        ({"amount": True}, "amount: expected yuan"),
        ({"amount": "1e999999999"}, "amount: expected yuan"),
        ({"state": "lost"}, "'lost' is none of received"),
        ({"delivery": None}, "has a day of delivery"),
        ({"delivery": "24.11."}, "delivery: expected a day"),
        ({"driver": "x" * 81}, "driver: expected a text of at most 80"),
        ({"driver": "a\nb"}, "driver: expected a text"),
        ({"lines": {}}, "lines: expected a list"),
        ({"lines": [LINE] * 501}, "lines: expected a list of at most 500"),
        ({"lines": [{**LINE, "asked": -1}]}, "asked: expected a whole number"),
        ({"lines": [{**LINE, "asked": True}]}, "asked: expected a whole number"),
        ({"lines": [{"product": "x"}]}, "a line needs unit, asked, allotted, price"),
        ({"colour": "red"}, "an order has no 'colour'"),
    ],
)
def test_what_is_wrong_is_told(change: dict[str, Any], told: str) -> None:
    with pytest.raises(BadOrder, match=told):
        read_order(json.dumps({**ORDER, **change}), SHANGHAI)


@pytest.mark.parametrize("line", ["{", "[]", "null", '"x"', "[" * 100_000, "x" * 300_000])
def test_what_is_no_order_at_all(line: str) -> None:
    with pytest.raises(BadOrder):
        read_order(line, SHANGHAI)


async def put(data: Path, file: str, given: str = "") -> tuple[int | None, str, str]:
    """Exit status, output and errors of `callcenter orders put`."""
    environ, pipe = {"CALLCENTER_DATA_DIR": str(data), "CALLCENTER_SETTINGS": "/dev/null"}, asyncio.subprocess.PIPE
    words = (sys.executable, "-m", "callcenter", "orders", "put", file)
    running = await asyncio.create_subprocess_exec(*words, env=environ, stdin=pipe, stdout=pipe, stderr=pipe)
    out, err = await running.communicate(given.encode())
    return running.returncode, out.decode(), err.decode()


async def test_the_command_takes_what_it_can_and_tells_the_rest(tmp_path: Path, sqlite_template: Path) -> None:
    data = tmp_path / "var"
    data.mkdir()
    (data / "centre.sqlite").write_bytes(sqlite_template.read_bytes())
    store = Store(f"sqlite+aiosqlite:///{data / 'centre.sqlite'}")
    try:
        customer = await Customers(store).add(name="永兴便利店", licence_no="310101100001")
        bad = [{**ORDER, "number": "2", "licence": "9"}, {**ORDER, "number": "3", "state": "lost"}]
        file = tmp_path / "orders.jsonl"
        file.write_text("\n".join(json.dumps(one) for one in (ORDER, *bad, {**ORDER, "amount": 5}, {**ORDER, "number": "4"})) + "\n\n")
        status, out, err = await put(data, str(file))
        assert (status, out) == (1, "3 taken, 2 refused\n")
        assert "line 2: no customer has the licence number 9" in err
        assert "line 3: 'lost' is none of" in err
        assert {one.number: one.amount for one in await Orders(store).of_customer(customer)} == {"4": 144_000, "2611220001": 500}
        status, out, _ = await put(data, "-", json.dumps({**ORDER, "state": "delivered"}))
        assert (status, out) == (0, "1 taken, 0 refused\n")
        changed = await Orders(store).one("2611220001")
        assert changed is not None
        assert changed.state == "delivered"
        status, _, err = await put(data, str(tmp_path / "none"))
        assert (status, "cannot be read" in err) == (1, True)
    finally:
        await store.close()


def test_the_order_of_the_documentation_is_one() -> None:
    page = (CHECKOUT / "docs" / "commands.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^\{\"number\".*\}$", page, re.MULTILINE)
    assert read_order(line, SHANGHAI).order == READ
