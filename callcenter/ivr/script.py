"""Walking scripts: a caller's keys and what the world answers, walked without a phone, compared with what was expected. Pure.

    flow: orders
    walks:
      - it: reaches a person by key 1
        language: zh               # the hotline's; the flow's first one when left out
        caller: {name: 张三, number: 13800000001}
        closed: true               # the hotline is closed; open when left out
        at: 2026-10-01 09:30       # day and time on the wall, for plans that stand in the flow; open when left out
        away: [orders]             # queues with nobody on duty; all are on duty when left out
        does: ["1", answered, "5"] # one for each time the caller is listened to, queued or recorded
        path: [greeting, hours, menu, person, survey, bye]
        hears: [欢迎致电]           # parts of what is said, in this order
        owes: [voicemail]          # kinds of the callbacks promised
        answers: ["5"]             # to surveys; none: asked, not answered
        outcome: voicemail

In `does` a word of digits is keyed, `-` is silence; for a queue: answered, timeout, full, empty; for a transfer:
answered, no_answer, busy, refused; for a message: spoken, silent.
`hangs up` ends the walk there. A file may also hold one walk alone, without `flow` and `walks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from callcenter.hotlines.calendar import is_open
from callcenter.ivr.commands import (
    Act,
    AskDuty,
    AskHours,
    EnterQueue,
    GoOn,
    HangUp,
    Listen,
    LookUp,
    NoteSurvey,
    Promise,
    PutThrough,
    Record,
    Speak,
    Switch,
    Words,
)
from callcenter.ivr.finding import Finding
from callcenter.ivr.reader import Key, Reading, Spoilt, compose, items, one_of, record, text
from callcenter.ivr.steps import Flow
from callcenter.ivr.walk import Caller, Move, advance, begin

QUEUE_WORDS = {"answered": "", "timeout": "TIMEOUT", "full": "FULL", "empty": "JOINEMPTY"}
TRANSFER_WORDS = {one: one for one in ("answered", "no_answer", "busy", "refused")}
MESSAGE_WORDS = {"spoken": "done", "silent": "nothing"}
HANGS_UP = "hangs up"
MOST_MOVES = 2_000
UTC = ZoneInfo("UTC")


@dataclass(frozen=True, kw_only=True)
class Script:
    """One walk and what is expected of it. None: not looked at."""

    it: str
    line: int = 0
    language: str = ""
    caller: Caller = field(default=Caller("", "13800000000"))
    closed: bool = False
    at: int | None = None
    """By the clock on the wall, as if that were UTC; ms since the epoch."""
    away: tuple[str, ...] = ()
    does: tuple[str, ...] = ()
    path: tuple[str, ...] | None = None
    hears: tuple[str, ...] = ()
    owes: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    outcome: str | None = None


@dataclass
class Walked:
    """What came of a walk. `unexpected`: the caller was asked for something his script does not say.

    `told`: everything in its order, as (what, word); what is entered, hears or does.
    """

    path: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    owes: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    outcome: str = ""
    unused: tuple[str, ...] = ()
    unexpected: str = ""
    told: list[tuple[str, str]] = field(default_factory=list)

    def enters(self, step: str) -> None:
        self.path.append(step)
        self.told.append(("entered", step))

    def hears(self, words: Iterable[Words]) -> None:
        for one in words:
            self.heard.append(one.text)
            self.told.append(("hears", one.text))


def read_scripts(source: str, file: str) -> tuple[str, tuple[Script, ...], tuple[Finding, ...]]:
    """The flow's name ('' for one walk alone), its scripts, and what is wrong with the file (then there are no scripts)."""
    reading = Reading(file)
    keys = {"flow": Key(text), "walks": Key(lambda node, reading: items(node, reading, _script, "a list of walks"))}
    try:
        node = compose(source, reading)
        if isinstance(node, yaml.MappingNode) and not {"flow", "walks"}.intersection(key.value for key, _ in node.value):
            return "", (_script(node, reading),), ()
        values = record(node, reading, keys, "a file of walks")
    except Spoilt:
        return "", (), tuple(sorted(reading.findings))
    return values["flow"], values["walks"], ()


def judge(flow: Flow, script: Script, file: str) -> tuple[Finding, ...]:
    """Walk a script through a flow; what came otherwise than expected."""
    return tuple(Finding(file, script.line, f"{script.it}: {what}") for what in differences(script, walk_script(flow, script)))


