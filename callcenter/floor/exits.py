"""Which one exit a call has: the first that holds, in the order in which the figures define them."""

from __future__ import annotations

from callcenter.floor.call import Call, Leg, Segment
from callcenter.floor.segments import last_of

OUTCOMES = ("callback", "voicemail", "self_served", "transferred_out", "blacklisted", "nuisance", "silent", "lines_full", "system_error")
"""What our flow did that makes an exit, in the order in which they count."""

OF_QUEUE = {"timeout": "queue_timeout", "full": "queue_full", "no_agent": "no_agent", "overflow": "overflow", "callback": "callback"}

OF_CAUSE = {17: "busy", 18: "no_answer", 19: "no_answer", 21: "refused"}
"""Q.850 causes; every other one but 16 (normal) is unreachable."""

OF_STATUS = {"BUSY": "busy", "NOANSWER": "no_answer", "CANCEL": "cancelled"}


def exit_of(call: Call) -> str:
    """The exit of a call that is over."""
    if call.answered is not None:
        return "answered"
    if call.outcome in OUTCOMES and call.outcome != "system_error":
        return call.outcome
    if call.direction == "inbound" and any(one.kind in ("talk", "conference") for one in call.segments):
        return "transferred_out"
    if any(one.reason == "lost_sight" for one in call.segments if one.kind != "wrapup"):
        return "lost_sight"
    if call.outcome == "system_error":
        return call.outcome
    return _inbound(call) if call.direction == "inbound" else _outbound(call)


def _inbound(call: Call) -> str:
    places = [one for one in call.segments if one.kind in ("ivr", "queue")]
    queue = last_of(call, "queue")
    hung_up = _caller_hung_up(call)
    if not places:
        return "abandoned_ivr" if hung_up else "system_error"
    if places[-1].kind == "queue":
        return _of_queue(call, places[-1])
    if hung_up:
        return "abandoned_ring" if _rang_for(call, places[-1]) else "abandoned_ivr"
    if call.outcome:
        return call.outcome
    return OF_QUEUE.get(queue.reason or "", "abandoned_ivr") if queue else "abandoned_ivr"


def _of_queue(call: Call, queue: Segment) -> str:
    if queue.reason in OF_QUEUE:
        return OF_QUEUE[queue.reason]
    return "abandoned_ring" if _rang_for(call, queue) else "abandoned_queue"


def _rang_for(call: Call, place: Segment) -> bool:
    """Whether somebody was being rung for the caller when he left."""
    return any(one.kind == "ring" and one.n > place.n and one.reason == "caller_gone" for one in call.segments)


def _caller_hung_up(call: Call) -> bool:
    return any(leg.role == "caller" and leg.hung_up is not None for leg in call.legs.values())


def _outbound(call: Call) -> str:
    if call.outcome:
        return call.outcome
    dialled = _dialled(call)
    if dialled is not None:
        return _of_dialled(call, dialled)
    ring = last_of(call, "ring")
    if ring is None or ring.reason == "unreachable":
        return "unreachable"
    return "cancelled" if ring.reason != "answered" or _dialler_hung_up(call) else "unreachable"


def _dialled(call: Call) -> Leg | None:
    """Who was called: the last one who was rung for it."""
    if call.direction == "outbound":
        return next((leg for leg in reversed(tuple(call.legs.values())) if leg.role in ("far", "other") and not leg.is_local), None)
    return next((leg for leg in reversed(tuple(call.legs.values())) if leg.by is not None and not leg.is_local), None)


def _dialler_hung_up(call: Call) -> bool:
    return next(iter(call.legs.values())).hung_up is not None


def _of_dialled(call: Call, leg: Leg) -> str:
    if leg.dial_status == "CANCEL" or (leg.dial_status is None and _dialler_hung_up(call)):
        return "cancelled"
    if leg.cause in OF_CAUSE:
        return OF_CAUSE[leg.cause]
    return OF_STATUS.get(leg.dial_status or "", "unreachable")
