"""What the record tells of a flow's steps: days that were counted are added up, the calls of the others are counted now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.calls.tables import CountedDayRow
from callcenter.ivr.seen.counting import callers_of, tries_of, visits_of
from callcenter.ivr.seen.tables import DayCallersRow, DayTriesRow, DayVisitsRow
from callcenter.ivr.seen.tally import Came, Missed, Tally, Wanted
from callcenter.store.base import Base
from callcenter.store.engine import Store

Day = tuple[int, int]
"""A counted day: its first moment, and the first one after it (ms)."""

SUMS: Mapping[str, Callable[[ColumnElement[Any]], ColumnElement[Any]]] = {
    **dict.fromkeys(("visits", "callers", "misses", "calls", "times"), func.sum),
    "last": func.max,
}
"""How figures of several days become one; the other columns are what they have in common."""


class Visits:
    """The record of `store`, asked about flows. Each method is one transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def tallies(self, wanted: Wanted) -> list[Tally]:
        """Several may be alike: of counted days, and of others."""
        return [Tally(*row) for row in await self._rows(wanted, DayVisitsRow, visits_of, [one.name for one in fields(Tally)])]

    async def came(self, wanted: Wanted) -> list[Came]:
        """How the calls ended that came to the flow; several may be alike."""
        return [Came(*row) for row in await self._rows(wanted, DayCallersRow, callers_of, [one.name for one in fields(Came)])]

    async def missed(self, wanted: Wanted) -> list[Missed]:
        """What led on to nothing; several may be alike."""
        return [Missed(*row) for row in await self._rows(wanted, DayTriesRow, tries_of, [one.name for one in fields(Missed)])]

    async def _rows(
        self, wanted: Wanted, counted: type[Base], count: Callable[[Wanted], Select[Any]], names: Sequence[str]
    ) -> list[Sequence[Any]]:
        async with self._store.transaction() as session:
            days = await _counted_days(session, wanted)
            while True:
                queries = [_added_up(counted, wanted, days, names), *(_named(count(part), names) for part in not_counted(wanted, days))]
                found = [(await session.execute(query)).all() for query in queries]
                before, days = days, await _counted_days(session, wanted)
                if days == before:  # else a day was taken away, or counted, meanwhile
                    return list(chain.from_iterable(found))


def not_counted(wanted: Wanted, days: Sequence[Day]) -> Iterator[Wanted]:
    """The times between the counted days (in their order, all within what is wanted)."""
    at = wanted.since
    for since, until in days:
        if at < since:
            yield replace(wanted, since=at, until=since)
        at = until
    if at < wanted.until:
        yield replace(wanted, since=at)


async def _counted_days(session: AsyncSession, wanted: Wanted) -> Sequence[Day]:
    day = CountedDayRow
    query = select(day.since, day.until).where(day.since >= wanted.since, day.until <= wanted.until).order_by(day.since)
    return [(since, until) for since, until in await session.execute(query)]


def _added_up(row: type[Base], wanted: Wanted, days: Sequence[Day], names: Sequence[str]) -> Select[Any]:
    of = row.__table__
    assert isinstance(of, Table)
    conditions = [of.c.day.in_([since for since, _ in days]), of.c.flow == wanted.flow]
    conditions += [of.c[name] == value for name, value in _chosen(wanted).items() if value is not None]
    columns = [SUMS[name](of.c[name]) if name in SUMS else of.c[name] for name in names]
    return select(*columns).where(*conditions).group_by(*(of.c[name] for name in names if name not in SUMS))


def _named(counted: Select[Any], names: Sequence[str]) -> Select[Any]:
    of = counted.subquery()
    return select(*(of.c[name] for name in names))


def _chosen(wanted: Wanted) -> Mapping[str, str | None]:
    return {"hotline": wanted.hotline, "version": wanted.version}
