"""The walk through a flow as a pure state machine: where the caller is and what came of the last command give the next command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from callcenter.ivr.commands import (
    AskDuty,
    AskHours,
    Command,
    EnterQueue,
    HangUp,
    Listen,
    NoteSurvey,
    Promise,
    Record,
    Speak,
    Switch,
    Words,
)
from callcenter.ivr.fill import fill
from callcenter.ivr.place import Place
from callcenter.ivr.steps import Ask, Callback, Flow, Hangup, Hours, Language, Menu, Message, Prompt, Queue, Say, Step, Survey

MOST_VISITS = 300
"""A caller who goes round in menus for this many steps is hung up."""

PERSON = "0"
ANSWER_SLOT = "survey_answer"
ANSWERED = ("", "CONTINUE")
FULL = ("FULL",)
EMPTY = ("JOINEMPTY", "LEAVEEMPTY", "JOINUNAVAIL", "LEAVEUNAVAIL")
MADE_BY_CALLER = ("callback", "voicemail")
"""Outcomes that stand even when the caller then hangs up himself."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who walks. `name` is '' when unknown; `number` holds digits, '' when withheld."""

    name: str = ""
    number: str = ""


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
    spoken = language if language in flow.languages else flow.languages[0]
    return _enter(flow, Place(flow.name, flow.version, flow.start, spoken), caller)


def resume(flow: Flow, place: Place, caller: Caller) -> Move:
    """Go on after a restart of ours: what was under way is done again. A step that is no more: from the flow's start.

    Who was sent into a queue gets EnterQueue at the very same place, so that it can be told that he waits already, or is back from it.
    """
    if place.flow != flow.name or place.step not in flow.steps or place.language not in flow.languages:
        return begin(flow, caller, place.language)
    step = flow.steps[place.step]
    if isinstance(step, Queue) and place.phase == "in":
        return Move(place, EnterQueue(step.queue, step.timeout_s))
    here = replace(place, version=flow.version)
    said_after = _SAID_AFTER.get((type(step), place.phase))
    if said_after:
        return advance(flow, replace(here, phase=said_after), caller, "done")
    return _enter(flow, replace(here, phase=""), caller)


def advance(flow: Flow, place: Place, caller: Caller, result: str) -> Move:
    """The move after the last one's command gave `result`."""
    step = flow.steps[place.step]
    return _AFTER[type(step)](flow, step, place, caller, result)


def _enter(flow: Flow, place: Place, caller: Caller) -> Move:
    step = flow.steps[place.step]
    return _ENTER[type(step)](flow, step, place, caller)


def _go(flow: Flow, place: Place, caller: Caller, to: str, result: str) -> Move:
    left = Left(place.step, result)
    if place.visit >= MOST_VISITS:
        return Move(place, HangUp(place.outcome), left)
    there = replace(place, version=flow.version, step=to, phase="", tries=0, visit=place.visit + 1)
    return replace(_enter(flow, there, caller), left=left)


# --- say, language, hours, hangup ---------------------------------------------------------------------------------------------------------


def _enter_say(_flow: Flow, step: Say, place: Place, caller: Caller) -> Move:
    prompt = step.known if step.known and caller.name else step.prompt
    return Move(place, Speak(words(prompt, place, caller), interrupt=step.interrupt))


def _after_say(flow: Flow, step: Say, place: Place, caller: Caller, result: str) -> Move:
    return _go(flow, place, caller, step.next, result or "done")


def _enter_language(_flow: Flow, step: Language, place: Place, _caller: Caller) -> Move:
    return Move(replace(place, language=step.language), Switch(step.language))


def _after_language(flow: Flow, step: Language, place: Place, caller: Caller, _result: str) -> Move:
    return _go(flow, place, caller, step.next, step.language)


def _enter_hours(_flow: Flow, step: Hours, place: Place, _caller: Caller) -> Move:
    return Move(place, AskHours(step.plan))


def _after_hours(flow: Flow, step: Hours, place: Place, caller: Caller, result: str) -> Move:
    if result == "closed":
        return _go(flow, _with_outcome(place, "after_hours"), caller, step.closed, result)
    return _go(flow, place, caller, step.open, result)


def _enter_hangup(_flow: Flow, step: Hangup, place: Place, caller: Caller) -> Move:
    outcome = place.outcome if place.outcome in MADE_BY_CALLER else step.outcome or place.outcome
    if step.prompt:
        return Move(replace(place, outcome=outcome), Speak(words(step.prompt, place, caller), fresh=True))
    return Move(replace(place, outcome=outcome), HangUp(outcome))


