"""Agents who leave calls unanswered: after some offers in a row they are paused, or callers would ring at an empty chair for ever."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from callcenter.floor.agent import Agent
from callcenter.floor.call import Call, Segment
from callcenter.floor.changes import AgentChanged, CallChanged, Change
from callcenter.floor.floor import Floor
from callcenter.live.words import NO_ANSWER
from callcenter.store.engine import AWAY

log = logging.getLogger(__name__)

UNANSWERED = frozenset({"rang_out", "refused"})


class Unanswered:
    """Counts the offers of queues in a row that an agent did not answer; at `most` of them `pause` is asked to pause him (0: never)."""

    def __init__(self, floor: Callable[[], Floor], pause: Callable[[Agent, str], Awaitable[None]], most: int) -> None:
        self._floor = floor
        self._pause = pause
        self._most = most
        self._row: dict[str, frozenset[tuple[str, int]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def listen(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if isinstance(change, AgentChanged):
                self._agent_changed(change.before, change.after)
            elif isinstance(change, CallChanged) and change.before is not None and change.before.segments is not change.after.segments:
                for one in newly_told(change.before, change.after):
                    self._count(change.after.id, one)

    async def close(self) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _agent_changed(self, before: Agent | None, after: Agent | None) -> None:
        """Who makes himself ready, or leaves, begins anew."""
        if before is not None and (after is None or (after.wants_ready and not before.wants_ready)):
            self._row.pop(before.number, None)

    def _count(self, call: str, ring: Segment) -> None:
        number = ring.who or ""
        if ring.reason == "answered":
            self._row.pop(number, None)
            return
        row = self._row.get(number, frozenset())
        if ring.reason not in UNANSWERED:
            # What rang out at first may be told better later: a colleague took it, the caller was gone.
            self._row[number] = row - {(call, ring.n)}
            return
        row = self._row[number] = row | {(call, ring.n)}
        agent = self._floor().agents.get(number)
        if self._most and len(row) >= self._most and agent is not None and agent.wants_ready:
            task = asyncio.get_running_loop().create_task(self._paused(agent, len(row)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _paused(self, agent: Agent, offers: int) -> None:
        log.warning("agent %s left %d offers in a row unanswered and is paused", agent.number, offers)
        try:
            await self._pause(agent, NO_ANSWER)
        except AWAY as wrong:
            log.warning("agent %s cannot be paused now, the next offer tries again: %s", agent.number, wrong)


def newly_told(before: Call, after: Call) -> list[Segment]:
    """The offers of a queue of which the end, or its reason, is new."""
    told = {one.n: one.reason for one in before.segments}
    return [one for one in after.segments if one.kind == "ring" and one.queue is not None and one.reason != told.get(one.n)]
