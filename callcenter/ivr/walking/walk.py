"""The walk through a flow as a pure state machine: where the caller is gives the command, what came of it gives where he is next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from callcenter.ivr.language.steps import (
    SILENT,
    Ask,
    Callback,
    Do,
    End,
    Flow,
    GoTo,
    Hours,
    Language,
    Lookup,
    Menu,
    Message,
    Queue,
    Say,
    Step,
    Survey,
    Transfer,
)
from callcenter.ivr.walking.commands import (
    NO_ANSWER,
    AskDuty,
    AskHours,
    AskMay,
    AskQuestion,
    AskWhom,
    Command,
    GoOn,
    HangUp,
    Listen,
    Switch,
)
from callcenter.ivr.walking.moves import asking, finding_out, promising, speaking, waiting
from callcenter.ivr.walking.moves.asking import ANSWER_SLOT, PERSON
from callcenter.ivr.walking.moves.at import At, Caller, Go
from callcenter.ivr.walking.moves.waiting import ANSWERED
from callcenter.ivr.walking.place import Place
from callcenter.ivr.walking.restart import taken_up

__all__ = [
    "ANSWERED",
    "ANSWER_SLOT",
    "MOST_VISITS",
    "PERSON",
    "Caller",
    "Left",
    "Move",
    "advance",
    "begin",
    "flow_at",
    "is_marked",
    "resume",
]

MOST_VISITS = 300
"""A caller who goes round in menus for this many steps is hung up."""

IN_VAIN = ("timeout", "invalid", SILENT)
"""How a step is left after all tries."""
DOT = "•"

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Left:
    """A step was left: `result` is the key, the digits, or a word."""

    step: str
    result: str


@dataclass(frozen=True, slots=True)
class Move:
    """Where the caller is now and what is to be done there; `left` when the last result took him from a step to another."""

    place: Place
    command: Command
    left: Left | None = None


def begin(flow: Flow, caller: Caller, language: str) -> Move:
    """The first move. A language the flow does not speak becomes its first one."""
    return _move(_enter(At(flow, Place(flow.name, flow.version, flow.start, _spoken(flow, language)), caller)))


def resume(flow: Flow, place: Place, caller: Caller) -> Move:
    """Go on after a restart of ours, from where he was: RESTARTS says what is done again. A step that is no more: from the flow's start.

    Who was sent into a queue or to somebody stays at the very same place, so that it can be told that he is there already, or back.
    """
    within = flow_at(flow, place)
    if within is None or place.step not in within.steps or place.language not in within.languages:
        return begin(flow, caller, place.language)
    return _move(At(within, taken_up(within.steps[place.step], place, within.version), caller))


def is_marked(command: Command) -> bool:
    """Whether his place is kept before this is done. What takes no time is done again from the place before."""
    return not isinstance(command, Switch | AskHours | AskDuty | AskMay | GoOn | HangUp)


def advance(flow: Flow, place: Place, caller: Caller, result: str, got: Mapping[str, str] = NOTHING) -> Move:
    """The move after the last one's command gave `result`, and the slots `got` by it."""
    at = At(flow_at(flow, place) or flow, place, caller)
    step = at.flow.steps[place.step]
    if isinstance(step, GoTo):
        return _go_to(at, step)
    after = _AFTER[type(step)]
    then = after(step, at, result, got) if isinstance(step, Lookup | Do) else after(step, at, result)
    if isinstance(then, Place):
        return _move(replace(at, place=then))
    return _go(replace(at, place=then.place), then)


def tried_in_vain(before: Move, result: str, after: Move) -> str | None:
    """The keys that led on to nothing when he was asked, '' for none in time; None when they led on, or he was not asked.

    Of a number only how long it was, as so many dots: it is his own.
    """
    asked = before.command
    if not isinstance(asked, Listen | AskQuestion | AskWhom):
        return None
    if after.left is None:
        in_vain = after.place.tries > before.place.tries
    else:
        in_vain = after.left.result in IN_VAIN or (isinstance(asked, AskWhom) and result != after.left.result == "several")
    if not in_vain:
        return None
    keys = "" if result == SILENT else result.removeprefix(NO_ANSWER)
    return DOT * len(keys) if isinstance(asked, Listen) and asked.most > 1 else keys


def flow_at(flow: Flow, place: Place) -> Flow | None:
    """The flow of a place: the one a call began in, or one that it went to. None: there is no such flow any more."""
    return flow if place.flow == flow.name else flow.others.get(place.flow)


def _spoken(flow: Flow, language: str) -> str:
    return language if language in flow.languages else flow.languages[0]


def _enter(at: At) -> At:
    step = at.flow.steps[at.place.step]
    into = _INTO.get(type(step))
    return replace(at, place=into(step, at)) if into else at


def _move(at: At, left: Left | None = None) -> Move:
    step = at.flow.steps[at.place.step]
    return Move(at.place, _COMMAND[type(step)](step, at), left)


def _go(at: At, then: Go) -> Move:
    left = Left(at.place.step, then.result)
    if at.place.visit >= MOST_VISITS:
        return Move(at.place, HangUp(at.place.outcome), left)
    there = replace(at.place, version=at.flow.version, step=then.to, phase="", tries=0, visit=at.place.visit + 1)
    return _move(_enter(replace(at, place=there)), left)


def _go_to(at: At, step: GoTo) -> Move:
    """Into another flow. One that is not there, which a checked flow has not, is a person, or the end."""
    other = at.flow.others.get(step.flow)
    if other is None:
        return _go(at, Go(at.flow.person, "missing", at.place)) if at.flow.person else Move(at.place, HangUp(at.place.outcome))
    language = _spoken(other, at.place.language)
    if language != at.place.language:
        return _move(replace(at, place=at.stay(language=language, phase="speak")))
    place = replace(at.place, flow=other.name)
    to = step.step if step.step in other.steps else other.start
    return _go(At(other, place, at.caller), Go(to or other.start, step.flow, place))


# Any: each function takes the one kind of step it stands beside.
_INTO: Mapping[type[Step], Callable[[Any, At], Place]] = {
    Language: speaking.into_language,
    Callback: promising.into_callback,
    Survey: asking.into_survey,
    End: speaking.into_end,
    Transfer: waiting.into_transfer,
}
_COMMAND: Mapping[type[Step], Callable[[Any, At], Command]] = {
    Say: speaking.say,
    Language: speaking.language,
    End: speaking.end,
    GoTo: speaking.go_to,
    Menu: asking.menu,
    Ask: asking.ask,
    Survey: asking.survey,
    Hours: finding_out.hours,
    Lookup: finding_out.lookup,
    Do: finding_out.do,
    Queue: waiting.queue,
    Transfer: waiting.transfer,
    Message: promising.message,
    Callback: promising.callback,
}
_AFTER: Mapping[type[Step], Callable[..., Place | Go]] = {
    Say: speaking.after_say,
    Language: speaking.after_language,
    End: speaking.after_end,
    Menu: asking.after_menu,
    Ask: asking.after_ask,
    Survey: asking.after_survey,
    Hours: finding_out.after_hours,
    Lookup: finding_out.after_lookup,
    Do: finding_out.after_do,
    Queue: waiting.after_queue,
    Transfer: waiting.after_transfer,
    Message: promising.after_message,
    Callback: promising.after_callback,
}
