"""What people do to live calls. Each act is sent to Asterisk with a deadline; the screen changes when its event comes back."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable

from callcenter.floor.agent import Agent
from callcenter.floor.events import CallFailed, CallPlaced, Event
from callcenter.floor.floor import Floor
from callcenter.telephony import actions
from callcenter.telephony.actions import Action
from callcenter.telephony.fate import ActionRefused, Deadline, LinkLost

log = logging.getLogger(__name__)

RING_S = 30
"""How long the agent's own phone rings for a call that he asked for."""


class NotPossible(Exception):
    """The act cannot be done now; `why` is a key of desk.words.NOT_POSSIBLE."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Control:
    def __init__(
        self,
        floor: Callable[[], Floor],
        put: Callable[[Event], None],
        act: Callable[[Action], Awaitable[object]],
        clock: Callable[[], int],
        may_dial: Callable[[str], bool],
    ) -> None:
        self._floor = floor
        self._put = put
        self._act = act
        self._clock = clock
        self._may_dial = may_dial

    async def phone_gone(self, seat: str) -> None:
        """The browser phone of a seat is gone: a leg that rings there rings into nothing, so the next agent gets the call."""
        agent = self._floor().agents.get(self._floor().seats.get(seat, ""))
        if agent is None or agent.phone == "desk" or agent.state != "ringing" or agent.leg is None:
            return
        try:
            await self._act(actions.hangup(agent.leg))
        except (ActionRefused, Deadline, LinkLost) as wrong:
            log.warning("seat %s is gone while it rings and its leg could not be hung up: %s", seat, wrong)

    async def call(self, agent: Agent, number: str, callback: int | None = None) -> str:
        """Ring the agent's own phone and, when he answers, dial the number. Returns our call id; raise NotPossible.

        number: digits with an optional leading +, decided on by the caller of this method: nothing a user typed freely.
        """
        if not self._may_dial(number):
            raise NotPossible("not_allowed")
        if self._floor().link != "live":
            raise NotPossible("no_link")
        if agent.state in ("ringing", "talking"):
            raise NotPossible("busy")
        if not agent.reachable:
            raise NotPossible("unreachable")
        call = f"cc-{self._clock()}-{secrets.token_hex(4)}"
        self._put(CallPlaced(self._clock(), call=call, leg=call, agent=agent.number, seat=agent.seat, number=number, callback=callback))
        try:
            await self._act(actions.originate_seat_then_number(agent.seat, number, call=call, leg=call, timeout_s=RING_S))
        except ActionRefused as wrong:
            self._put(CallFailed(self._clock(), call=call))
            raise NotPossible("refused") from wrong
        except (Deadline, LinkLost) as wrong:
            raise NotPossible("no_answer_from_asterisk") from wrong
        return call
