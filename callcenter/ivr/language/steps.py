"""The words of the flow language: one frozen record each. A flow is read by `load`, judged in `checking`, walked in `walking`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from callcenter.hotlines.calendar import WeeklyPlan

SLOT = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")
"""A slot in a prompt: its name, and the kind it is spoken as (`{amount:money}`), None for digit by digit."""

BUILT_IN_SLOTS = frozenset({"name", "number"})
"""What every prompt may speak of: the caller's name, and his number."""

LOOKED_UP = frozenset({"name", "open_case", "manager"})
"""What a `lookup` step fills on its way `known`: '' for what the customer has not."""

OWN_SLOTS = BUILT_IN_SLOTS | LOOKED_UP | {"customer", "survey_answer", "survey_question", "callback_number"}
"""Slots that say who the caller is and what he answered: nothing that he keys in or that an action finds is ever kept there."""

EXITS = ("self_served", "after_hours", "no_agent", "queue_timeout", "queue_full", "overflow", "silent", "nuisance")
"""Exits that a flow may name where it ends (KPI words); the rest follow from what happened."""

SILENT = "silent"
"""A caller from whom neither a key nor a sound has come since his call began: what a question gives then, the way he goes, and the exit."""


@dataclass(frozen=True)
class Prompt:
    """What is said, by language (`zh`, `en`); `{name}`, `{number}` and the slots that steps fill are filled in, spoken as their kind.

    `name` is that of a named prompt, which may have by language the sha256 of a sound that is played instead of the text.
    """

    texts: Mapping[str, str]
    line: int = 0
    name: str = ""
    sounds: Mapping[str, str] = field(default_factory=dict)

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
    """One key chooses. After `tries` without a good one: `otherwise`, or `silent` for one who has neither pressed a key nor made a sound
    in the whole call. Key 0 is the way to a person (Flow.person), always."""

    prompt: Prompt
    choices: Mapping[str, str]
    tries: int = 3
    timeout_s: int = 5
    interrupt: bool = True
    on_invalid: Prompt | None = None
    otherwise: str
    silent: str | None = None


@dataclass(frozen=True, kw_only=True)
class Ask(Step):
    """`least` to `most` digits, ended by # or time, kept in slot `into`. After `tries`: `otherwise`, or `silent` as in a menu."""

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
    silent: str | None = None


@dataclass(frozen=True, kw_only=True)
class Language(Step):
    """From here on the caller hears `language`: the flow's prompts, and Asterisk's own in the queue. A menu's keys may lead here."""

    language: str
    next: str


@dataclass(frozen=True, kw_only=True)
class Hours(Step):
    """`plan` None: the hotline's own, with its holidays and special days; `holiday` and `emergency` are ways of that plan only, and where
    they are not given its callers go `closed`."""

    plan: WeeklyPlan | None = None
    open: str
    closed: str
    holiday: str | None = None
    emergency: str | None = None


@dataclass(frozen=True, kw_only=True)
class Queue(Step):
    """Waits in a queue for a person; where to go after each way out. With nobody on duty the caller is not put into it: `nobody`.

    `full` and `no_agent` go where `timeout` and `nobody` go when they are not given.
    """

    queue: str
    prompt: Prompt | None = None
    interrupt: bool = True
    timeout_s: int = 300
    answered: str
    timeout: str
    full: str | None = None
    no_agent: str | None = None
    nobody: str


@dataclass(frozen=True, kw_only=True)
class Transfer(Step):
    """Rings one telephone: that of an `agent` (his number; wherever he sits), of a `seat`, or an outside `number` that may be dialled.

    After the talk: `answered`, or the end when it is not given. `busy` and `refused` go where `no_answer` goes when they are not given.
    """

    agent: str = ""
    seat: str = ""
    number: str = ""
    prompt: Prompt | None = None
    interrupt: bool = True
    timeout_s: int = 30
    answered: str | None = None
    no_answer: str
    busy: str | None = None
    refused: str | None = None


@dataclass(frozen=True, kw_only=True)
class Message(Step):
    """Records a message, which becomes a callback that `queue` owes. With `limited`, one whose number has asked too often today goes
    there."""

    prompt: Prompt
    interrupt: bool = True
    queue: str
    most_s: int = 120
    silence_s: int = 5
    thanks: Prompt | None = None
    next: str
    limited: str | None = None


