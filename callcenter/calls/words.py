"""What the record's codes are called on the pages: English texts, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from callcenter.floor.call import Call, Segment, Step
from callcenter.web.texts import N_

DIRECTIONS: Mapping[str, str] = MappingProxyType({"inbound": N_("Inbound"), "outbound": N_("Outbound"), "internal": N_("Internal")})

EXITS: Mapping[str, str] = MappingProxyType(
    {
        "answered": N_("Connected"),
        "abandoned_queue": N_("Gave up in the queue"),
        "abandoned_ring": N_("Gave up while it rang"),
        "abandoned_ivr": N_("Gave up in the menu"),
        "queue_timeout": N_("Waited too long"),
        "queue_full": N_("Queue was full"),
        "no_agent": N_("Nobody on duty"),
        "overflow": N_("Overflowed"),
        "after_hours": N_("Outside hours"),
        "voicemail": N_("Left a message"),
        "callback": N_("Asked for a callback"),
        "self_served": N_("Served by the menu"),
        "transferred_out": N_("Transferred outside"),
        "blacklisted": N_("Blacklisted"),
        "nuisance": N_("Nuisance call"),
        "silent": N_("Silent call"),
        "lines_full": N_("All lines were busy"),
        "no_answer": N_("No answer"),
        "busy": N_("Line busy"),
        "refused": N_("Refused"),
        "unreachable": N_("Not reachable"),
        "cancelled": N_("Cancelled by the caller"),
        "not_allowed": N_("Number not allowed"),
        "lost_sight": N_("Outcome not seen"),
        "system_error": N_("System error"),
    }
)
"""In the order in which they are offered to choose from."""

GOOD = frozenset({"answered", "self_served"})
LOST = frozenset(
    {
        "abandoned_queue",
        "abandoned_ring",
        "abandoned_ivr",
        "queue_timeout",
        "queue_full",
        "no_agent",
        "lines_full",
        "lost_sight",
        "system_error",
    }
)
OWED = frozenset({"callback", "voicemail"})

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "ivr": N_("Voice menu"),
        "queue": N_("Queueing"),
        "ring": N_("Ringing at the agent"),
        "talk": N_("Conversation"),
        "hold": N_("Hold"),
        "consult": N_("Consultation call"),
        "conference": N_("Conference"),
        "park": N_("Parked"),
        "wrapup": N_("After-call work"),
    }
)

COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "ivr": "azure",
        "queue": "yellow",
        "ring": "orange",
        "talk": "green",
        "hold": "purple",
        "consult": "blue",
        "conference": "teal",
        "park": "red",
        "wrapup": "secondary",
    }
)
"""Of the design system's palette, one for each kind of segment."""

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "went_on": N_("Went on"),
        "hung_up": N_("The caller hung up"),
        "ended": N_("End of the menu"),
        "answered": N_("Connected"),
        "abandoned": N_("The caller gave up"),
        "timeout": N_("Waited too long"),
        "full": N_("Queue was full"),
        "no_agent": N_("Nobody on duty"),
        "overflow": N_("Overflowed"),
        "callback": N_("Asked for a callback"),
        "withdrawn": N_("Taken out of the queue"),
        "rang_out": N_("Rang out unanswered"),
        "refused": N_("Refused"),
        "unreachable": N_("Not reachable"),
        "elsewhere": N_("Another one answered"),
        "caller_gone": N_("The caller was gone"),
        "caller_hung_up": N_("The customer hung up first"),
        "agent_hung_up": N_("The agent hung up first"),
        "transferred": N_("Transferred"),
        "held": N_("Put on hold"),
        "resumed": N_("Taken up again"),
        "saved": N_("Saved"),
        "timed_out": N_("Time ran out"),
        "lost_sight": N_("Outcome not seen"),
    }
)

STEP_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "say": N_("Announcement"),
        "menu": N_("Menu"),
        "ask": N_("Digits asked for"),
        "language": N_("Language"),
        "hours": N_("Opening hours"),
        "queue": N_("Into the queue"),
        "message": N_("Message recorded"),
        "callback": N_("Callback offered"),
        "survey": N_("Survey"),
        "lookup": N_("Caller looked up"),
        "transfer": N_("Put through"),
        "do": N_("Action"),
        "go_to": N_("On to another flow"),
        "end": N_("Goodbye"),
    }
)

STEP_RESULTS: Mapping[str, str] = MappingProxyType(
    {
        "timeout": N_("nothing pressed"),
        "invalid": N_("wrong key"),
        "silent": N_("no key, no sound"),
        "done": N_("done"),
        "hung_up": N_("hung up here"),
        "open": N_("open now"),
        "closed": N_("closed now"),
        "holiday": N_("holiday now"),
        "emergency": N_("emergency now"),
        "known": N_("caller known"),
        "chosen": N_("customer chosen by key"),
        "unknown": N_("caller not known"),
        "several": N_("several customers"),
        "locked": N_("locked"),
        "failed": N_("failed"),
        "given": N_("digits keyed in"),
        "nothing": N_("nothing said"),
    }
)

