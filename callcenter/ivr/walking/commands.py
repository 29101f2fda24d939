"""What a walk asks to be done: one frozen record each. What came of it goes back into the walk as a word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from callcenter.hotlines.calendar import WeeklyPlan

NO_ANSWER = "wrong:"
"""Before a key that is none of a question's answers."""


@dataclass(frozen=True, slots=True)
class Words:
    """One text to be spoken. `fixed`: known before any caller, so that its sound can be made ahead.

    `sound`: the sha256 of the sound that is played instead, '' for none.

    `unspeakable`: what of it had to be spoken digit by digit as it was none of its kind, in words for the operator.
    """

    text: str
    fixed: bool = True
    unspeakable: tuple[str, ...] = ()
    sound: str = ""


@dataclass(frozen=True, slots=True)
class Speak:
    """Result: the key that interrupted, or ''; it is kept for the next Listen. `fresh`: keys pressed before mean nothing now.

    `interrupt` False: no key cuts it; the result is '', and what was pressed is kept for the next Listen.
    """

    words: tuple[Words, ...]
    fresh: bool = False
    interrupt: bool = True


@dataclass(frozen=True, slots=True)
class Listen:
    """Say `words` and take up to `most` digits; a key ends the saying. Result: the digits, '' for none in time.

    `fresh` and `interrupt` as in Speak. `silence`: SILENT is told apart from ''.
    """

    words: tuple[Words, ...]
    most: int
    timeout_s: float
    fresh: bool = False
    interrupt: bool = True
    silence: bool = False


@dataclass(frozen=True, slots=True)
class Switch:
    """Asterisk's own prompts are in `language` from now on. Result: done."""

    language: str


@dataclass(frozen=True, slots=True)
class AskHours:
    """`plan` None: the hotline's own. Result: open, closed, and of the hotline's own also holiday or emergency."""

    plan: WeeklyPlan | None


@dataclass(frozen=True, slots=True)
class AskDuty:
    """Is anybody on duty in the queue? Result: yes or no."""

    queue: str


@dataclass(frozen=True, slots=True)
class EnterQueue:
    """Result: QUEUESTATUS in Asterisk's word; '' or CONTINUE when an agent was there."""

    queue: str
    timeout_s: int


@dataclass(frozen=True, slots=True)
class PutThrough:
    """Ring somebody; one of `agent`, `seat`, `number` is given. Result: answered (and the talk is over), no_answer, busy or refused."""

    agent: str
    seat: str
    number: str
    timeout_s: int


@dataclass(frozen=True, slots=True)
class Record:
    """Result: done, or nothing when it was too short to be a message."""

    most_s: int
    silence_s: int


@dataclass(frozen=True, slots=True)
class AskMay:
    """May this caller leave one more message, or ask for one more call? Result: yes or no."""


@dataclass(frozen=True, slots=True)
class AskQuestion:
    """Ask the question in place `nth` (from 0) of the queue in which he was, and take one key. Result: the key when it is an answer,
    NO_ANSWER and the key for another one, '' for none in time; over when there are no more questions, own when there are none at all.

    `fresh` and `interrupt` as in Speak.
    """

    nth: int
    timeout_s: float
    fresh: bool = False
    interrupt: bool = True


@dataclass(frozen=True, slots=True)
class Promise:
    """A callback is owed. `number` None: the caller's own. `recorded`: a message was left in this step. Result: done."""

    queue: str
    kind: str
    number: str | None = None
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class NoteSurvey:
    """`answer` None: asked and not answered. `nth`: which question of the queue it was, None for the step's own. Result: done."""

    answer: str | None
    nth: int | None = None


@dataclass(frozen=True, slots=True)
class LookUp:
    """Who is the caller, by `kind` (number, keyed) and `value`? Result: known, unknown, several or locked; `known` comes with slots."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class AskWhom:
    """Say `words`, then the name and the key of each customer who has his number, and take one key. Result: known with slots, as LookUp's,
    or unknown when he is not one any more; several when there are too many, or not several; any other key as it is, '' for none in time.

    `person`: key 0 leads to one. `interrupt` as in Speak.
    """

    words: tuple[Words, ...]
    timeout_s: float
    person: bool
    interrupt: bool = True


@dataclass(frozen=True, slots=True)
class Act:
    """A named action with its inputs filled. Result: one of its outcomes, with the slots that it fills."""

    action: str
    inputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GoOn:
    """In another flow. Result: done."""

    flow: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """The end; `outcome` is a KPI exit or ''."""

    outcome: str


Command = (
    Speak
    | Listen
    | Switch
    | AskHours
    | AskDuty
    | AskMay
    | AskQuestion
    | LookUp
    | AskWhom
    | EnterQueue
    | PutThrough
    | Record
    | Promise
    | NoteSurvey
    | Act
    | GoOn
    | HangUp
)
