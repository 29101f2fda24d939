"""Agents who went without signing out: page closed, phone gone. Their seat is freed after a while."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from callcenter.floor.agent import Agent
from callcenter.floor.floor import Floor
from callcenter.store.clock import Clock

log = logging.getLogger(__name__)

AWAY_MS = 10 * 60_000
"""Longer than a computer takes to restart, shorter than the next shift waits for its seats."""


class Absent:
    """Looks now and then. `connected` says whether a user has a page open; `stand` takes an agent off his seat."""

    def __init__(
        self, floor: Callable[[], Floor], connected: Callable[[int], bool], stand: Callable[[Agent], Awaitable[None]], clock: Clock
    ) -> None:
        self._floor = floor
        self._connected = connected
        self._stand = stand
        self._clock = clock
        self._gone_since: dict[str, int] = {}

    async def look(self) -> None:
        now = self._clock()
        gone = {agent.number: agent for agent in self._floor().agents.values() if self._is_gone(agent)}
        self._gone_since = {number: self._gone_since.get(number, now) for number in gone}
        for number, since in self._gone_since.items():
            if now - since >= AWAY_MS:
                log.warning("agent %s was gone for %d minutes and leaves seat %s", number, AWAY_MS // 60_000, gone[number].seat)
                await self._stand(gone[number])

    def _is_gone(self, agent: Agent) -> bool:
        return self._floor().link == "live" and not agent.reachable and agent.call is None and not self._connected(agent.user)
