"""Which telephone an agent has at his seat: the one he chose, else one that is registered there, else what the seat is for."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Sequence

from callcenter.live.agents import Agents
from callcenter.people.service import People
from callcenter.telephony import actions
from callcenter.telephony.actions import Action
from callcenter.telephony.fate import ActionRefused, Deadline, LinkLost
from callcenter.telephony.wire import Message
from callcenter.web.user import User

log = logging.getLogger(__name__)

_OF_A_PAGE = re.compile(r";transport=wss?\b", re.IGNORECASE)


def is_desk_phone(contacts: str) -> bool:
    """Whether one of these, as Asterisk would dial them, is a telephone of its own: pages come by WebSocket."""
    return any(contact and not _OF_A_PAGE.search(contact) for contact in contacts.split("&"))


class Phones:
    """`fixed`: each seat is used as it is set up, because nobody can tell Asterisk anything else."""

    def __init__(self, people: People, agents: Agents, act: Callable[[Action], Awaitable[Sequence[Message]]], *, fixed: bool) -> None:
        self._people = people
        self._agents = agents
        self._act = act
        self.fixed = fixed

    async def desk_phone_at(self, seat: str) -> bool | None:
        """Whether a telephone of its own is registered at the seat; None when Asterisk does not say."""
        try:
            answer, *_ = await self._act(actions.dial_contacts(seat))
        except (ActionRefused, Deadline, LinkLost) as wrong:
            log.warning("seat %s: Asterisk does not say what is registered there: %s", seat, wrong)
            return None
        return is_desk_phone(answer.get("value", ""))

    async def of(self, user: User) -> str:
        """The telephone that the user has at his seat, browser or desk; decided now if it was not, and if it can be. Raise NotSeated."""
        agent = self._agents.of(user)
        if agent.phone and not self.fixed:
            return agent.phone
        kind = (await self._people.seats())[agent.seat]
        there = kind == "desk" if self.fixed or kind == "desk" else await self.desk_phone_at(agent.seat)
        phone = "desk" if there else "browser"
        if not agent.phone and there is not None:
            await self._agents.use_phone(user, phone)
        return phone
