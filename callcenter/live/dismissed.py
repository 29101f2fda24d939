"""A dismissed user is out at once, wherever he was dismissed: pages, phone, seat and queues. So is one whose sessions were ended."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from callcenter.floor.agent import Agent
from callcenter.floor.floor import Floor
from callcenter.people.service import People
from callcenter.store.engine import AWAY
from callcenter.web.hub import Hub

log = logging.getLogger(__name__)


class Dismissed:
    """Looks every second. `stand` takes an agent off his seat; a talk that goes on is not cut."""

    def __init__(self, people: People, hub: Hub, floor: Callable[[], Floor], stand: Callable[[Agent], Awaitable[None]]) -> None:
        self._people = people
        self._hub = hub
        self._floor = floor
        self._stand = stand

    async def look(self) -> None:
        agents = {agent.user: agent for agent in self._floor().agents.values()}
        online = self._hub.users()
        try:
            dismissed, without = await self._people.out(agents.keys() | online)
        except AWAY:
            return  # said elsewhere; nobody is put out because the store is away
        for user in without & online:
            self._hub.close_user(user)
        for user in dismissed & agents.keys():
            log.warning("agent %s was dismissed and leaves seat %s", agents[user].number, agents[user].seat)
            await self._stand(agents[user])
