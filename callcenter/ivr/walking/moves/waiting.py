"""Queue and transfer: waiting for a person, and the talk. Pure."""

from __future__ import annotations

from callcenter.ivr.language.steps import Queue, Transfer
from callcenter.ivr.walking.commands import AskDuty, Command, EnterQueue, HangUp, PutThrough, Speak
from callcenter.ivr.walking.moves.at import At, Go
from callcenter.ivr.walking.place import Place

ANSWERED = ("", "CONTINUE")
FULL = ("FULL",)
EMPTY = ("JOINEMPTY", "LEAVEEMPTY", "JOINUNAVAIL", "LEAVEUNAVAIL")


def queue(step: Queue, at: At) -> Command:
    match at.phase:
        case "in":
            return EnterQueue(step.queue, step.timeout_s)
        case "told":
            return Speak(at.words(step.prompt), fresh=True, interrupt=step.interrupt)
    return AskDuty(step.queue)


def after_queue(step: Queue, at: At, result: str) -> Place | Go:
    if at.phase == "" and result == "no":
        return at.go(step.nobody, "nobody", outcome="no_agent")
    if at.phase != "in":
        return at.stay(phase="told" if at.phase == "" and step.prompt else "in")
    if result in ANSWERED:
        return at.go(step.answered, "answered", outcome="")
    if result in FULL:
        return at.go(step.full or step.timeout, "full", outcome="queue_full")
    if result in EMPTY:
        return at.go(step.no_agent or step.nobody, "no_agent", outcome="no_agent")
    return at.go(step.timeout, result.lower(), outcome="queue_timeout")


def transfer(step: Transfer, at: At) -> Command:
    match at.phase:
        case "over":
            return HangUp(at.place.outcome)
        case "" if step.prompt:
            return Speak(at.words(step.prompt), fresh=True, interrupt=step.interrupt)
    return PutThrough(step.agent, step.seat, step.number, step.timeout_s)


def into_transfer(step: Transfer, at: At) -> Place:
    return at.place if step.prompt else at.stay(phase="in")


def after_transfer(step: Transfer, at: At, result: str) -> Place | Go:
    if at.phase == "":
        return at.stay(phase="in")
    if result == "answered":
        outcome = "transferred_out" if step.number else ""
        return at.go(step.answered, result, outcome=outcome) if step.answered else at.stay(phase="over", outcome=outcome)
    to = {"busy": step.busy, "refused": step.refused}.get(result)
    return at.go(to or step.no_answer, result)