QUEUE_RESULTS: Mapping[str, str] = MappingProxyType(
    {
        "answered": REASONS["answered"],
        "timeout": REASONS["timeout"],
        "full": REASONS["full"],
        "no_agent": REASONS["no_agent"],
        "nobody": REASONS["no_agent"],
        "no_answer": EXITS["no_answer"],
        "busy": EXITS["busy"],
        "refused": EXITS["refused"],
    }
)
"""Results of steps that lead to a person."""

StepTitles = Mapping[tuple[str, str, str], tuple[str, str]]
"""The Chinese and the English title of steps, by flow, version and step."""

SOUND_STATES: Mapping[str, str] = MappingProxyType(
    {
        "running": N_("Still being recorded; what has been recorded so far can be played."),
        "whole": N_("Complete, both sides."),
        "short": N_("Incomplete: it is shorter than the conversation, or one side is silent."),
        "missing": N_("There is no sound: the file was not written, or has been removed."),
    }
)

ENDERS: Mapping[str, str] = MappingProxyType(
    {
        "caller": N_("The caller"),
        "agent": N_("The agent"),
        "customer": N_("The customer"),
        "other": N_("The other party"),
        "server": N_("The server"),
    }
)


def exit_colour(exit: str | None) -> str:
    """The badge of an exit: what went well, what we owe, what was lost, and the rest."""
    if exit is None:
        return "azure"
    if exit in GOOD:
        return "green"
    if exit in OWED:
        return "orange"
    return "red" if exit in LOST else "secondary"


def step_title(titles: StepTitles, step: Step, locale: str) -> str:
    """The step's title in this language; in an old version what it is called now (version ''); its name where there is neither."""
    title = titles.get((step.flow, step.version, step.step)) or titles.get((step.flow, "", step.step))
    zh, en = title or (step.step, step.step)
    return zh if locale.startswith("zh") else en


def step_result(step: Step) -> str | None:
    """The English text of what came of a step; None when that is keys, or nothing yet."""
    result = step.result or ""
    return (QUEUE_RESULTS.get(result) if step.kind in ("queue", "transfer") else None) or STEP_RESULTS.get(result)


CONVERSATIONS = frozenset({"talk", "conference"})


def waited(call: Call, now: int) -> int | None:
    """Milliseconds from the first entry into a queue to the first conversation, or to the end of the last queue; None without a queue."""
    queues = [s for s in call.segments if s.kind == "queue"]
    if not queues:
        return None
    talks = [s.began for s in call.segments if s.kind in CONVERSATIONS and s.began >= queues[0].began]
    return (min(talks) if talks else _end(queues[-1], now)) - queues[0].began


def talked(call: Call, now: int) -> int | None:
    """Milliseconds in which the customer talked to somebody or several, holding left out; None when nobody talked."""
    talks = sorted((s.began, _end(s, now)) for s in call.segments if s.kind in CONVERSATIONS)
    if not talks:
        return None
    total, until = 0, 0
    for began, ended in talks:
        total += max(0, ended - max(began, until))
        until = max(until, ended)
    return total


def hung_up_first(call: Call) -> str | None:
    """A word of ENDERS; None while the call goes on and when nothing tells."""
    if call.ended is None:
        return None
    talks = [s for s in call.segments if s.kind in ("talk", "hold", "conference") and s.ended is not None]
    last = max(talks, key=lambda s: s.ended or 0, default=None)
    if last is not None and last.reason in ("agent_hung_up", "caller_hung_up"):
        theirs = "agent" if call.is_ours(last) else "other"
        return theirs if last.reason == "agent_hung_up" else "customer" if call.direction == "outbound" else "caller"
    asked = [leg for leg in call.legs.values() if leg.hung_up is not None and (last is None or leg.role == "caller")]
    if asked:
        role = min(asked, key=lambda leg: leg.hung_up or 0).role
        return {"caller": "caller", "agent": "agent", "far": "customer"}.get(role)
    reasons = [s.reason for s in call.segments if s.reason in ("caller_hung_up", "agent_hung_up", "hung_up", "abandoned")]
    if reasons:
        return "agent" if reasons[-1] == "agent_hung_up" else "caller"
    return "server" if call.segments and call.segments[-1].reason == "ended" else None


def _end(segment: Segment, now: int) -> int:
    return max(segment.began, now) if segment.ended is None else segment.ended