def walk_script(flow: Flow, script: Script) -> Walked:
    """Walk a script through a flow."""
    walked = Walked()
    does = list(script.does)
    move = begin(flow, script.caller, script.language)
    walked.enters(move.place.step)
    for _ in range(MOST_MOVES):
        result = _result(move, script, walked, does)
        if result is None:
            break
        move = advance(flow, move.place, script.caller, result)
        if move.left:
            walked.enters(move.place.step)
    walked.unused = tuple(does)
    return walked


def _result(move: Move, script: Script, walked: Walked, does: list[str]) -> str | None:
    """What the world answers to a command; None at the end."""
    match move.command:
        case Speak(words):
            walked.hears(words)
            return ""
        case Listen(words):
            walked.hears(words)
            return _next(move, walked, does, {"-": ""})
        case Switch() | GoOn():
            return "done"
        case LookUp():
            return "unknown"
        case Act():
            return "failed"
        case PutThrough():
            return _next(move, walked, does, TRANSFER_WORDS)
        case AskHours(plan):
            shut = plan is not None and script.at is not None and not is_open(plan, script.at, UTC)
            return "closed" if script.closed or shut else "open"
        case AskDuty(queue):
            return "no" if queue in script.away else "yes"
        case EnterQueue():
            return _next(move, walked, does, QUEUE_WORDS)
        case Record():
            return _next(move, walked, does, MESSAGE_WORDS)
        case Promise(_queue, kind):
            walked.owes.append(kind)
            walked.outcome = move.place.outcome
        case NoteSurvey(answer):
            walked.answers.append(answer or "none")
        case HangUp(outcome):
            walked.outcome = outcome
            return None
    return "done"


def _next(move: Move, walked: Walked, does: list[str], meaning: dict[str, str]) -> str | None:
    if not does:
        walked.unexpected = f"at {move.place.step} the script says nothing more"
        return None
    done = does.pop(0)
    walked.told.append(("does", done))
    if done == HANGS_UP:
        return None
    if done in meaning:
        return meaning[done]
    if isinstance(move.command, Listen) and set(done) <= set("0123456789*#"):
        return done.rstrip("#")
    walked.unexpected = f"{done!r} cannot be done at {move.place.step}"
    return None


def differences(script: Script, walked: Walked) -> Iterator[str]:
    """What came otherwise than the script expects, in words."""
    if walked.unexpected:
        yield walked.unexpected
    if walked.unused:
        yield f"the walk ended before {', '.join(walked.unused)}"
    if script.path is not None and tuple(walked.path) != script.path:
        yield f"expected the path {' '.join(script.path)}, walked {' '.join(walked.path)}"
    heard = iter(walked.heard)
    for part in script.hears:
        if not any(part in one for one in heard):
            yield f"expected to hear {part!r} (in this order), heard {walked.heard}"
            break
    for name, expected, came in (("callbacks", script.owes, walked.owes), ("answers", script.answers, walked.answers)):
        if tuple(came) != expected:
            yield f"expected {name} {list(expected)}, got {came}"
    if script.outcome is not None and walked.outcome != script.outcome:
        yield f"expected the outcome {script.outcome!r}, got {walked.outcome!r}"


def _script(node: yaml.Node, reading: Reading) -> Script:
    words = Key(_words, ())
    keys = {
        "it": Key(text),
        "language": Key(text, ""),
        "caller": Key(_caller, Caller("", "13800000000")),
        "closed": Key(lambda node, reading: one_of(("true", "false"))(node, reading) == "true", False),
        "at": Key(_at, None),
        "away": words,
        "does": words,
        "path": Key(_words, None),
        "hears": words,
        "owes": words,
        "answers": words,
        "outcome": Key(lambda node, _reading: str(node.value), None),
    }
    values: dict[str, Any] = record(node, reading, keys, "a walk")
    return Script(**values, line=node.start_mark.line + 1)


def _words(node: yaml.Node, reading: Reading) -> tuple[str, ...]:
    if isinstance(node, yaml.SequenceNode) and not node.value:
        return ()
    return items(node, reading, text, "a list of words")


def _at(node: yaml.Node, reading: Reading) -> int:
    given = text(node, reading)
    try:
        return int(datetime.strptime(given, "%Y-%m-%d %H:%M").replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        reading.refuse(node, f"expected a day and time such as 2026-10-01 09:30, got {given[:40]!r}")


def _caller(node: yaml.Node, reading: Reading) -> Caller:
    given = record(node, reading, {"name": Key(text, ""), "number": Key(text, "")}, "a caller")
    return Caller(given["name"], given["number"])
