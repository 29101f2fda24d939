"""How many callers are at each step of a flow this moment: pushed to whoever looks at its picture, never asked for."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from callcenter.floor.changes import CallChanged, Change
from callcenter.floor.floor import Floor
from callcenter.ivr.seen.keys import FlowOf
from callcenter.ivr.seen.picture.draw import now_mark
from callcenter.settings import Settings
from callcenter.web.hub import Hub
from callcenter.web.rendering import fragment
from callcenter.web.user import User

PREFIX = "flow:"
VIEWERS = frozenset({"supervisor", "qa", "admin"})
REST_S = 0.25
"""Four pictures a second are more than anybody reads; what changes after a quiet moment is shown at once."""

AtSteps = Mapping[tuple[str, str, str], int]
"""How many callers are at a step, by flow, version and step."""


def topic_of(flow: str, version: str) -> str:
    """What a page watches that shows this version."""
    return f"{PREFIX}{flow}:{version}"


def at_steps(floor: Floor) -> AtSteps:
    """Callers who hear a flow or wait because of it. Who talks to somebody has left it, whatever comes after."""
    found: Counter[tuple[str, str, str]] = Counter()
    for call in floor.calls.values():
        step = call.steps[-1] if call.steps and call.ended is None else None
        if step is not None and step.ended is None and any(segment.kind in ("ivr", "queue") for segment in call.open):
            found[step.flow, step.version, step.step] += 1
    return found


class FlowsNow:
    """Keeps what each picture showed last, and publishes the steps that show something else now."""

    def __init__(self, floor: Callable[[], Floor], hub: Hub, settings: Settings, flow_of: FlowOf) -> None:
        self._floor = floor
        self._hub = hub
        self._settings = settings
        self._flow_of = flow_of
        self._shown: dict[str, AtSteps] = {}
        self._free_at = 0.0
        self._due: asyncio.Handle | None = None
        hub.allow(PREFIX, lambda user, _topic: bool(user.roles & VIEWERS))
        hub.picture(PREFIX, self.picture)

    def listen(self, changes: Sequence[Change]) -> None:
        """Take what changed; nothing is done while nobody looks."""
        if self._due is None and self._shown and any(isinstance(change, CallChanged) for change in changes):
            loop = asyncio.get_running_loop()
            self._due = loop.call_at(max(self._free_at, loop.time()), self._show)

    async def picture(self, _user: User, topic: str, locale: str) -> list[str]:
        """Every step of the version, those with nobody too: a page that comes back may show what was."""
        name, _, version = topic.removeprefix(PREFIX).partition(":")
        flow = await self._flow_of(name, version)
        if flow is None:
            return []
        now = at_steps(self._floor())
        self._shown[topic] = now
        return ["".join(now_mark(step, now.get((name, version, step), 0)) for step in flow.steps) + self._total(name, version, now, locale)]

    def flush(self) -> None:
        """Publish what changed since it was shown last."""
        now = at_steps(self._floor())
        for topic, before in list(self._shown.items()):
            if self._hub.watched(topic):
                self._shown[topic] = now
                self._publish(topic, before, now)
            else:
                del self._shown[topic]

    def close(self) -> None:
        """Show nothing any more."""
        if self._due is not None:
            self._due.cancel()

    def _show(self) -> None:
        self._due = None
        self.flush()
        self._free_at = asyncio.get_running_loop().time() + REST_S

    def _publish(self, topic: str, before: AtSteps, now: AtSteps) -> None:
        name, _, version = topic.removeprefix(PREFIX).partition(":")
        changed = [key for key in {**before, **now} if key[0] == name and before.get(key, 0) != now.get(key, 0)]
        if changed:
            marks = "".join(now_mark(step, now.get((name, version, step), 0)) for _, of, step in changed if of == version)
            self._hub.publish(topic, lambda locale: marks + self._total(name, version, now, locale))

    def _total(self, name: str, version: str, now: AtSteps, locale: str) -> str:
        here = sum(callers for (flow, of, _), callers in now.items() if flow == name and of == version)
        elsewhere = sum(callers for (flow, of, _), callers in now.items() if flow == name and of != version)
        return fragment(self._settings, locale, "ivr/now.html", here=here, elsewhere=elsewhere)