def _after_hangup(_flow: Flow, _step: Hangup, place: Place, _caller: Caller, _result: str) -> Move:
    return Move(place, HangUp(place.outcome))


# --- menu, ask, survey -------------------------------------------------------------------------------------------------------------------


def _enter_menu(_flow: Flow, step: Menu, place: Place, caller: Caller) -> Move:
    return Move(place, Listen(words(step.prompt, place, caller), 1, step.timeout_s, interrupt=step.interrupt))


def _after_menu(flow: Flow, step: Menu, place: Place, caller: Caller, result: str) -> Move:
    if result in step.choices:
        return _go(flow, place, caller, step.choices[result], result)
    if result == PERSON and flow.person:
        return _go(flow, place, caller, flow.person, result)
    return _once_more(flow, step, place, caller, result)


def _enter_ask(_flow: Flow, step: Ask, place: Place, caller: Caller) -> Move:
    return Move(place, Listen(words(step.prompt, place, caller), step.most, step.timeout_s, interrupt=step.interrupt))


def _after_ask(flow: Flow, step: Ask, place: Place, caller: Caller, result: str) -> Move:
    if _digits(result, step.least, step.most):
        return _go(flow, _with_slot(place, step.into, result), caller, step.next, result)
    return _once_more(flow, step, place, caller, result)


def _once_more(flow: Flow, step: Menu | Ask, place: Place, caller: Caller, result: str) -> Move:
    tries = place.tries + 1
    if tries >= step.tries:
        return _go(flow, place, caller, step.otherwise, "invalid" if result else "timeout")
    sorry = words(step.on_invalid, place, caller) if result and step.on_invalid else ()
    most = step.most if isinstance(step, Ask) else 1
    again = Listen((*sorry, *words(step.prompt, place, caller)), most, step.timeout_s, interrupt=step.interrupt)
    return Move(replace(place, tries=tries), again)


def _enter_survey(_flow: Flow, step: Survey, place: Place, caller: Caller) -> Move:
    return Move(place, _judgement(step, place, caller, fresh=True))


def _judgement(step: Survey, place: Place, caller: Caller, *, fresh: bool) -> Listen:
    return Listen(words(step.prompt, place, caller), 1, step.timeout_s, fresh, step.interrupt)


def _after_survey(flow: Flow, step: Survey, place: Place, caller: Caller, result: str) -> Move:
    if place.phase == "noted" and step.thanks:
        return Move(replace(place, phase="thanks"), Speak(words(step.thanks, place, caller), fresh=True))
    if place.phase:
        return _go(flow, place, caller, step.next, place.slots.get(ANSWER_SLOT, "") if place.phase != "none" else "timeout")
    if result and result in step.keys:
        return Move(_with_slot(replace(place, phase="noted"), ANSWER_SLOT, result), NoteSurvey(result))
    tries = place.tries + 1
    if result and tries < step.tries:
        return Move(replace(place, tries=tries), _judgement(step, place, caller, fresh=False))
    return Move(replace(place, phase="none"), NoteSurvey(None))


# --- queue -------------------------------------------------------------------------------------------------------------------------------


def _enter_queue(_flow: Flow, step: Queue, place: Place, _caller: Caller) -> Move:
    return Move(place, AskDuty(step.queue))


def _after_queue(flow: Flow, step: Queue, place: Place, caller: Caller, result: str) -> Move:
    inside = Move(replace(place, phase="in"), EnterQueue(step.queue, step.timeout_s))
    if place.phase == "":
        if result == "no":
            return _go(flow, _with_outcome(place, "no_agent"), caller, step.nobody, "nobody")
        return Move(replace(place, phase="told"), Speak(words(step.prompt, place, caller), fresh=True)) if step.prompt else inside
    if place.phase == "told":
        return inside
    if result in ANSWERED:
        return _go(flow, replace(place, outcome=""), caller, step.answered, "answered")
    if result in FULL:
        return _go(flow, _with_outcome(place, "queue_full"), caller, step.full or step.timeout, "full")
    if result in EMPTY:
        return _go(flow, _with_outcome(place, "no_agent"), caller, step.no_agent or step.nobody, "no_agent")
    return _go(flow, _with_outcome(place, "queue_timeout"), caller, step.timeout, result.lower())


# --- message, callback -------------------------------------------------------------------------------------------------------------------


