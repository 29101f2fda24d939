"""Walking scripts as they are written: a caller's keys and what the world answers, with what is expected to come of it. Pure.

    flow: orders
    walks:
      - it: reaches a person by key 1
        language: zh               # the hotline's; the flow's first one when left out
        caller: {name: 张三, number: 13800000001}
        at: 2026-10-01 09:30       # day and time on the wall when he calls, for plans that stand in the flow; open when left out
        opening: closed            # what the hotline's own hours say: open (when left out), closed, holiday
        away: [orders]             # queues with nobody on duty; all are on duty when left out
        services:                  # what others answer; a list answers one time after the other
          actions: {order_status: {found: {state: 配送中}}, note: noted, open_case: [failed, opened]}
          lookup: {"330100000001": {known: {name: 张记, language: zh}}, "13800000009": {several: {1: 张记, 2: 李记}}}
          emergency: {zh: 系统升级, en: Upgrade, closed: true}
          treatment: blacklisted
          limited: yes               # his number has asked for too much today
        does: ["1", answered, "5"] # one for each time the caller is listened to, queued, put through or recorded
        path: [greeting, hours, menu, person, survey, bye]
        hears: [欢迎致电]           # parts of what is said, in this order
        acts: [order_status]       # the actions done, in this order; left out: not looked at
        owes: [voicemail]          # the callbacks promised: asked, voicemail, or after_hours for a message while it is closed
        answers: ["5"]             # to surveys; none: asked, not answered
        outcome: voicemail

In `does` a word of digits is keyed, `-` is no key, `silent` no key and no sound, `waits 4` lets seconds pass before the next word, or until
his time is up; `12 waits 4 34` is keyed with a pause in it, and what comes too late is keyed into whatever follows. For a queue: answered,
timeout, full, empty; for a transfer: answered, no_answer, busy, refused; for a message: spoken, silent. `hangs up` ends the walk there. A
file may also hold one walk alone, without `flow` and `walks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import yaml

from callcenter.ivr.language.finding import Finding, at_most
from callcenter.ivr.language.reader import Enough, Key, Reading, Spoilt, compose, entries, items, one_of, record, text, yes_or_no
from callcenter.ivr.language.words import LANGUAGES, spoken_text
from callcenter.ivr.walking.answered import Emergency
from callcenter.ivr.walking.walk import Caller

MOST_WALKS = 300
"""Walks in a file: all of them are walked before each publish, and while calls go on."""

OPENING = ("open", "closed", "holiday")
TREATMENTS = ("blacklisted", "nuisance", "silent")
OWED = ("asked", "voicemail", "after_hours")
LOOKED = ("known", "unknown", "several", "locked")
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Answered:
    """What an action or a lookup answers: its result, and the slots that it fills."""

    result: str
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """What others answer. `actions` by name, and `lookup` by the number or the digits keyed, answer one time after the other; the last
    answer stays."""

    actions: Mapping[str, tuple[Answered, ...]] = field(default_factory=dict)
    lookup: Mapping[str, tuple[Answered, ...]] = field(default_factory=dict)
    emergency: Emergency | None = None
    treatment: str = ""
    limited: bool = False


@dataclass(frozen=True, kw_only=True)
class Script:
    """One walk and what is expected of it. None: not looked at. `stops`: where nothing is said of what others answer, for a walk that is
    still being made; otherwise a lookup finds nobody, and who is asked again answers the same."""

    it: str
    line: int = 0
    language: str = ""
    caller: Caller = field(default=Caller("", "13800000000"))
    opening: str = "open"
    at: int | None = None
    """By the clock on the wall, as if that were UTC; ms since the epoch."""
    away: tuple[str, ...] = ()
    services: World = field(default=World())
    stops: bool = False
    does: tuple[str, ...] = ()
    path: tuple[str, ...] | None = None
    hears: tuple[str, ...] = ()
    acts: tuple[str, ...] | None = None
    owes: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    outcome: str | None = None


def read_scripts(source: str, file: str) -> tuple[str, tuple[Script, ...], tuple[Finding, ...]]:
    """The flow's name ('' for one walk alone), its scripts, and what is wrong with the file (then there are no scripts)."""
    reading = Reading(file)
    keys = {"flow": Key(text), "walks": Key(lambda node, reading: items(node, reading, _script, "a list of walks"))}
    try:
        node = compose(source, reading)
        if isinstance(node, yaml.MappingNode) and not {"flow", "walks"}.intersection(key.value for key, _ in node.value):
            return "", (_script(node, reading),), ()
        values = record(node, reading, keys, "a file of walks")
        if len(values["walks"]) > MOST_WALKS:
            reading.refuse(node, f"expected at most {MOST_WALKS} walks, got {len(values['walks'])}")
    except (Spoilt, Enough):
        return "", (), at_most(reading.findings)
    return values["flow"], values["walks"], ()


