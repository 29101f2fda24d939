"""Message and callback: what the caller is owed. Pure."""

from __future__ import annotations

from callcenter.ivr.language.steps import Callback, Message
from callcenter.ivr.walking.commands import AskMay, Command, Listen, Promise, Record, Speak
from callcenter.ivr.walking.moves.at import At, Go, all_digits, with_slots
from callcenter.ivr.walking.place import Place

NUMBER_SLOT = "callback_number"
MAY = "may"
"""The phase in which he may ask, where it was found out."""


def message(step: Message, at: At) -> Command:
    match at.phase:
        case "" if step.limited:
            return AskMay()
        case "rec":
            return Record(step.most_s, step.silence_s)
        case "kept" | "after":
            return Promise(step.queue, "after_hours" if at.phase == "after" else "voicemail", recorded=True)
        case "thanks":
            return Speak(at.words(step.thanks), fresh=True)
    return Speak(at.words(step.prompt), fresh=True, interrupt=step.interrupt)


def after_message(step: Message, at: At, result: str) -> Place | Go:
    match at.phase:
        case "" if step.limited:
            return at.go(step.limited, "limited") if result == "no" else at.stay(phase=MAY)
        case "" | "may":
            return at.stay(phase="rec")
        case "rec" if result == "done":
            return at.stay(phase="after" if at.place.outcome == "after_hours" else "kept", outcome="voicemail")
        case "rec":
            return at.go(step.next, "nothing")
        case "kept" | "after" if step.thanks:
            return at.stay(phase="thanks")
    return at.go(step.next, "done")


def into_callback(step: Callback, at: At) -> Place:
    return at.place if at.caller.number or step.limited else at.stay(phase="number")


def callback(step: Callback, at: At) -> Command:
    match at.phase:
        case "" if step.limited:
            return AskMay()
        case "number":
            return Listen(at.words(step.number_prompt), 15, step.timeout_s, interrupt=step.interrupt)
        case "owed":
            return Promise(step.queue, "asked", at.place.slots.get(NUMBER_SLOT) or None)
        case "promised":
            return Speak(at.words(step.promised), fresh=True)
    return Listen(at.words(step.prompt), 1, step.timeout_s, fresh=at.place.tries == 0, interrupt=step.interrupt)


def after_callback(step: Callback, at: At, result: str) -> Place | Go:
    match at.phase:
        case "" if step.limited:
            return at.go(step.limited, "limited") if result == "no" else at.stay(phase=MAY if at.caller.number else "number")
        case "" | "may" if result == "1":
            return with_slots(at.stay(phase="owed", outcome="callback"), {NUMBER_SLOT: ""})
        case "" | "may" if result == "2":
            return at.stay(phase="number", tries=0)
        case "number" if all_digits(result, 7, 15):
            return with_slots(at.stay(phase="owed", outcome="callback"), {NUMBER_SLOT: result})
        case "owed":
            return at.stay(phase="promised")
        case "promised":
            return at.go(step.next, "done")
    tries = at.place.tries + 1
    if tries >= step.tries:
        return at.go(step.otherwise, "invalid" if result else "timeout")
    return at.stay(tries=tries)
