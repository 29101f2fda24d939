"""Invented orders: what each shop of the demo ordered in the last weeks, the same ones for the same seed and day. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from callcenter.crm.orders.service import Order, OrderLine

PRODUCTS = (
    ("云岭(软)", 18_000),
    ("云岭(硬)", 13_500),
    ("江南(细支)", 25_000),
    ("江南(硬)", 21_000),
    ("红山(硬)", 8_500),
    ("红山(软)", 6_500),
    ("春城(中支)", 32_000),
    ("金麦(硬)", 11_000),
    ("海韵(软)", 45_000),
    ("望岳(硬)", 15_500),
)
"""Name and price of a carton, in fen."""

UNIT = "条"
DRIVERS = ("周师傅", "吴师傅", "郑师傅", "冯师傅", "蒋师傅", "韩师傅")
WEEKS = 3
DELIVERY_DAYS = 2
"""From the day an order is placed to the day it comes."""


def orders(customers: Sequence[int], now: int, zone: ZoneInfo, seed: int) -> list[Order]:
    """One order a week for each of these customers, on a weekday of his own; `now` in ms says how far the newest ones are."""
    random, today = Random(seed), datetime.fromtimestamp(now / 1000, zone).date()
    placed = sorted((today - timedelta(days=7 * week + n % 7), customer) for n, customer in enumerate(customers) for week in range(WEEKS))
    of_day: Counter[date] = Counter()
    made = []
    for day, customer in placed:
        of_day[day] += 1
        made.append(_order(random, customer, day, of_day[day], today, zone))
    return [replace(one, placed=min(one.placed, now)) for one in made]


def _order(random: Random, customer: int, day: date, nth: int, today: date, zone: ZoneInfo) -> Order:
    lines = tuple(_line(random, name, price) for name, price in random.sample(PRODUCTS, random.randint(2, 5)))
    state = _state(random, (today - day).days)
    at = datetime.combine(day, time(hour=random.randint(8, 10), minute=random.randint(0, 59)), zone)
    under_way = state in ("on_the_way", "delivered")
    return Order(
        number=f"{day:%y%m%d}{nth:04}",
        customer=customer,
        placed=int(at.timestamp() * 1000),
        amount=sum(line.allotted * line.price for line in lines),
        state=state,
        delivery=day + timedelta(days=DELIVERY_DAYS) if state not in ("received", "cancelled") else None,
        driver=random.choice(DRIVERS) if under_way else "",
        lines=lines,
    )


def _line(random: Random, name: str, price: int) -> OrderLine:
    asked = random.choice((2, 3, 5, 5, 10, 10, 20))
    return OrderLine(name, UNIT, asked, asked if random.random() < 0.8 else asked * 6 // 10, price)


def _state(random: Random, days: int) -> str:
    if random.random() < 0.03:
        return "cancelled"
    if days == 0:
        return random.choice(("received", "approved"))
    if days < DELIVERY_DAYS:
        return "picked"
    return "on_the_way" if days == DELIVERY_DAYS else "delivered"
