"""The supervisors' screen of the floor: what changed is pushed, and the same pieces make a fresh page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Hashable, Sequence

from callcenter.floor.changes import AgentChanged, CallChanged, Change, QueueChanged
from callcenter.floor.floor import Floor
from callcenter.live import views
from callcenter.live.words import Words
from callcenter.settings import Settings
from callcenter.web.hub import Hub
from callcenter.web.rendering import fragment
from callcenter.web.user import User

TOPIC = "floor"
VIEWERS = frozenset({"supervisor", "qa", "admin"})

Key = tuple[str, str]
"""A piece of the screen: its kind (agent, queue, menu, stats) and which one."""

STATS: Key = ("stats", "")

REST = 9.0
"""So many times what showing took of the processor the screens rest: a busy floor costs them a tenth of it, however much happens."""
LEAST_REST_S = 0.1
"""Ten pictures a second are more than anybody reads. What changes after a quiet moment is shown at once."""


class Screens:
    """Keeps what each piece showed last, and publishes those that show something else now."""

    def __init__(self, floor: Callable[[], Floor], hub: Hub, settings: Settings, words: Words) -> None:
        self._floor = floor
        self._hub = hub
        self._settings = settings
        self._words = words
        self._shown: dict[Key, Hashable] = {}
        self._touched: dict[Key, None] = {}
        self._calls: dict[str, None] = {}
        self._free_at = 0.0
        self._due: asyncio.Handle | None = None
        hub.allow(TOPIC, lambda user, topic: topic == TOPIC and bool(user.roles & VIEWERS))
        hub.picture(TOPIC, self.picture)

    def listen(self, changes: Sequence[Change]) -> None:
        """Take what changed. All changes of one turn of the loop are shown together; on a busy floor those of several turns."""
        if not self._hub.watched(TOPIC):
            self._shown.clear()  # Whoever comes gets a whole picture, and nothing is known of what it showed.
            return
        if not self._touched:
            loop = asyncio.get_running_loop()
            self._due = loop.call_at(self._free_at, self._show) if loop.time() < self._free_at else loop.call_soon(self._show)
        self.note(changes)

    def note(self, changes: Sequence[Change]) -> None:
        """Note what the changes touch, for the next `flush`."""
        for change in changes:
            if isinstance(change, CallChanged):
                self._calls[change.after.id] = None
            else:
                self._touched.update(dict.fromkeys(touched(change)))
        self._touched[STATS] = None

    def flush(self) -> None:
        """Publish every touched piece that shows something else than before."""
        keys = dict.fromkeys([*self._touched, *of_calls(self._calls, self._floor())])
        self._touched, self._calls = {}, {}
        changed = [(key, view) for key in keys if (view := self._view(key)) != self._shown.get(key)]
        for key, view in changed:
            if view is None:
                del self._shown[key]
            else:
                self._shown[key] = view
        if changed:
            self._hub.publish(TOPIC, lambda locale: "".join(self._piece(key, view, locale) for key, view in changed))

    def _show(self) -> None:
        began = time.thread_time()
        self.flush()
        took = time.thread_time() - began
        self._free_at = asyncio.get_running_loop().time() + max(LEAST_REST_S, REST * took)

    def close(self) -> None:
        """Show nothing any more."""
        if self._due is not None:
            self._due.cancel()

    async def picture(self, _user: User, _topic: str, locale: str) -> list[str]:
        """The whole screen, in as many pieces as the page has parts."""
        return [self.whole(locale)]

    def whole(self, locale: str) -> str:
        """The page's live part."""
        floor = self._floor()
        queues = dict.fromkeys((*self._words.queues, *floor.queues))
        menus = [view for id in floor.calls if (view := views.menu_view(floor, id))]
        return self._render(
            "live/whole.html",
            locale,
            stats=views.stats(floor),
            agents=[views.agent_view(floor, number) for number in sorted(floor.agents)],
            queues=[views.queue_view(floor, name) for name in sorted(queues)],
            menus=sorted(menus, key=lambda view: view.began),
        )

    def _view(self, key: Key) -> Hashable:
        floor = self._floor()
        match key:
            case ("agent", number):
                return views.agent_view(floor, number)
            case ("queue", name):
                return views.queue_view(floor, name)
            case ("menu", id):
                return views.menu_view(floor, id)
            case _:
                return views.stats(floor)

    def _piece(self, key: Key, view: Hashable, locale: str) -> str:
        kind, which = key
        if view is None:
            return self._render("live/gone.html", locale, id=f"{kind}-{which}")
        return self._render(f"live/{kind}.html", locale, which=which, view=view)

    def _render(self, template: str, locale: str, **context: object) -> str:
        return fragment(self._settings, locale, template, words=self._words, **context)


def touched(change: Change) -> list[Key]:
    """The pieces that may show something else after a change that is no call's."""
    match change:
        case AgentChanged(before=before, after=after):
            return [key for agent in (before, after) if agent for key in _of_agent(agent.number, agent.queues)]
        case QueueChanged(after=queue):
            return [("queue", queue.name)]
        case _:
            return []


def of_calls(calls: Collection[str], floor: Floor) -> list[Key]:
    """The pieces that show something of these calls."""
    agents = [("agent", agent.number) for agent in floor.agents.values() if agent.call in calls]
    queues = [("queue", queue.name) for queue in floor.queues.values() if any(one.call in calls for one in queue.waiting)]
    return [*(("menu", call) for call in calls), *agents, *queues]


def _of_agent(number: str, queues: Sequence[str]) -> list[Key]:
    return [("agent", number), *(("queue", name) for name in queues)]