@dataclass(frozen=True, kw_only=True)
class Callback(Step):
    """Promises a callback: key 1 takes the caller's own number, 2 asks for another one. A withheld number is asked for at once. With
    `limited`, one whose number has asked too often today goes there."""

    prompt: Prompt
    interrupt: bool = True
    number_prompt: Prompt
    promised: Prompt
    queue: str
    tries: int = 3
    timeout_s: int = 8
    next: str
    otherwise: str
    limited: str | None = None


@dataclass(frozen=True, kw_only=True)
class Survey(Step):
    """One key after the call; no key in time is kept apart from every answer. `by` queue: he is asked the questions of the queue in which
    he was, and `prompt` only when it has none."""

    by: str = ""
    prompt: Prompt
    keys: str = "12345"
    tries: int = 2
    timeout_s: int = 6
    interrupt: bool = True
    thanks: Prompt | None = None
    next: str


@dataclass(frozen=True, kw_only=True)
class Lookup(Step):
    """Asks who the caller is, `by` his number or by what an `ask` step took (licence or customer number). From `known` on he is that
    customer: his name, and the slots open_case and manager, may be spoken; they hold nothing when he keyed in a number and calls from none
    of the customer's, for others may know it.

    Where several customers have his number, `which` is said, then the name and the key of each; key * says that it is none of them
    (`unknown`), 0 leads to a person. Without `which`, after `tries`, and with more than nine of them he goes on at `several`. That, and
    `locked` (too many wrong tries), go where `unknown` goes when they are not given."""

    by: str = "number"
    which: Prompt | None = None
    tries: int = 2
    timeout_s: int = 5
    interrupt: bool = True
    known: str
    unknown: str
    several: str | None = None
    locked: str | None = None


@dataclass(frozen=True, kw_only=True)
class Do(Step):
    """Does a named action, with texts and slots as its inputs; each of its results has a way, `failed` too. `prompt` is said before."""

    action: str
    given: Mapping[str, str] = field(default_factory=dict)
    results: Mapping[str, str]
    prompt: Prompt | None = None
    interrupt: bool = True


@dataclass(frozen=True, kw_only=True)
class GoTo(Step):
    """Goes on in another flow, at its start or at `step`; slots, language and what was promised go with the caller."""

    flow: str
    step: str | None = None


@dataclass(frozen=True, kw_only=True)
class End(Step):
    """The end of the call. `outcome`: the exit when the flow itself gave the answer (self_served) or to override what follows from the way
    here."""

    prompt: Prompt | None = None
    interrupt: bool = True
    outcome: str = ""


KINDS: Mapping[str, type[Step]] = {
    "say": Say,
    "menu": Menu,
    "ask": Ask,
    "language": Language,
    "hours": Hours,
    "lookup": Lookup,
    "queue": Queue,
    "transfer": Transfer,
    "message": Message,
    "callback": Callback,
    "survey": Survey,
    "do": Do,
    "go_to": GoTo,
    "end": End,
}
WORDS: Mapping[type[Step], str] = {kind: word for word, kind in KINDS.items()}


@dataclass(frozen=True)
class Flow:
    """One version of a flow. `person` is the queue step that 0 leads to from every menu. `version` is a short hash of the file's text.

    `title`: what people call the flow, in Chinese and English; None: by its name.
    `slot_kinds`: how slots that actions fill are spoken where a prompt does not say. `others`: the flows that this one may go to.
    """

    name: str
    version: str
    languages: tuple[str, ...]
    start: str
    steps: Mapping[str, Step] = field(default_factory=dict)
    person: str | None = None
    title: tuple[str, str] | None = None
    file: str = ""
    line: int = 1
    slot_kinds: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, Flow] = field(default_factory=dict, repr=False, compare=False)

    def kind(self, step: str) -> str:
        return WORDS[type(self.steps[step])]


def together(flows: Iterable[Flow]) -> Mapping[str, Flow]:
    """These flows by name, each with all of them to go to."""
    linked: dict[str, Flow] = {}
    others = MappingProxyType(linked)
    linked.update({flow.name: replace(flow, others=others) for flow in flows})
    return others
