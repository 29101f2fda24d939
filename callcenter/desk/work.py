"""My work: the callbacks an agent promised, his cases by deadline, his day in figures."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from callcenter.calls.service import CallFilter
from callcenter.crm.callbacks.service import Callback
from callcenter.crm.cases.service import Case, CaseFilter
from callcenter.desk.pop import topic_of
from callcenter.desk.records import Records
from callcenter.desk.words import TEMPLATES
from callcenter.floor.agent import Agent
from callcenter.floor.call import Call
from callcenter.floor.changes import AgentChanged, Change
from callcenter.live.words import Words
from callcenter.settings import Settings
from callcenter.store.clock import Clock
from callcenter.store.engine import AWAY
from callcenter.web.hub import Hub
from callcenter.web.rendering import fragment

log = logging.getLogger(__name__)

MOST_CALLS = 1000
"""Calls of one agent in one day."""


@dataclass(frozen=True)
class Mine:
    """`owed` counts the callbacks that everybody owes; `talked_ms` is talk and hold together."""

    callbacks: tuple[Callback, ...]
    owed: int
    cases: tuple[Case, ...]
    answered: int
    talked_ms: int


async def read_mine(records: Records, user: int, number: str, now: int, zone: ZoneInfo) -> Mine:
    """Raise one of the store's AWAY."""
    owed = await records.callbacks.owed()
    calls = await records.calls.find(CallFilter(agent=number, since=midnight(now, zone), limit=MOST_CALLS))
    return Mine(
        callbacks=tuple(one for one in owed if any(ask.by == user for ask in one.asks)),
        owed=len(owed),
        cases=tuple(await records.cases.find(CaseFilter(owner=user, limit=20))),
        answered=sum(call.direction == "inbound" for call in calls),
        talked_ms=sum(talked(call, number, now) for call in calls),
    )


def midnight(now: int, zone: ZoneInfo) -> int:
    """When the site's day began (ms)."""
    day = datetime.fromtimestamp(now / 1000, zone).date()
    return int(datetime.combine(day, time(), zone).timestamp() * 1000)


def talked(call: Call, number: str, now: int) -> int:
    return sum((s.ended or now) - s.began for s in call.segments if s.who == number and s.kind in ("talk", "hold"))


class Work:
    """Reads the lists again, behind the screen, whenever an agent has finished something."""

    def __init__(self, hub: Hub, settings: Settings, words: Words, records: Records, clock: Clock) -> None:
        self._hub = hub
        self._settings = settings
        self._words = words
        self._records = records
        self._clock = clock
        self._reading: dict[str, asyncio.Task[None]] = {}

    def listen(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if isinstance(change, AgentChanged) and change.before and change.after and finished(change.before, change.after):
                self.refresh(change.after.user, change.after.number)

    def refresh(self, user: int, number: str) -> None:
        """Read and push an agent's lists; an older reading that is still on the way is dropped."""
        running = self._reading.get(number)
        if running is not None:
            running.cancel()
        self._reading[number] = asyncio.get_running_loop().create_task(self._push(user, number))

    async def html(self, user: int, number: str, locale: str) -> str:
        """The lists; with a line in their place when the store is away."""
        return self._render(await self._read(user, number), locale)

    async def close(self) -> None:
        tasks = list(self._reading.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _push(self, user: int, number: str) -> None:
        mine = await self._read(user, number)
        self._hub.publish(topic_of(number), lambda locale: self._render(mine, locale))
        del self._reading[number]

    async def _read(self, user: int, number: str) -> Mine | None:
        try:
            return await read_mine(self._records, user, number, self._clock(), self._settings.zone)
        except AWAY as wrong:
            log.warning("the work of agent %s cannot be read: %s", number, wrong)
            return None

    def _render(self, mine: Mine | None, locale: str) -> str:
        return fragment(self._settings, locale, "desk/work.html", mine=mine, words=self._words, now=self._clock(), **TEMPLATES)


def finished(before: Agent, after: Agent) -> bool:
    """Whether a talk or a wrap-up is over."""
    return before.state in ("talking", "wrapup") and before.state != after.state
