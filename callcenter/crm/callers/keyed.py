"""Customers' numbers keyed in by callers: looked up, with so many wrong ones allowed and no more, so that nobody finds one by trying."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from sqlalchemy import delete, func, select

from callcenter.crm.callers.tables import KeyTryRow
from callcenter.crm.customers.service import Customer, Customers
from callcenter.hotlines.numbers import normalise
from callcenter.settings import CHINA, Home
from callcenter.store.clock import Clock, now_ms
from callcenter.store.engine import Store

WITHHELD_SHARE = 10
"""Callers without a number share one count, so many times as high: one who tries all evening does not lock out the others."""


class Locked(Exception):
    """Too many wrong numbers were keyed in from there; none is looked at for now."""


@dataclass(frozen=True)
class Keyed:
    """`tries` wrong ones are allowed from a number within `lock_ms`; so many, too, within one call."""

    store: Store
    customers: Customers
    tries: int
    lock_ms: int
    home: Home = CHINA
    clock: Clock = now_ms
    one_try: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self, keyed: str, *, number: str, call: str) -> Customer | None:
        """The customer of a licence or customer number; None when there is none, which counts as a try. Raise Locked."""
        row = await self._begin(normalise(number, self.home) or "", call)
        found = await self.customers.by_keyed(keyed)
        if found is not None:
            async with self.store.transaction() as session:
                await session.execute(delete(KeyTryRow).where(KeyTryRow.id == row))
        return found

    async def _begin(self, number: str, call: str) -> int:
        # Counted before it is looked at, one at a time: tries made at once cannot slip through together.
        now = self.clock()
        async with self.one_try, self.store.transaction() as session:
            await session.execute(delete(KeyTryRow).where(KeyTryRow.at <= now - self.lock_ms))
            of_number = await session.scalar(select(func.count()).where(KeyTryRow.number == number)) or 0
            of_call = await session.scalar(select(func.count()).where(KeyTryRow.call == call)) or 0
            if of_call >= self.tries or of_number >= self.tries * (1 if number else WITHHELD_SHARE):
                raise Locked
            row = KeyTryRow(at=now, number=number, call=call)
            session.add(row)
            await session.flush()
            return row.id