def _enter_message(_flow: Flow, step: Message, place: Place, caller: Caller) -> Move:
    return Move(place, Speak(words(step.prompt, place, caller), fresh=True))


def _after_message(flow: Flow, step: Message, place: Place, caller: Caller, result: str) -> Move:
    match place.phase:
        case "":
            return Move(replace(place, phase="rec"), Record(step.most_s, step.silence_s))
        case "rec" if result == "done":
            kind = "after_hours" if place.outcome == "after_hours" else "voicemail"
            return Move(replace(place, phase="kept", outcome="voicemail"), Promise(step.queue, kind, recorded=True))
        case "rec":
            return _go(flow, place, caller, step.next, "nothing")
        case "kept" if step.thanks:
            return Move(replace(place, phase="thanks"), Speak(words(step.thanks, place, caller), fresh=True))
    return _go(flow, place, caller, step.next, "done")


def _enter_callback(_flow: Flow, step: Callback, place: Place, caller: Caller) -> Move:
    if not caller.number:
        return _ask_number(step, replace(place, phase="number"), caller)
    return Move(place, Listen(words(step.prompt, place, caller), 1, step.timeout_s, fresh=True))


def _ask_number(step: Callback, place: Place, caller: Caller) -> Move:
    return Move(place, Listen(words(step.number_prompt, place, caller), 15, step.timeout_s))


def _after_callback(flow: Flow, step: Callback, place: Place, caller: Caller, result: str) -> Move:
    match place.phase:
        case "" if result == "1":
            return Move(replace(place, phase="owed", outcome="callback"), Promise(step.queue, "asked"))
        case "" if result == "2":
            return _ask_number(step, replace(place, phase="number", tries=0), caller)
        case "number" if _digits(result, 7, 15):
            return Move(replace(place, phase="owed", outcome="callback"), Promise(step.queue, "asked", result))
        case "owed":
            return Move(replace(place, phase="promised"), Speak(words(step.promised, place, caller), fresh=True))
        case "promised":
            return _go(flow, place, caller, step.next, "done")
    tries = place.tries + 1
    if tries >= step.tries:
        return _go(flow, place, caller, step.otherwise, "invalid" if result else "timeout")
    again = replace(place, tries=tries)
    if place.phase == "number":
        return _ask_number(step, again, caller)
    return Move(again, Listen(words(step.prompt, place, caller), 1, step.timeout_s))


# --- small parts -------------------------------------------------------------------------------------------------------------------------


def words(prompt: Prompt | None, place: Place, caller: Caller) -> tuple[Words, ...]:
    """What a prompt says to this caller, in the language of the place."""
    if prompt is None:
        return ()
    text = prompt.texts[place.language]
    if not prompt.slots:
        return (Words(text),)
    values = {**place.slots, "name": caller.name, "number": caller.number}
    filled = fill(text, values, place.language)
    return (Words(filled.text, fixed=False, unspeakable=filled.unspeakable),)


def _digits(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and least <= len(text) <= most


def _with_slot(place: Place, name: str, digits: str) -> Place:
    return replace(place, slots=MappingProxyType({**place.slots, name: digits}))


def _with_outcome(place: Place, outcome: str) -> Place:
    return place if place.outcome in MADE_BY_CALLER else replace(place, outcome=outcome)


# Steps that only thank the caller now, what he did being done: the phase after which that is said.
_SAID_AFTER: Mapping[tuple[type[Step], str], str] = {
    (Message, "thanks"): "kept",
    (Survey, "thanks"): "noted",
    (Callback, "promised"): "owed",
}

# Any: each function takes the one kind of step it stands beside.
_ENTER: Mapping[type[Step], Callable[[Flow, Any, Place, Caller], Move]] = {
    Say: _enter_say,
    Language: _enter_language,
    Hours: _enter_hours,
    Hangup: _enter_hangup,
    Menu: _enter_menu,
    Ask: _enter_ask,
    Survey: _enter_survey,
    Queue: _enter_queue,
    Message: _enter_message,
    Callback: _enter_callback,
}
_AFTER: Mapping[type[Step], Callable[[Flow, Any, Place, Caller, str], Move]] = {
    Say: _after_say,
    Language: _after_language,
    Hours: _after_hours,
    Hangup: _after_hangup,
    Menu: _after_menu,
    Ask: _after_ask,
    Survey: _after_survey,
    Queue: _after_queue,
    Message: _after_message,
    Callback: _after_callback,
}
