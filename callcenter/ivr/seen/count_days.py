"""Days that are over are counted once, one after the other, so that a month of figures is there at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, delete, func, insert, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.calls.tables import CallRow, CountedDayRow
from callcenter.ivr.seen.counting import callers_of, tries_of, visits_of
from callcenter.ivr.seen.days import Days
from callcenter.ivr.seen.tables import DayCallersRow, DayTriesRow, DayVisitsRow
from callcenter.ivr.seen.tally import Wanted
from callcenter.store.clock import Clock, now_ms
from callcenter.store.engine import Store
from callcenter.web import clock as clocks


class CountDays:
    """Counts days of the site's `zone` in the record of `store`."""

    def __init__(self, store: Store, zone: ZoneInfo, *, clock: Clock = now_ms) -> None:
        self._store = store
        self._zone = zone
        self._clock = clock

    async def look(self) -> bool:
        """Count the latest day that was not; whether there was one. A job, once every few seconds: others write between two days."""
        async with self._store.transaction() as session:
            day = await self._next(session)
            if day is None:
                return False
        async with self._store.transaction() as session:
            await _count(session, day)
        return True

    async def _next(self, session: AsyncSession) -> Days | None:
        first = await session.scalar(select(func.min(CallRow.began)))
        if first is None:
            return None
        counted = {row.since: row.until for row in await session.execute(select(CountedDayRow.since, CountedDayRow.until))}
        for day in self._over(clocks.local(first, self._zone).date()):
            if counted.get(day.since) != day.until and not await _goes_on(session, day):
                return day
        return None

    def _over(self, first: date) -> Iterator[Days]:
        """The days that are over, the latest first, back to this one."""
        day = clocks.local(self._clock(), self._zone).date()
        while day > first:
            day -= timedelta(days=1)
            yield Days(day, day, self._zone)


async def _goes_on(session: AsyncSession, day: Days) -> bool:
    """Whether a call of the day is not over: the day would have to be counted again at once."""
    return bool(await session.scalar(select(CallRow.id).where(CallRow.ended.is_(None), *_began_on(day)).limit(1)))


async def _count(session: AsyncSession, day: Days) -> None:
    """Put the day's figures in place of whatever was counted of this time: by another zone's clock, days were others."""
    if session.get_bind().dialect.name == "postgresql":
        # A call that is being written is waited for, and who writes one of this day waits for us: `calls.rows` begins with this table.
        await session.execute(text("lock table counted_days in exclusive mode"))
    await session.execute(delete(CountedDayRow).where(CountedDayRow.since < day.until, CountedDayRow.until > day.since))
    await session.execute(insert(CountedDayRow).values(since=day.since, until=day.until))
    every = Wanted("", day.since, day.until)
    for row, counted in ((DayVisitsRow, visits_of(every)), (DayCallersRow, callers_of(every)), (DayTriesRow, tries_of(every))):
        of = counted.subquery()
        figures = select(literal(day.since, BigInteger).label("day"), *of.c)
        await session.execute(insert(row).from_select([column.name for column in figures.selected_columns], figures))


def _began_on(day: Days) -> Sequence[ColumnElement[bool]]:
    return [CallRow.began >= day.since, CallRow.began < day.until]
