"""How a leg and a call end, and what that means for everything that was going on in them."""

from __future__ import annotations

from callcenter.floor.call import Call, Leg
from callcenter.floor.exits import exit_of
from callcenter.floor.offers import caused, end_ring
from callcenter.floor.picture import Floor, waits_no_more, with_call, with_leg
from callcenter.floor.replacing import replace
from callcenter.floor.segments import TALKING, end, of_kind, open_one
from callcenter.floor.talks import end_talk, who_ended


def end_leg(floor: Floor, call: Call, leg: Leg, at: int, cause: int | None, reason: str | None = None) -> Floor:
    """The leg is gone. `reason` overrides what can be told of the segments that end with it (lost_sight)."""
    why = reason or who_ended(call, leg)
    call = with_leg(call, replace(leg, ended=max(at, leg.began), cause=cause, bridge=None, held=False))
    if leg.role != "caller":
        call = caused(end_ring(call, leg.id, at, reason), call.legs[leg.id])
        call = end_talk(floor, call, leg.id, at, why)
    if call.ended is None and _is_over(call, leg):
        call = end_call(floor, call, at, reason)
    floor = waits_no_more(floor, leg.id) if leg.role == "caller" else floor
    return with_call(floor, call)


def _is_over(call: Call, leg: Leg) -> bool:
    """A caller's call is over with the caller; any other when nobody is left."""
    if call.direction == "inbound":
        return leg.role == "caller"
    return all(one.ended is not None for one in call.legs.values())


def end_call(floor: Floor, call: Call, at: int, reason: str | None = None) -> Call:
    """Every segment but wrap-ups ends, and the call has its one exit."""
    at = max(at, call.began)
    for one in call.open:
        if one.kind in TALKING:
            leg = call.legs.get(one.leg)
            call = end_talk(floor, call, one.leg, at, reason or (who_ended(call, leg) if leg else "lost_sight"))
    if reason is not None:
        call = end(call, lambda one: one.kind != "wrapup", at, reason)
    hung_up = hung_up_by(call, at)
    call = end_queue(call, at)
    for one in call.open:
        if one.kind == "ring":
            call = end_ring(call, one.leg, at)
    call = end(call, of_kind("ivr"), at, "hung_up" if hung_up else "ended")
    call = _end_step(call, at, "hung_up" if hung_up else None)
    call = replace(call, ended=at)
    return replace(call, exit=reason if reason is not None and not call.segments else exit_of(call))


def end_queue(call: Call, at: int, reason: str | None = None) -> Call:
    """End the wait. Without a reason: a caller who was taken out of it and had not hung up by then timed out; any other gave up."""
    waiting = open_one(call, "queue")
    if waiting is None:
        return call
    taken = any(leg.dial_status == "ANSWER" and leg.began >= waiting.began for leg in call.legs.values() if leg.role == "agent")
    timed_out = waiting.left is not None and not taken and not hung_up_by(call, waiting.left)
    why = reason or ("timeout" if timed_out else "abandoned")
    when = at if waiting.left is None or why == "abandoned" else waiting.left
    return end(call, of_kind("queue"), when, why)


def hung_up_by(call: Call, at: int) -> bool:
    """Whether the caller had hung up by then."""
    return any(leg.role == "caller" and leg.hung_up is not None and leg.hung_up <= at for leg in call.legs.values())


def _end_step(call: Call, at: int, result: str | None) -> Call:
    if not call.steps or call.steps[-1].ended is not None:
        return call
    last = call.steps[-1]
    return replace(call, steps=(*call.steps[:-1], replace(last, ended=max(at, last.began), result=result)))
