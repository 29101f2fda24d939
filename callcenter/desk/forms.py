"""The wrap-up forms on an agent's desk: one for each call he talked on, from the moment he talks until it is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from callcenter.desk.card import other_number
from callcenter.desk.pop import topic_of
from callcenter.desk.words import TEMPLATES
from callcenter.desk.wrapup import Choices
from callcenter.floor.agent import Agent
from callcenter.floor.call import Call
from callcenter.floor.changes import AgentChanged, CallChanged, Change
from callcenter.floor.floor import Floor
from callcenter.live.consult import asked_by, customers, only_asked
from callcenter.live.words import Words
from callcenter.settings import Settings
from callcenter.store.clock import Clock
from callcenter.web.hub import Hub
from callcenter.web.rendering import fragment

HOUR_MS = 3_600_000
NOTHING: Mapping[str, str] = {}


class Forms:
    def __init__(self, floor: Callable[[], Floor], hub: Hub, settings: Settings, words: Words, choices: Choices, clock: Clock) -> None:
        self._floor = floor
        self._hub = hub
        self._settings = settings
        self._words = words
        self._choices = choices
        self._clock = clock

    def listen(self, changes: Sequence[Change]) -> None:
        """Put up the form when an agent begins to talk; afterwards only its clock changes, so that nothing typed is touched."""
        for change in changes:
            if isinstance(change, AgentChanged):
                self._changed(change.before, change.after)
            elif isinstance(change, CallChanged) and change.before is not None:
                self._handed_over(change.before, change.after)

    def html(
        self,
        call: Call,
        number: str,
        locale: str,
        *,
        values: Mapping[str, str] = NOTHING,
        errors: Mapping[str, str] = NOTHING,
        cases: Sequence[str] = (),
    ) -> str:
        """The form for a call of the agent. cases: numbers of those already opened from it."""
        now = self._clock()
        return fragment(
            self._settings,
            locale,
            "desk/wrapup.html",
            call=call,
            agent=self._on(call.id, number),
            number=other_number(call),
            values=values,
            errors=errors,
            cases=cases,
            choices=self._choices,
            words=self._words,
            me=number,
            callback_due=now + self._settings.callback_due_h * HOUR_MS,
            **TEMPLATES,
        )

    def clock(self, call: str, number: str, locale: str) -> str:
        """What changes on the form while it stands there: its clock, and what its button does."""
        return fragment(self._settings, locale, "desk/wrapup_changed.html", call_id=call, agent=self._on(call, number))

    def take_down(self, call: str, number: str) -> None:
        """The form was saved: it goes from every page of the agent."""
        self._hub.publish(topic_of(number), lambda locale: fragment(self._settings, locale, "live/gone.html", id=f"wrapup-{call}"))

    def _on(self, call: str, number: str) -> Agent | None:
        """The agent while he talks on this call or wraps it up."""
        agent = self._floor().agents.get(number)
        return agent if agent and agent.call == call and agent.state in ("talking", "wrapup") else None

    def _changed(self, before: Agent | None, after: Agent | None) -> None:
        was = (before.state, before.call, before.until) if before else None
        now = (after.state, after.call, after.until) if after else None
        if was == now:
            return
        if before and before.call and before.state in ("talking", "wrapup"):
            self._push_clock(before.call, before.number)
        if after and after.call and after.state == "talking" and not (before and before.state == "talking" and before.call == after.call):
            call = self._floor().calls.get(after.call)
            if call is not None and asked_by(call, after.number) is None:
                self._hub.publish(topic_of(after.number), lambda locale: self.html(call, after.number, locale))

    def _handed_over(self, before: Call, after: Call) -> None:
        """Who was only asked has the customer now, and his form with him."""
        for one in after.open:
            agent = self._floor().agents.get(one.who or "")
            if agent is not None and agent.call == after.id and only_asked(before, agent.number) and customers(after, agent.number):
                self._hub.publish(topic_of(agent.number), partial(self.html, after, agent.number))

    def _push_clock(self, call: str, number: str) -> None:
        self._hub.publish(topic_of(number), lambda locale: self.clock(call, number, locale))
