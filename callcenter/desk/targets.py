"""Whom an agent can ask or send a customer to, as they are this second; and the customers who are parked, for whoever picks them up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from callcenter.desk.words import TEMPLATES
from callcenter.floor.agent import Agent
from callcenter.floor.call import Call
from callcenter.floor.changes import AgentChanged, CallChanged, Change
from callcenter.floor.floor import Floor
from callcenter.live.consult import parked_by, parked_since
from callcenter.live.views import caller
from callcenter.live.words import Words
from callcenter.settings import Settings
from callcenter.web.hub import Hub
from callcenter.web.rendering import fragment
from callcenter.web.user import User

COLLEAGUES = "colleagues"
"""The topic of an open dialog: its lines change with the agents' states."""

PARKED = "parked"
"""The topic of the parked customers."""

ORDER = {"ready": 0, "paused": 1, "wrapup": 1, "ringing": 2, "talking": 2}


class Targets:
    def __init__(self, floor: Callable[[], Floor], hub: Hub, settings: Settings, words: Words) -> None:
        self._floor = floor
        self._hub = hub
        self._settings = settings
        self._words = words
        hub.allow(COLLEAGUES, lambda user, topic: topic == COLLEAGUES and "agent" in user.roles)
        hub.allow(PARKED, lambda user, topic: topic == PARKED and "agent" in user.roles)
        hub.picture(PARKED, self._parked_picture)

    def listen(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if isinstance(change, AgentChanged) and change.after is not None and _shown(change.before) != _shown(change.after):
                self._push_line(change.after)
                self._push_queues(change.after)
            elif isinstance(change, CallChanged) and _waits(change.before) != _waits(change.after):
                self._hub.publish(PARKED, self.parked)

    def dialog(self, number: str, act: str, locale: str) -> str:
        """The dialog's content for one agent: everybody but himself, who is free first."""
        floor = self._floor()
        others = [agent for agent in floor.agents.values() if agent.number != number]
        others.sort(key=lambda one: (not one.reachable, ORDER[one.state], one.number))
        return self._render(
            locale, "desk/targets.html", act=act, colleagues=others, ready={name: self._ready(name) for name in self._words.queues}
        )

    def parked(self, locale: str) -> str:
        """The list of parked customers."""
        calls = [call for call in self._floor().calls.values() if call.ended is None and parked_since(call) is not None]
        lines = [(call, caller(call), parked_since(call), self._name(parked_by(call))) for call in calls]
        return self._render(locale, "desk/parked.html", parked=sorted(lines, key=lambda line: line[2] or 0))

    async def _parked_picture(self, _user: User, _topic: str, locale: str) -> list[str]:
        return [self.parked(locale)]

    def _push_line(self, agent: Agent) -> None:
        self._hub.publish(COLLEAGUES, lambda locale: self._render(locale, "desk/colleague.html", colleague=agent))

    def _push_queues(self, agent: Agent) -> None:
        for name in agent.queues:
            if name in self._words.queues:
                self._hub.publish(COLLEAGUES, partial(self._queue_ready, name))

    def _queue_ready(self, name: str, locale: str) -> str:
        return self._render(locale, "desk/queue_ready.html", name=name, count=self._ready(name))

    def _ready(self, queue: str) -> int:
        agents = self._floor().agents.values()
        return sum(queue in one.queues and one.state == "ready" and one.reachable for one in agents)

    def _name(self, who: str | None) -> str:
        agent = self._floor().agents.get(who or "")
        return f"{who} {agent.name}" if agent is not None else who or ""

    def _render(self, locale: str, template: str, **context: object) -> str:
        return fragment(self._settings, locale, template, words=self._words, **context, **TEMPLATES)


def _shown(agent: Agent | None) -> tuple[object, ...]:
    return (agent.state, agent.reachable, agent.name, agent.queues) if agent is not None else ()


def _waits(call: Call | None) -> tuple[object, ...]:
    """What the list shows of a call: nothing of one who is not parked."""
    if call is None or call.ended is not None or parked_since(call) is None:
        return ()
    return (parked_since(call), call.customer_name, call.number)
