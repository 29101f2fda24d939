"""Flows in use that callers do not walk: told on every page of those who can mend it, as soon as it is so."""

from __future__ import annotations

from collections.abc import Sequence

from callcenter.ivr.language.finding import Finding, errors
from callcenter.ivr.language.findings_zh import for_reader
from callcenter.ivr.published.in_use import InUse
from callcenter.settings import Settings
from callcenter.web.hub import Hub
from callcenter.web.rendering import fragment
from callcenter.web.user import User

TOPIC = "flow-alarm"
TOLD = frozenset({"supervisor", "admin"})


class Alarm:
    """The banner on the pages of the frame: empty while all flows in use are walked."""

    def __init__(self, in_use: InUse, hub: Hub, settings: Settings) -> None:
        self._in_use = in_use
        self._hub = hub
        self._settings = settings
        self._shown: Sequence[Finding] = ()
        hub.allow(TOPIC, lambda user, _topic: bool(user.roles & TOLD))
        hub.picture(TOPIC, self.picture)

    async def look(self) -> None:
        """Tell what is otherwise than when it was told last."""
        now = errors(self._in_use.findings)
        if now != self._shown:
            self._shown = now
            self._hub.publish(TOPIC, self.html)

    async def picture(self, _user: User, _topic: str, locale: str) -> list[str]:
        return [self.html(locale)]

    def html(self, locale: str) -> str:
        """The first thing that is wrong with each flow."""
        by_flow: dict[str, Finding] = {}
        for one in for_reader(errors(self._in_use.findings), locale):
            by_flow.setdefault(one.file.removesuffix(".yaml"), one)
        return fragment(self._settings, locale, "ivr/alarm.html", wrong=by_flow)
