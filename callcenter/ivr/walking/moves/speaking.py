"""Say, language, go_to and end. Pure."""

from __future__ import annotations

from callcenter.ivr.language.steps import End, GoTo, Language, Say
from callcenter.ivr.walking.commands import Command, GoOn, HangUp, Speak, Switch
from callcenter.ivr.walking.moves.at import MADE_BY_CALLER, At, Go
from callcenter.ivr.walking.place import Place


def say(step: Say, at: At) -> Command:
    prompt = step.known if step.known and at.values["name"] else step.prompt
    return Speak(at.words(prompt), interrupt=step.interrupt)


def after_say(step: Say, at: At, result: str) -> Go:
    return at.go(step.next, result or "done")


def into_language(step: Language, at: At) -> Place:
    return at.stay(language=step.language)


def language(step: Language, _at: At) -> Command:
    return Switch(step.language)


def after_language(step: Language, at: At, _result: str) -> Go:
    return at.go(step.next, step.language)


def go_to(step: GoTo, at: At) -> Command:
    """In a flow that does not speak his language Asterisk's own prompts change, too."""
    return Switch(at.place.language) if at.phase == "speak" else GoOn(step.flow)


def into_end(step: End, at: At) -> Place:
    return at.stay(outcome=at.place.outcome if at.place.outcome in MADE_BY_CALLER else step.outcome or at.place.outcome)


def end(step: End, at: At) -> Command:
    if step.prompt and at.phase == "":
        return Speak(at.words(step.prompt), fresh=True, interrupt=step.interrupt)
    return HangUp(at.place.outcome)


def after_end(_step: End, at: At, _result: str) -> Place:
    return at.stay(phase="said")
