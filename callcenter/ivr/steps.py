"""The words of the flow language: one frozen record each. A flow is read by load.py, judged by check.py, walked by walk.py."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property

from callcenter.hotlines.calendar import WeeklyPlan

SLOT = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")
"""A slot in a prompt: its name, and the kind it is spoken as (`{amount:money}`), None for digit by digit."""

BUILT_IN_SLOTS = frozenset({"name", "number"})
"""What every prompt may speak of: the caller's name, and his number."""

EXITS = ("self_served", "after_hours", "no_agent", "queue_timeout", "queue_full", "overflow")
"""Exits that a flow may name where it hangs up (KPI words); the rest follow from what happened."""


@dataclass(frozen=True)
class Prompt:
    """What is said, by language (`zh`, `en`); `{name}`, `{number}` and the slots of `ask` steps are filled in, spoken as their kind."""

    texts: Mapping[str, str]
    line: int = 0

    @cached_property
    def slots(self) -> frozenset[str]:
        return frozenset(slot[1] for text in self.texts.values() for slot in SLOT.finditer(text))


@dataclass(frozen=True, kw_only=True)
class Step:
    """`title`: what people call the step, in Chinese and English; None: by its name."""

    name: str
    line: int = 0
    title: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Say(Step):
    """Says `prompt`, or `known` to a caller whose name is known. A key goes on at once, and counts in the step after.

    `interrupt` False, here and in other steps: keys do not cut the prompt; they count when it has been heard.
    """

    prompt: Prompt
    known: Prompt | None = None
    interrupt: bool = True
    next: str


@dataclass(frozen=True, kw_only=True)
class Menu(Step):
    """One key chooses. After `tries` without a good one: `otherwise`. Key 0 is the way to a person (Flow.person), always."""

    prompt: Prompt
    choices: Mapping[str, str]
    tries: int = 3
    timeout_s: int = 5
    interrupt: bool = True
    on_invalid: Prompt | None = None
    otherwise: str


@dataclass(frozen=True, kw_only=True)
class Ask(Step):
    """`least` to `most` digits, ended by # or time, kept in slot `into`. After `tries`: `otherwise`."""

    prompt: Prompt
    into: str
    least: int = 1
    most: int
    tries: int = 3
    timeout_s: int = 8
    interrupt: bool = True
    on_invalid: Prompt | None = None
    next: str
    otherwise: str


@dataclass(frozen=True, kw_only=True)
class Language(Step):
    """From here on the caller hears `language`: the flow's prompts, and Asterisk's own in the queue. A menu's keys may lead here."""

    language: str
    next: str


@dataclass(frozen=True, kw_only=True)
class Hours(Step):
    """`plan` None: the weekly plan of the hotline that was called."""

    plan: WeeklyPlan | None = None
    open: str
    closed: str


@dataclass(frozen=True, kw_only=True)
class Queue(Step):
    """Waits in a queue for a person; where to go after each way out. With nobody on duty the caller is not put into it: `nobody`.

    `full` and `no_agent` go where `timeout` and `nobody` go when they are not given.
    """

    queue: str
    prompt: Prompt | None = None
    timeout_s: int = 300
    answered: str
    timeout: str
    full: str | None = None
    no_agent: str | None = None
    nobody: str


@dataclass(frozen=True, kw_only=True)
class Message(Step):
    """Records a message, which becomes a callback that `queue` owes."""

    prompt: Prompt
    queue: str
    most_s: int = 120
    silence_s: int = 5
    thanks: Prompt | None = None
    next: str


@dataclass(frozen=True, kw_only=True)
class Callback(Step):
    """Promises a callback: key 1 takes the caller's own number, 2 asks for another one. A withheld number is asked for at once."""

    prompt: Prompt
    number_prompt: Prompt
    promised: Prompt
    queue: str
    tries: int = 3
    timeout_s: int = 8
    next: str
    otherwise: str


@dataclass(frozen=True, kw_only=True)
class Survey(Step):
    """One key after the call; no key in time is kept apart from every answer."""

    prompt: Prompt
    keys: str = "12345"
    tries: int = 2
    timeout_s: int = 6
    interrupt: bool = True
    thanks: Prompt | None = None
    next: str


@dataclass(frozen=True, kw_only=True)
class Hangup(Step):
    """The end. `outcome`: the exit when the flow itself gave the answer (self_served) or to override what follows from the way here."""

    prompt: Prompt | None = None
    outcome: str = ""


KINDS: Mapping[str, type[Step]] = {
    "say": Say,
    "menu": Menu,
    "ask": Ask,
    "language": Language,
    "hours": Hours,
    "queue": Queue,
    "message": Message,
    "callback": Callback,
    "survey": Survey,
    "hangup": Hangup,
}
WORDS: Mapping[type[Step], str] = {kind: word for word, kind in KINDS.items()}


@dataclass(frozen=True)
class Flow:
    """One version of a flow. `person` is the queue step that 0 leads to from every menu. `version` is a short hash of the file's text."""

    name: str
    version: str
    languages: tuple[str, ...]
    start: str
    steps: Mapping[str, Step] = field(default_factory=dict)
    person: str | None = None
    file: str = ""
    line: int = 1

    def kind(self, step: str) -> str:
        return WORDS[type(self.steps[step])]


def prompts(step: Step) -> Iterator[Prompt]:
    """Everything a step may say."""
    for f in fields(step):
        value = getattr(step, f.name)
        if isinstance(value, Prompt):
            yield value


def silent_ways(step: Step) -> tuple[str, ...]:
    """Where a step leads a caller who presses nothing, however the rest of the world answers. Waiting in a queue until its time is up takes
    its time and is left out."""
    match step:
        case Say() | Language() | Message() | Survey():
            return (step.next,)
        case Menu() | Ask() | Callback():
            return (step.otherwise,)
        case Hours():
            return (step.open, step.closed)
        case Queue():
            return tuple(dict.fromkeys((step.answered, step.full or step.timeout, step.no_agent or step.nobody, step.nobody)))
    return ()


def ways(step: Step) -> tuple[str, ...]:
    """Every step this one can lead to (the 0 of menus apart)."""
    more: tuple[str, ...] = ()
    match step:
        case Menu():
            more = tuple(step.choices.values())
        case Ask() | Callback():
            more = (step.next,)
        case Queue():
            more = (step.timeout,)
    return tuple(dict.fromkeys((*silent_ways(step), *more)))
