"""Hours, lookup and do: what others answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from callcenter.ivr.language.action import FAILED
from callcenter.ivr.language.steps import SLOT, Do, Hours, Lookup
from callcenter.ivr.walking.commands import Act, AskHours, AskWhom, Command, LookUp, Speak, Switch
from callcenter.ivr.walking.moves.asking import PERSON
from callcenter.ivr.walking.moves.at import At, Go, with_slots
from callcenter.ivr.walking.place import Place
from callcenter.ivr.walking.whom import NONE_OF_THEM

WHOM = "whom"
"""The phase in which one whose number several customers have is asked for whom he calls."""
KNOWN, CHOSEN = "known", "chosen"
SPEAKS: Mapping[str, str] = {KNOWN: "speak", CHOSEN: "speakchosen"}
"""The phase in which his own language begins, by how he came to be known."""
SPEAKING: Mapping[str, str] = {phase: told for told, phase in SPEAKS.items()}


def hours(step: Hours, _at: At) -> Command:
    return AskHours(step.plan)


def after_hours(step: Hours, at: At, result: str) -> Go:
    if result == "open":
        return at.go(step.open, result)
    to = {"holiday": step.holiday, "emergency": step.emergency}.get(result)
    return at.go(to or step.closed, result, outcome="after_hours")


def lookup(step: Lookup, at: At) -> Command:
    if at.phase in SPEAKING:
        return Switch(at.place.language)
    if at.phase == WHOM:
        return AskWhom(at.words(step.which), step.timeout_s, at.flow.person is not None, step.interrupt)
    return LookUp("number" if step.by == "number" else "keyed", at.values.get(step.by, ""))


def after_lookup(step: Lookup, at: At, result: str, got: Mapping[str, str]) -> Place | Go:
    """Who is known by now is spoken to in his own language, when the flow has it."""
    if at.phase in SPEAKING:
        return at.go(step.known, SPEAKING[at.phase])
    match result:
        case "several" if step.which and at.phase != WHOM:
            return at.stay(phase=WHOM)
        case "several":
            return at.go(step.several or step.unknown, result)
        case "locked":
            return at.go(step.locked or step.unknown, result)
        case "known":
            slots = {name: value for name, value in got.items() if name != "language"}
            language = got.get("language", "")
            told = CHOSEN if at.phase == WHOM else KNOWN
            if language in at.flow.languages and language != at.place.language:
                return with_slots(at.stay(phase=SPEAKS[told], language=language), slots)
            return at.go(step.known, told, slots=slots)
    if at.phase == WHOM and result != "unknown":
        return _whom_again(step, at, result)
    return at.go(step.unknown, "unknown")


def _whom_again(step: Lookup, at: At, key: str) -> Place | Go:
    if key == PERSON and at.flow.person:
        return at.go(at.flow.person, key)
    if key == NONE_OF_THEM:
        return at.go(step.unknown, "unknown")
    tries = at.place.tries + 1
    return at.stay(tries=tries) if tries < step.tries else at.go(step.several or step.unknown, "several")


def do(step: Do, at: At) -> Command:
    if step.prompt and at.phase == "":
        return Speak(at.words(step.prompt), interrupt=step.interrupt)
    return Act(step.action, {name: _filled(text, at.values) for name, text in step.given.items()})


def after_do(step: Do, at: At, result: str, got: Mapping[str, str]) -> Place | Go:
    """A result without a way, which a checked flow has not, goes the way of `failed`."""
    if step.prompt and at.phase == "":
        return at.stay(phase="do")
    to = step.results.get(result) or step.results.get(FAILED) or next(iter(step.results.values()))
    return at.go(to, result, slots=got)


def _filled(text: str, values: Mapping[str, str]) -> str:
    return SLOT.sub(lambda slot: values.get(slot[1], ""), text)
