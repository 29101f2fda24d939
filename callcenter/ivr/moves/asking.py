"""Menu, ask and survey: keys. Pure."""

from __future__ import annotations

from callcenter.ivr.commands import Command, Listen, NoteSurvey, Speak, Words
from callcenter.ivr.moves.at import At, Go, all_digits, with_slots
from callcenter.ivr.place import Place
from callcenter.ivr.steps import Ask, Menu, Survey

PERSON = "0"
ANSWER_SLOT = "survey_answer"
WRONG = "wrong"
"""The phase after a wrong key: he is told before he is asked again."""


def menu(step: Menu, at: At) -> Command:
    return Listen(_asked(step, at), 1, step.timeout_s, interrupt=step.interrupt)


def after_menu(step: Menu, at: At, result: str) -> Place | Go:
    if result in step.choices:
        return at.go(step.choices[result], result)
    if result == PERSON and at.flow.person:
        return at.go(at.flow.person, result)
    return _once_more(step, at, result)


def ask(step: Ask, at: At) -> Command:
    return Listen(_asked(step, at), step.most, step.timeout_s, interrupt=step.interrupt)


def after_ask(step: Ask, at: At, result: str) -> Place | Go:
    if all_digits(result, step.least, step.most):
        return at.go(step.next, result, slots={step.into: result})
    return _once_more(step, at, result)


def _asked(step: Menu | Ask, at: At) -> tuple[Words, ...]:
    return at.words(step.on_invalid if at.phase == WRONG else None, step.prompt)


def _once_more(step: Menu | Ask, at: At, result: str) -> Place | Go:
    tries = at.place.tries + 1
    if tries >= step.tries:
        return at.go(step.otherwise, "invalid" if result else "timeout")
    return at.stay(tries=tries, phase=WRONG if result else "")


def survey(step: Survey, at: At) -> Command:
    match at.phase:
        case "noted":
            return NoteSurvey(at.place.slots.get(ANSWER_SLOT))
        case "none":
            return NoteSurvey(None)
        case "thanks":
            return Speak(at.words(step.thanks), fresh=True)
    return Listen(at.words(step.prompt), 1, step.timeout_s, at.place.tries == 0, step.interrupt)


def after_survey(step: Survey, at: At, result: str) -> Place | Go:
    match at.phase:
        case "noted" if step.thanks:
            return at.stay(phase="thanks")
        case "noted" | "thanks":
            return at.go(step.next, at.place.slots.get(ANSWER_SLOT, ""))
        case "none":
            return at.go(step.next, "timeout")
    if result and result in step.keys:
        return with_slots(at.stay(phase="noted"), {ANSWER_SLOT: result})
    tries = at.place.tries + 1
    if result and tries < step.tries:
        return at.stay(tries=tries)
    return at.stay(phase="none")
