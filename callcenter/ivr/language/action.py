"""What a named action is: declared inputs, a fixed set of results, slots that it fills, and the function that does it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field

from callcenter.ivr.language.spoken import KINDS as SPOKEN
from callcenter.ivr.language.steps import OWN_SLOTS

FAILED = "failed"
"""Every action's further result: it raised, was too slow, or answered nonsense. The runner gives it, never the action itself."""

TEXT = "text"
"""A slot of this kind is spoken as it stands; the other kinds are spoken.py's."""
SLOT_KINDS = (TEXT, *SPOKEN)
INPUT_KINDS = (TEXT, "digits")

MOST_INPUT = 200
MOST_SLOT = 60
"""Longest value of an input and of a slot, in letters: a caller's place must fit on his channel."""

LIMIT_S = 3.0
"""How long an action may take when it does not say otherwise: the caller hears nothing meanwhile."""
MOST_LIMIT_S = 10.0

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SLOT = re.compile(r"[a-z][a-z0-9_]{0,19}")


class BadAction(ValueError):
    """A declaration that cannot be used; says what would be right."""


@dataclass(frozen=True, slots=True)
class Input:
    """What a flow gives an action under `with`: a text with slots. `kind`: text or digits. An input that is not `needed` may be left out
    and is '' then. `choices`: the only values there are; none given: any value."""

    kind: str = TEXT
    needed: bool = True
    choices: tuple[str, ...] = ()
    what: str = ""

    def wrong(self, value: str) -> str:
        """Why a value cannot be used, in words for whoever wrote the flow; '' when it can."""
        if not value:
            return "expected a value, got nothing" if self.needed else ""
        if len(value) > MOST_INPUT:
            return f"expected at most {MOST_INPUT} letters, got {len(value)}"
        if self.choices and value not in self.choices:
            return f"expected one of {', '.join(self.choices)}, got {value[:40]!r}"
        if self.kind == "digits" and not (value.isascii() and value.isdigit()):
            return f"expected digits, got {value[:40]!r}"
        return ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One caller's asking. `customer` is None for one who is not recognised; `number` is '' when it is withheld; `language` is zh or en.

    He may be that customer by what he keyed in, which others may know: what is told him then is checked against `number`.
    `key` names the act (call, step and visit of the step): asked again with the same key, an action with an effect does nothing more.
    """

    call: str
    hotline: str
    customer: int | None
    number: str
    language: str
    inputs: Mapping[str, str]
    key: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`result` is one of the action's results; `slots` fill those that it `sets`, written as spoken.py reads their kind."""

    result: str
    slots: Mapping[str, str] = field(default_factory=dict)


Run = Callable[[Asked], Awaitable[Answer]]


@dataclass(frozen=True, kw_only=True)
class Action:
    """`what` says in a sentence what it does. `results` are its own; `failed` comes on top and stands in `outcomes`.

    `title`: what people call it, in Chinese and English, `called` its results; what has none there goes by its name.
    `sets` gives the kind of each slot that it may fill; `fills` which of them a result fills, all of them where it says nothing of it: a
    flow that speaks of others on that way is told so. `effect`: it changes something, and is done once for a key. `same_again`: run
    itself sees to that, by the key, so that it may be run again when nobody knows whether it came to its end.
    Raise BadAction for a declaration that cannot be used.
    """

    name: str
    title: tuple[str, str] | None = None
    what: str = ""
    inputs: Mapping[str, Input] = field(default_factory=dict)
    results: tuple[str, ...]
    called: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    sets: Mapping[str, str] = field(default_factory=dict)
    fills: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    effect: bool = False
    same_again: bool = False
    limit_s: float = LIMIT_S
    run: Run

    def __post_init__(self) -> None:
        for wrong in _wrong(self):
            raise BadAction(f"action {self.name!r}: {wrong}")

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Every result there is; a flow has a way for each."""
        return (*self.results, FAILED)


def titles_of(actions: Collection[Action], language: str) -> Mapping[str, str]:
    """What actions are called in Chinese (zh) or English, by name, and their results by both names (`order_status/found`)."""
    titles = {one.name: one.title for one in actions if one.title}
    titles |= {f"{one.name}/{result}": title for one in actions for result, title in one.called.items()}
    return {name: title[0 if language == "zh" else 1] for name, title in titles.items()}


def slots_of(action: Action, result: str) -> frozenset[str]:
    """The slots that a result of its own fills."""
    return frozenset(action.fills.get(result, action.sets))


def _wrong(action: Action) -> list[str]:
    wrong = []
    if not _NAME.fullmatch(action.name):
        wrong.append("expected a name of small letters, digits and _")
    if not action.results:
        wrong.append("expected at least one result")
    wrong += [f"result {one!r}: expected small letters, digits and _" for one in action.results if not _NAME.fullmatch(one)]
    if FAILED in action.results:
        wrong.append(f"{FAILED!r} is every action's and is not declared")
    if len(set(action.results)) < len(action.results):
        wrong.append("a result stands there twice")
    wrong += [f"input {name!r}: expected small letters, digits and _" for name in action.inputs if not _SLOT.fullmatch(name)]
    wrong += [
        f"input {name!r}: expected a kind of {', '.join(INPUT_KINDS)}" for name, i in action.inputs.items() if i.kind not in INPUT_KINDS
    ]
    wrong += [f"slot {name!r}: expected at most 20 small letters, digits and _" for name in action.sets if not _SLOT.fullmatch(name)]
    wrong += [f"slot {name!r} is the caller's own" for name in action.sets if name in OWN_SLOTS]
    wrong += [f"slot {name!r}: expected a kind of {', '.join(SLOT_KINDS)}" for name, kind in action.sets.items() if kind not in SLOT_KINDS]
    wrong += [f"called: {one!r} is none of its results" for one in action.called if one not in action.results]
    wrong += [f"fills: {one!r} is none of its results" for one in action.fills if one not in action.results]
    wrong += [f"fills: {one!r} is none of its slots" for slots in action.fills.values() for one in slots if one not in action.sets]
    if not 0 < action.limit_s <= MOST_LIMIT_S:
        wrong.append(f"expected a limit of at most {MOST_LIMIT_S:.0f} s")
    if not (inspect.iscoroutinefunction(action.run) or inspect.iscoroutinefunction(getattr(action.run, "func", None))):
        wrong.append("run: expected an async function of one argument, Asked")
    return wrong
