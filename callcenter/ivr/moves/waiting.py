"""Queue: waiting for a person, and the talk. Pure."""

from __future__ import annotations

from callcenter.ivr.commands import AskDuty, Command, EnterQueue, Speak
from callcenter.ivr.moves.at import At, Go
from callcenter.ivr.place import Place
from callcenter.ivr.steps import Queue

ANSWERED = ("", "CONTINUE")
FULL = ("FULL",)
EMPTY = ("JOINEMPTY", "LEAVEEMPTY", "JOINUNAVAIL", "LEAVEUNAVAIL")


def queue(step: Queue, at: At) -> Command:
    match at.phase:
        case "in":
            return EnterQueue(step.queue, step.timeout_s)
        case "told":
            return Speak(at.words(step.prompt), fresh=True)
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
