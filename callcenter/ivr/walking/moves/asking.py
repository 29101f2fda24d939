"""Menu, ask and survey: keys. Pure."""

from __future__ import annotations

from callcenter.ivr.language.steps import SILENT, Ask, Menu, Survey
from callcenter.ivr.walking.commands import NO_ANSWER, AskQuestion, Command, Listen, NoteSurvey, Speak, Words
from callcenter.ivr.walking.moves.at import At, Go, all_digits, with_slots
from callcenter.ivr.walking.place import Place

PERSON = "0"
ANSWER_SLOT = "survey_answer"
QUESTION_SLOT = "survey_question"
"""Which of the queue's questions he is asked, from 0; '' for the step's own."""
WRONG = "wrong"
"""The phase after a wrong key: he is told before he is asked again."""


def menu(step: Menu, at: At) -> Command:
    return Listen(_asked(step, at), 1, step.timeout_s, interrupt=step.interrupt, silence=bool(step.silent))


def after_menu(step: Menu, at: At, result: str) -> Place | Go:
    if result in step.choices:
        return at.go(step.choices[result], result)
    if result == PERSON and at.flow.person:
        return at.go(at.flow.person, result)
    return _once_more(step, at, result)


def ask(step: Ask, at: At) -> Command:
    return Listen(_asked(step, at), step.most, step.timeout_s, interrupt=step.interrupt, silence=bool(step.silent))


def after_ask(step: Ask, at: At, result: str) -> Place | Go:
    if all_digits(result, step.least, step.most):
        return at.go(step.next, result, slots={step.into: result})
    return _once_more(step, at, result)


def _asked(step: Menu | Ask, at: At) -> tuple[Words, ...]:
    return at.words(step.on_invalid if at.phase == WRONG else None, step.prompt)


def _once_more(step: Menu | Ask, at: At, result: str) -> Place | Go:
    tries, silent = at.place.tries + 1, result == SILENT
    pressed = bool(result) and not silent
    if tries < step.tries:
        return at.stay(tries=tries, phase=WRONG if pressed else "")
    if silent and step.silent:
        return at.go(step.silent, SILENT, outcome=SILENT)
    return at.go(step.otherwise, "invalid" if pressed else "timeout")


def into_survey(step: Survey, at: At) -> Place:
    return with_slots(at.place, {QUESTION_SLOT: "0"}) if step.by else at.place


def survey(step: Survey, at: At) -> Command:
    nth = _nth(step, at)
    match at.phase:
        case "noted":
            return NoteSurvey(at.place.slots.get(ANSWER_SLOT), nth)
        case "none":
            return NoteSurvey(None, nth)
        case "thanks":
            return Speak(at.words(step.thanks), fresh=True)
    fresh = at.place.tries == 0
    if nth is not None:
        return AskQuestion(nth, step.timeout_s, fresh, step.interrupt)
    return Listen(at.words(step.prompt), 1, step.timeout_s, fresh, step.interrupt)


def after_survey(step: Survey, at: At, result: str) -> Place | Go:
    nth = _nth(step, at)
    match at.phase:
        case "noted" if nth is not None:
            return with_slots(at.stay(phase="", tries=0), {QUESTION_SLOT: str(nth + 1)})
        case "noted" if step.thanks:
            return at.stay(phase="thanks")
        case "noted" | "thanks":
            return at.go(step.next, at.place.slots.get(ANSWER_SLOT, ""))
        case "none":
            # Who says nothing is not asked on: he may have put the phone away.
            return at.go(step.next, "timeout")
    if nth is not None and result in ("own", "over"):
        return _no_more(step, at, result)
    if result and (result in step.keys if nth is None else not result.startswith(NO_ANSWER)):
        return with_slots(at.stay(phase="noted"), {ANSWER_SLOT: result})
    tries = at.place.tries + 1
    if result and tries < step.tries:
        return at.stay(tries=tries)
    return at.stay(tries=tries, phase="none")


def _no_more(step: Survey, at: At, result: str) -> Place | Go:
    if result == "own":
        return with_slots(at.place, {QUESTION_SLOT: ""})
    return at.stay(phase="thanks") if step.thanks else at.go(step.next, at.place.slots.get(ANSWER_SLOT, ""))


def _nth(step: Survey, at: At) -> int | None:
    given = at.place.slots.get(QUESTION_SLOT, "") if step.by else ""
    return int(given) if given else None
