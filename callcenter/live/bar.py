"""The agent's own state, on top of every page of his: where he sits, ready or paused, since when, and with whom he is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from callcenter.floor.agent import Agent
from callcenter.floor.call import Call
from callcenter.floor.changes import AgentChanged, CallChanged, Change
from callcenter.floor.floor import Floor
from callcenter.floor.replacing import replace
from callcenter.live import views
from callcenter.live.situation import situation
from callcenter.live.words import Words
from callcenter.settings import Settings
from callcenter.web.hub import Hub
from callcenter.web.rendering import fragment
from callcenter.web.user import User

PREFIX = "user:"
"""Every page of a user watches `user:<id>`; the frame lets nobody else."""


def topic_of(user: int) -> str:
    return f"{PREFIX}{user}"


class Bars:
    def __init__(self, floor: Callable[[], Floor], hub: Hub, settings: Settings, words: Words) -> None:
        self._floor = floor
        self._hub = hub
        self._settings = settings
        self._words = words
        hub.picture(PREFIX, self.picture)

    def listen(self, changes: Sequence[Change]) -> None:
        """Push the bar of every agent whose bar shows something else now, and who looks at it."""
        floor = self._floor()
        watching = [agent for agent in floor.agents.values() if self._hub.watched(topic_of(agent.user))]
        for change in changes:
            if isinstance(change, AgentChanged):
                agent = change.after or change.before
                if agent is not None and self._hub.watched(topic_of(agent.user)) and shown(change.before) != shown(change.after):
                    self._push(agent)
            elif isinstance(change, CallChanged) and change.before is not None and watching:
                for agent in watching:
                    if agent.call == change.after.id and _told(floor, agent, change.before) != _told(floor, agent, change.after):
                        self._push(agent)

    async def picture(self, user: User, _topic: str, locale: str) -> list[str]:
        return [self.html(user.number, locale)] if "agent" in user.roles else []

    def html(self, number: str, locale: str) -> str:
        """The bar of an agent, with the name beside his phone; of one who sits nowhere, the field for his seat."""
        floor = self._floor()
        agent = floor.agents.get(number)
        call = floor.calls.get(agent.call or "") if agent and agent.state in ("ringing", "talking") else None
        return fragment(
            self._settings,
            locale,
            "live/bar.html",
            agent=agent,
            caller=views.caller(call) if call else None,
            now=situation(floor, agent, call) if agent and call else None,
            words=self._words,
            may_choose_phone=self._settings.asterisk != "external",
        )

    def _push(self, agent: Agent) -> None:
        self._hub.publish(topic_of(agent.user), lambda locale: self.html(agent.number, locale))


def shown(agent: Agent | None) -> Agent | None:
    """The agent as far as the bar shows him."""
    return replace(agent, leg=None) if agent else None


def _told(floor: Floor, agent: Agent, call: Call) -> tuple[object, ...]:
    """What the bar shows of the agent's call."""
    return call.customer_name, call.number, call.to, situation(floor, agent, call)
