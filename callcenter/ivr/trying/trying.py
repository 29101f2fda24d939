"""A flow tried out by hand: what was done so far, what the flow waits for now, what the next press makes of it. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import yaml

from callcenter.ivr.language.steps import SILENT, Do, Flow
from callcenter.ivr.scripts.script import HANGS_UP, MESSAGE_WORDS, PAUSE, QUEUE_WORDS, TRANSFER_WORDS, WAITS
from callcenter.ivr.scripts.script_file import LOOKED, Answered, Script, World
from callcenter.ivr.scripts.walked import Walked
from callcenter.ivr.walking.commands import Act, AskWhom, EnterQueue, Listen, LookUp, PutThrough, Record
from callcenter.ivr.walking.walk import Move, flow_at

KEYS = "123456789*0#"
SILENCE = "-"
MOST_DONE, MOST_LETTERS = 300, 500
ENDS_IN_PAUSE = re.compile(r" waits ([0-9]+)$")
LAST = re.compile(r"(?: waits [0-9]+| ?.)$")
"""Of what is keyed in: its last key, or its last pause."""
LOOKUP_FILLS = ("name", "open_case", "manager", "language")
"""What a lookup may fill."""


class NotDone(ValueError):
    """What was done so far cannot be read."""


@dataclass(frozen=True)
class Done:
    """The caller did something (`what` is does), or somebody answered (action, lookup): `name` asked, `word` the result."""

    what: str
    word: str
    name: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Waits:
    """What the flow waits for: keys, queue, transfer, message, action or lookup. `most` keys; `words` are what can be answered otherwise.

    `slots`: what an action's answer may fill, and a lookup's. `leads`: the step that each of an action's results leads to. The caller
    has waited for `waited` of at most `seconds`.
    """

    what: str
    most: int = 0
    seconds: float = 0
    words: tuple[str, ...] = ()
    name: str = ""
    slots: tuple[str, ...] = ()
    leads: Mapping[str, str] = field(default_factory=dict)
    waited: int = 0


def waits_for(walked: Walked, flow: Flow, sets: Mapping[str, Sequence[str]]) -> Waits | None:
    """None when the call is over, or goes otherwise than what was done. `sets`: the slots that actions fill, by their names."""
    move = walked.waits
    if move is None:
        return None
    match move.command:
        case Listen(most=most, timeout_s=seconds, silence=silence):
            return Waits("keys", most, seconds, (SILENT,) if silence else (), waited=walked.waited)
        case AskWhom(timeout_s=seconds):
            return Waits("keys", 1, seconds, waited=walked.waited)
        case EnterQueue(queue=queue, timeout_s=seconds):
            return Waits("queue", 0, seconds, tuple(QUEUE_WORDS), queue, waited=walked.waited)
        case PutThrough(agent=agent, seat=seat, number=number, timeout_s=seconds):
            return Waits("transfer", 0, seconds, tuple(TRANSFER_WORDS), agent or seat or number, waited=walked.waited)
        case Record(most_s=seconds):
            return Waits("message", 0, seconds, tuple(MESSAGE_WORDS), waited=walked.waited)
        case Act(action=action):
            leads = _results(move, flow)
            return Waits("action", 0, 0, tuple(leads), action, tuple(sets.get(action, ())), leads)
        case LookUp(value=value):
            return Waits("lookup", 0, 0, LOOKED, value, LOOKUP_FILLS)
    return None


def pressed(done: Sequence[Done], typed: str, waits: Waits | None, word: str, slots: Mapping[str, str]) -> tuple[tuple[Done, ...], str]:
    """What was done, and what is keyed in but not yet sent, after a press. One that means nothing now changes nothing."""
    if word == "back":
        return (tuple(done), LAST.sub("", typed)) if typed else (tuple(done[:-1]), "")
    if word == "again":
        return (), ""
    if waits is None or len(done) >= MOST_DONE:
        return tuple(done), typed
    if typed and waits.what == "keys" and (pause := WAITS.fullmatch(word)):
        return _paused(done, typed, waits, int(pause[1]))
    if waits.what not in ("action", "lookup") and (word == HANGS_UP or WAITS.fullmatch(word)):
        return (*done, Done("does", word)), ""
    if waits.what == "keys":
        return _keyed(done, typed, waits, word)
    if word not in waits.words:
        return tuple(done), typed
    if waits.what in ("action", "lookup"):
        filled = {name: slots[name][:MOST_LETTERS] for name in waits.slots if slots.get(name)}
        return (*done, Done(waits.what, word, waits.name, filled)), ""
    return (*done, Done("does", word)), ""


def _keyed(done: Sequence[Done], typed: str, waits: Waits, word: str) -> tuple[tuple[Done, ...], str]:
    """A key that ends what is keyed in, or one more of it; `-` is the time that passes."""
    if word == SILENCE:
        return (*done, Done("does", typed or SILENCE)), ""
    if word in waits.words:
        return (*done, Done("does", word)), ""
    if len(word) != 1 or word not in KEYS:
        return tuple(done), typed
    longer = f"{typed} {word}" if ENDS_IN_PAUSE.search(typed) else typed + word
    if word == "#" or len(PAUSE.sub("", longer)) >= waits.most:
        return (*done, Done("does", longer)), ""
    return tuple(done), longer


def _paused(done: Sequence[Done], typed: str, waits: Waits, seconds: int) -> tuple[tuple[Done, ...], str]:
    """Time that passes between two keys; too much of it, and what is keyed in is the answer."""
    before = ENDS_IN_PAUSE.search(typed)
    seconds += int(before[1]) if before else 0
    longer = f"{ENDS_IN_PAUSE.sub('', typed)} waits {seconds}"
    return ((*done, Done("does", longer)), "") if seconds >= waits.seconds else (tuple(done), longer)


def with_done(script: Script, done: Sequence[Done]) -> Script:
    """The walk of who did this, and was answered so."""
    actions: dict[str, tuple[Answered, ...]] = {}
    lookup = dict(script.services.lookup)
    for one in done:
        if one.what == "action":
            actions[one.name] = (*actions.get(one.name, ()), Answered(one.word, one.slots))
        elif one.what == "lookup":
            lookup[one.name] = (*lookup.get(one.name, ()), Answered(one.word, one.slots))
    services = replace(script.services, actions=actions, lookup=lookup)
    return replace(script, services=services, does=tuple(one.word for one in done if one.what == "does"), stops=True)


def kept(done: Sequence[Done]) -> str:
    """As a page keeps it."""
    return json.dumps([asdict(one) for one in done], ensure_ascii=False, separators=(",", ":"))


def read_done(text: str) -> tuple[Done, ...]:
    """What a page kept; NotDone when it is anything else."""
    try:
        found = json.loads(text or "[]")
        done = tuple(Done(**one) for one in found)
        words = [word for one in done for word in (one.what, one.word, one.name, *one.slots, *one.slots.values())]
    except (ValueError, TypeError, AttributeError, RecursionError) as wrong:
        raise NotDone(str(wrong)) from None
    if len(done) > MOST_DONE or not all(isinstance(word, str) and len(word) <= MOST_LETTERS for word in words):
        raise NotDone(f"expected at most {MOST_DONE} words of {MOST_LETTERS} letters")
    return done


def as_walk(flow: str, script: Script, walked: Walked) -> str:
    """A file with this walk, which expects what came of it."""
    told: dict[str, Any] = {
        "it": script.it,
        "language": script.language,
        "caller": {name: value for name, value in (("name", script.caller.name), ("number", script.caller.number)) if value},
        "at": None if script.at is None else f"{datetime.fromtimestamp(script.at / 1000, UTC):%Y-%m-%d %H:%M}",
        "opening": script.opening if script.opening != "open" else None,
        "away": list(script.away),
        "services": _services(script.services),
        "does": list(script.does),
        "path": walked.path,
        "acts": walked.acts,
        "owes": walked.owes,
        "answers": walked.answers,
        "outcome": walked.outcome,
    }
    always = ("caller", "does", "path", "outcome")
    walk = {name: value for name, value in told.items() if value or name in always}
    return yaml.safe_dump({"flow": flow, "walks": [walk]}, allow_unicode=True, sort_keys=False, width=140)


def _services(world: World) -> dict[str, Any]:
    emergency = world.emergency
    found = {
        "actions": {name: [_answer(one) for one in several] for name, several in world.actions.items()},
        "lookup": {value: [_answer(one) for one in several] for value, several in world.lookup.items()},
        "emergency": {**emergency.texts, "closed": emergency.closed} if emergency else None,
        "treatment": world.treatment,
        "limited": world.limited,
    }
    return {name: value for name, value in found.items() if value}


def _answer(one: Answered) -> str | dict[str, dict[str, str]]:
    return {one.result: dict(one.slots)} if one.slots else one.result


def _results(move: Move, flow: Flow) -> Mapping[str, str]:
    within = flow_at(flow, move.place) or flow
    step = within.steps[move.place.step]
    return step.results if isinstance(step, Do) else {}
