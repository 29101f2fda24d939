"""An order as another program tells it: one JSON object a line. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from callcenter.crm.orders.rules import BadOrder, check
from callcenter.crm.orders.service import Order, OrderLine

NEEDED, MAY = ("number", "licence", "placed", "amount", "state"), ("delivery", "driver", "lines")
OF_LINE = ("product", "unit", "asked", "allotted", "price")
MOST_BYTES = 256 * 1024
MOST_LINES = 500
MOST_COUNT = 1_000_000
MOST_FEN = 10**13


@dataclass(frozen=True)
class Told:
    """`licence` is the customer's; `order.customer` is not known yet and 0."""

    licence: str
    order: Order


def read_order(line: str, zone: ZoneInfo) -> Told:
    """The order of one line; times without an offset are the site's. Raise BadOrder, which says what was expected."""
    if len(line) > MOST_BYTES:
        raise BadOrder(f"expected at most {MOST_BYTES // 1024} KiB a line")
    try:
        given = json.loads(line, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise BadOrder("expected one JSON object") from None
    _keys(given, NEEDED, MAY, "an order")
    lines = given.get("lines", [])
    if not isinstance(lines, list) or len(lines) > MOST_LINES:
        raise BadOrder(f"lines: expected a list of at most {MOST_LINES}")
    order = Order(
        number=_text(given, "number", 20),
        customer=0,
        placed=_moment(given, "placed", zone),
        amount=_fen(given, "amount"),
        state=_text(given, "state", 20),
        delivery=_day(given, "delivery"),
        driver=_text(given, "driver", 80, needed=False),
        lines=tuple(_line(one) for one in lines),
    )
    check(order.number, order.state, order.delivery)
    return Told(_text(given, "licence", 40), order)


def _line(given: Any) -> OrderLine:
    _keys(given, OF_LINE, (), "a line")
    counts = (_count(given, "asked"), _count(given, "allotted"))
    return OrderLine(_text(given, "product", 80), _text(given, "unit", 20), *counts, _fen(given, "price"))


def _keys(given: Any, needed: Collection[str], may: Collection[str], what: str) -> None:
    if not isinstance(given, dict):
        raise BadOrder(f"expected {what} as a JSON object")
    missing = [name for name in needed if name not in given]
    unknown = [name for name in given if name not in (*needed, *may)]
    if missing or unknown:
        told = [f"{what} needs {', '.join(missing)}"] * bool(missing) + [f"{what} has no {', '.join(map(repr, unknown))}"] * bool(unknown)
        raise BadOrder("; ".join(told))


def _text(given: Mapping[str, Any], name: str, most: int, *, needed: bool = True) -> str:
    value = given.get(name, "")
    if isinstance(value, str) and len(value) <= most and value.isprintable() and (value.strip() or not needed):
        return value.strip()
    raise BadOrder(f"{name}: expected a text of at most {most} letters")


def _count(given: Mapping[str, Any], name: str) -> int:
    value = given[name]
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_COUNT:
        return value
    raise BadOrder(f"{name}: expected a whole number from 0 to {MOST_COUNT}")


def _fen(given: Mapping[str, Any], name: str) -> int:
    """Yuan, as a number or a text, in fen."""
    value = given[name]
    try:
        fen = Decimal(value) * 100 if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else None
        if fen is not None and abs(fen) < MOST_FEN and fen == int(fen):
            return int(fen)
    except (ArithmeticError, ValueError):
        pass
    raise BadOrder(f"{name}: expected yuan with at most two decimals, such as 123.50")


def _moment(given: Mapping[str, Any], name: str, zone: ZoneInfo) -> int:
    try:
        at = datetime.fromisoformat(given[name])
        return int((at if at.tzinfo else at.replace(tzinfo=zone)).timestamp() * 1000)
    except (TypeError, ValueError, OverflowError):
        raise BadOrder(f"{name}: expected a time such as 2026-11-22T09:30") from None


def _day(given: Mapping[str, Any], name: str) -> date | None:
    value = given.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadOrder(f"{name}: expected a day such as 2026-11-24") from None
