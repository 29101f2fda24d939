"""What the house asks of its hotlines and queues."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select

from callcenter.hotlines.calendar import WeeklyPlan
from callcenter.hotlines.tables import HotlineRow, HoursRow, QueueRow
from callcenter.store.engine import Store


@dataclass(frozen=True)
class QueueCard:
    """A queue as it is set up. `strategy` is one of Asterisk's queue strategies."""

    name: str
    zh: str
    en: str
    strategy: str

    def title(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True)
class Hotline:
    """A number callers dial. `queue` takes its callers when no flow runs."""

    number: str
    zh: str
    en: str
    language: str
    flow: str
    queue: str

    def title(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Hotlines:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def all(self) -> list[Hotline]:
        """By number."""
        async with self._store.transaction() as session:
            rows = await session.scalars(select(HotlineRow).order_by(HotlineRow.number))
            return [Hotline(r.number, r.zh, r.en, r.language, r.flow, r.queue) for r in rows]

    async def queues(self) -> list[QueueCard]:
        """By name."""
        async with self._store.transaction() as session:
            rows = await session.scalars(select(QueueRow).order_by(QueueRow.name))
            return [QueueCard(r.name, r.zh, r.en, r.strategy) for r in rows]

    async def queue_titles(self, language: str) -> dict[str, str]:
        """What queues are called, by name."""
        return {one.name: one.title(language) for one in await self.queues()}

    async def plan(self, hotline: str) -> WeeklyPlan:
        """The hotline's week; one without any hours is never open."""
        async with self._store.transaction() as session:
            rows = await session.scalars(select(HoursRow).where(HoursRow.hotline == hotline))
            return WeeklyPlan.of((r.weekday, r.opens, r.closes) for r in rows)

    async def set_plan(self, hotline: str, plan: WeeklyPlan) -> None:
        """Replace the hotline's week."""
        async with self._store.transaction() as session:
            await session.execute(delete(HoursRow).where(HoursRow.hotline == hotline))
            session.add_all(HoursRow(hotline=hotline, weekday=s.weekday, opens=s.opens, closes=s.closes) for s in plan.spans)
