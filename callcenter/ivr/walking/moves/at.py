"""Where a caller stands while one step is walked, and the small moves that every kind of step makes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from callcenter.ivr.language.fill import fill
from callcenter.ivr.language.steps import Flow, Prompt
from callcenter.ivr.walking.commands import Words
from callcenter.ivr.walking.place import Place

MADE_BY_CALLER = ("callback", "voicemail", "transferred_out")
"""Outcomes that stand whatever comes after them."""

CUSTOMER_SLOT = "customer"
"""Keeps the id of the customer whom a lookup found."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who walks. `name` is '' when unknown; `number` holds digits, '' when withheld."""

    name: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class At:
    """A caller at a place of a flow."""

    flow: Flow
    place: Place
    caller: Caller

    @property
    def phase(self) -> str:
        return self.place.phase

    @property
    def values(self) -> Mapping[str, str]:
        """What slots hold: what steps filled goes over what was known when he called."""
        return {"name": self.caller.name, "number": self.caller.number, **self.place.slots}

    def words(self, *prompts: Prompt | None) -> tuple[Words, ...]:
        """What these prompts say to him, in the language of the place."""
        return tuple(self._words(prompt) for prompt in prompts if prompt is not None)

    def _words(self, prompt: Prompt) -> Words:
        language = self.place.language
        if not prompt.slots:
            return Words(prompt.texts[language], sound=prompt.sounds.get(language, ""))
        filled = fill(prompt.texts[language], self.values, language, self.flow.slot_kinds)
        return Words(filled.text, fixed=False, unspeakable=filled.unspeakable)

    def stay(self, **changes: Any) -> Place:
        """Go on in this step, at another phase of it."""
        return replace(self.place, **changes)

    def go(self, to: str, result: str, *, outcome: str | None = None, slots: Mapping[str, str] = MappingProxyType({})) -> Go:
        """Leave this step for another one. An `outcome` does not undo what the caller himself brought about."""
        place = self.place
        if outcome is not None and (outcome == "" or place.outcome not in MADE_BY_CALLER):
            place = replace(place, outcome=outcome)
        return Go(to, result, with_slots(place, slots) if slots else place)


@dataclass(frozen=True, slots=True)
class Go:
    """The step is left for `to`; `place` is the one left, with what it brought about."""

    to: str
    result: str
    place: Place


def with_slots(place: Place, slots: Mapping[str, str]) -> Place:
    return replace(place, slots=MappingProxyType({**place.slots, **slots}))


def all_digits(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and least <= len(text) <= most
