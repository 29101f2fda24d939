"""Keeps Asterisk's queue members equal to the agents on the floor: who is a member, and who is paused.

Our own facts are the truth. Whenever the two pictures differ, the difference is sent; what Asterisk reports back closes it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence

from callcenter.floor.agent import Agent
from callcenter.floor.changes import AgentChanged, Change, LinkMoved, QueueChanged
from callcenter.floor.floor import Floor
from callcenter.live.waking import Waking
from callcenter.telephony import actions
from callcenter.telephony.actions import Action
from callcenter.telephony.fate import ActionRefused, Deadline, LinkLost

log = logging.getLogger(__name__)

AGAIN_MS = 3_000
"""A difference that was sent is not sent again sooner than this: its event may still be on the way."""


def paused(floor: Floor, agent: Agent) -> bool:
    """Whether Asterisk must not offer calls.

    Who has a call from a queue stays as he was, so that the queues are served when the server is gone; Asterisk itself lets him rest a
    little after it. It does not after other calls (direct, transferred, parked, dialled): it would offer the next one before it is told of
    the wrap-up.
    """
    if agent.state in ("paused", "wrapup") or not agent.wants_ready:
        return True
    return agent.state == "talking" and not _from_queue(floor, agent)


def _from_queue(floor: Floor, agent: Agent) -> bool:
    call = floor.calls.get(agent.call or "")
    return call is not None and any(one.kind == "ring" and one.leg == agent.leg and one.queue for one in call.segments)


def differences(floor: Floor) -> dict[tuple[str, str], Action]:
    """What must be sent to Asterisk, by queue and seat."""
    wanted = {(queue, agent.seat): agent for agent in floor.agents.values() for queue in agent.queues}
    there = {(queue.name, seat): seat in queue.paused for queue in floor.queues.values() for seat in queue.members}
    send: dict[tuple[str, str], Action] = {}
    for place, agent in wanted.items():
        pause = paused(floor, agent)
        if place not in there:
            send[place] = actions.queue_add(*place, name=agent.number, paused=pause)
        elif there[place] != pause:
            send[place] = actions.queue_pause(place[1], paused=pause, queue=place[0], reason=agent.reason or agent.state)
    for place in there.keys() - wanted.keys():
        send[place] = actions.queue_remove(*place)
    return send


class Members:
    """Sends the differences whenever something changed. `look`: compare again now, for what was sent and never took effect."""

    def __init__(self, floor: Callable[[], Floor], act: Callable[[Action], Awaitable[object]]) -> None:
        self._floor = floor
        self._act = act
        self._sent: dict[tuple[str, str], tuple[Action, int]] = {}
        sending = Waking(self._send)
        self.look, self.run = sending.wake, sending.run

    def listen(self, changes: Sequence[Change]) -> None:
        if any(isinstance(c, AgentChanged | QueueChanged | LinkMoved) for c in changes):
            self.look()

    async def _send(self) -> None:
        if self._floor().link != "live":
            return
        now = self._floor().now
        send = differences(self._floor())
        self._sent = {place: sent for place, sent in self._sent.items() if place in send and now - sent[1] < AGAIN_MS}
        for place, action in send.items():
            if place in self._sent and self._sent[place][0] == action:
                continue
            self._sent[place] = (action, now)
            try:
                await self._act(action)
            except (ActionRefused, Deadline) as wrong:
                log.warning("queue %s, seat %s: %s", *place, wrong)
            except LinkLost:
                return  # everything is compared again at the next login
