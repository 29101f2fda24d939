"""Keeping what the order system tells of orders, and finding them again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.crm.orders import rules
from callcenter.crm.orders.tables import OrderLineRow, OrderRow
from callcenter.store.engine import Store


@dataclass(frozen=True)
class OrderLine:
    """`asked` and `allotted` count `unit`s; `price` of one is in fen."""

    product: str
    unit: str
    asked: int
    allotted: int
    price: int


@dataclass(frozen=True, kw_only=True)
class Order:
    """`placed` is ms; `amount` is in fen; `delivery` is the day it comes or came, None while nobody knows; `driver` '' likewise."""

    number: str
    customer: int
    placed: int
    amount: int
    state: str
    delivery: date | None = None
    driver: str = ""
    lines: tuple[OrderLine, ...] = ()


class Orders:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def put(self, order: Order) -> None:
        """Keep an order as it is now; one of its number that is there already is replaced. Raise BadOrder.

        Raise IntegrityError for a customer who is not there.
        """
        rules.check(order.number, order.state, order.delivery)
        async with self._store.transaction() as session:
            await session.execute(delete(OrderRow).where(OrderRow.number == order.number))
            await _add(session, [order])

    async def add_all(self, orders: Sequence[Order]) -> None:
        """Keep many that are new, in one transaction. Raise BadOrder; IntegrityError when one of them is there already."""
        for order in orders:
            rules.check(order.number, order.state, order.delivery)
        async with self._store.transaction() as session:
            await _add(session, orders)

    async def one(self, number: str) -> Order | None:
        async with self._store.transaction() as session:
            return next(iter(await _read(session, await session.scalars(select(OrderRow).where(OrderRow.number == number)))), None)

    async def of_customer(self, customer: int, limit: int = 10) -> list[Order]:
        """The newest first."""
        query = select(OrderRow).where(OrderRow.customer == customer).order_by(OrderRow.placed.desc(), OrderRow.id.desc()).limit(limit)
        async with self._store.transaction() as session:
            return await _read(session, await session.scalars(query))

    async def last(self, customer: int) -> Order | None:
        """The customer's newest order."""
        return next(iter(await self.of_customer(customer, 1)), None)

    async def count(self) -> int:
        async with self._store.transaction() as session:
            return await session.scalar(select(func.count()).select_from(OrderRow)) or 0


async def _add(session: AsyncSession, orders: Sequence[Order]) -> None:
    rows = [
        OrderRow(
            number=one.number,
            customer=one.customer,
            placed=one.placed,
            amount=one.amount,
            state=one.state,
            delivery=one.delivery.isoformat() if one.delivery else None,
            driver=one.driver,
        )
        for one in orders
    ]
    session.add_all(rows)
    await session.flush()
    session.add_all(
        OrderLineRow(order=row.id, place=n, product=li.product, unit=li.unit, asked=li.asked, allotted=li.allotted, price=li.price)
        for row, one in zip(rows, orders, strict=True)
        for n, li in enumerate(one.lines, 1)
    )
    await session.flush()


async def _read(session: AsyncSession, rows: Iterable[OrderRow]) -> list[Order]:
    found = list(rows)
    lines: dict[int, list[OrderLine]] = {row.id: [] for row in found}
    query = select(OrderLineRow).where(OrderLineRow.order.in_(lines)).order_by(OrderLineRow.order, OrderLineRow.place)
    for line in await session.scalars(query):
        lines[line.order].append(OrderLine(line.product, line.unit, line.asked, line.allotted, line.price))
    return [
        Order(
            number=row.number,
            customer=row.customer,
            placed=row.placed,
            amount=row.amount,
            state=row.state,
            delivery=date.fromisoformat(row.delivery) if row.delivery else None,
            driver=row.driver,
            lines=tuple(lines[row.id]),
        )
        for row in found
    ]