def _script(node: yaml.Node, reading: Reading) -> Script:
    values: dict[str, Any] = record(node, reading, _SCRIPT, "a walk")
    return Script(**values, line=node.start_mark.line + 1)


def _words(node: yaml.Node, reading: Reading) -> tuple[str, ...]:
    if isinstance(node, yaml.SequenceNode) and not node.value:
        return ()
    return items(node, reading, text, "a list of words")


def _kinds_owed(node: yaml.Node, reading: Reading) -> tuple[str, ...]:
    if isinstance(node, yaml.SequenceNode) and not node.value:
        return ()
    return items(node, reading, one_of(OWED), "a list of callbacks")


def _at(node: yaml.Node, reading: Reading) -> int:
    given = text(node, reading)
    try:
        return int(datetime.strptime(given, "%Y-%m-%d %H:%M").replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        reading.refuse(node, f"expected a day and time such as 2026-10-01 09:30, got {given[:40]!r}")


def _caller(node: yaml.Node, reading: Reading) -> Caller:
    given = record(node, reading, {"name": Key(text, ""), "number": Key(text, "")}, "a caller")
    return Caller(given["name"], given["number"])


def _world(node: yaml.Node, reading: Reading) -> World:
    keys = {
        "actions": Key(lambda node, reading: _answers(node, reading, "actions and what they answer"), {}),
        "lookup": Key(lambda node, reading: _answers(node, reading, "numbers and whom they belong to", LOOKED), {}),
        "emergency": Key(_emergency, None),
        "treatment": Key(one_of(TREATMENTS), ""),
        "limited": Key(yes_or_no, False),
    }
    return World(**record(node, reading, keys, "services"))


def _answers(node: yaml.Node, reading: Reading, what: str, results: tuple[str, ...] = ()) -> Mapping[str, tuple[Answered, ...]]:
    found: dict[str, tuple[Answered, ...]] = {}
    for name, (_, value) in entries(node, reading, what).items():
        several = value.value if isinstance(value, yaml.SequenceNode) else [value]
        found[name] = tuple(_answered(one, reading, results) for one in several)
    return MappingProxyType(found)


def _answered(node: yaml.Node, reading: Reading, results: tuple[str, ...]) -> Answered:
    """`failed`, or `{found: {state: 配送中}}`."""
    result, slots = node, NOTHING
    if isinstance(node, yaml.MappingNode):
        ((result, inside),) = _only(node, reading)
        slots = MappingProxyType({name: _value(one) for name, (_, one) in entries(inside, reading, "slots and what they hold").items()})
    word = one_of(results)(result, reading) if results else text(result, reading)
    return Answered(word, slots)


def _only(node: yaml.MappingNode, reading: Reading) -> list[tuple[yaml.Node, yaml.Node]]:
    if len(node.value) != 1:
        reading.refuse(node, f"expected one result with its slots, such as {{found: {{state: 配送中}}}}, got {len(node.value)}")
    return list(node.value)


def _value(node: yaml.Node) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _emergency(node: yaml.Node, reading: Reading) -> Emergency:
    keys = {**dict.fromkeys(LANGUAGES, Key(spoken_text, "")), "closed": Key(yes_or_no, False)}
    given = record(node, reading, keys, "an emergency")
    return Emergency(MappingProxyType({one: given[one] for one in LANGUAGES if given[one]}), given["closed"])


_SCRIPT: Mapping[str, Key] = {
    "it": Key(text),
    "language": Key(text, ""),
    "caller": Key(_caller, Caller("", "13800000000")),
    "opening": Key(one_of(OPENING), "open"),
    "at": Key(_at, None),
    "away": Key(_words, ()),
    "services": Key(_world, World()),
    "does": Key(_words, ()),
    "path": Key(_words, None),
    "hears": Key(_words, ()),
    "acts": Key(_words, None),
    "owes": Key(_kinds_owed, ()),
    "answers": Key(_words, ()),
    "outcome": Key(lambda node, _reading: str(node.value), None),
}
