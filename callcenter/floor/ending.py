"""How a leg and a call end, and what that means for everything that was going on in them."""

from __future__ import annotations

from callcenter.floor.call import Call, Leg, Segment
from callcenter.floor.exits import exit_of
from callcenter.floor.offers import caused, end_ring
from callcenter.floor.picture import HAS_CUSTOMER, Draft, Floor, waits_no_more, with_leg
from callcenter.floor.reasons import GRACE_MS, Verdict
from callcenter.floor.replacing import replace
from callcenter.floor.segments import end, of_leg, open_one
from callcenter.floor.talks import end_talk, follow
from callcenter.floor.together import customer_of


def end_leg(floor: Draft, call: Call, leg: Leg, at: int, cause: int | None, reason: str | None = None) -> Draft:
    """The leg is gone. `reason` overrides what can be told of the segments that end with it (lost_sight)."""
    call = with_leg(call, replace(leg, ended=max(at, leg.began), cause=cause, bridge=None, held=False))
    leg = call.legs[leg.id]
    call = caused(end_ring(call, leg.id, at, reason), leg)
    if reason is not None:
        call = lost(floor, call, leg.id, at)
    if call.ended is None and _is_over(call):
        call = end_call(floor, call, at, reason)
    elif open_one(call, "queue", leg.id) is not None:
        call = _gone_from_queue(call, leg.id, at)
    call = end(call, of_leg("ivr", leg.id), at, "hung_up" if leg.hung_up is not None else "ended")
    return follow(waits_no_more(floor, leg.id), call, at)


def lost(floor: Floor, call: Call, leg: str, at: int) -> Call:
    """What the leg talked on ended at `at` at the latest, and nothing can tell how."""
    call = end_talk(floor, call, leg, Verdict("lost_sight", at))
    return end(call, of_leg("consult", leg), at, "lost_sight")


def _is_over(call: Call) -> bool:
    """A call is over with its customer. One that had none yet, or that is between two of ours, when nobody is left."""
    customer = customer_of(call)
    if customer is not None and (call.direction == "inbound" or (call.direction == "outbound" and call.answered is not None)):
        return customer.ended is not None
    return all(one.ended is not None for one in call.legs.values())


def end_call(floor: Floor, call: Call, at: int, reason: str | None = None) -> Call:
    """What the customer was in ends, and the call has its one exit. What others still talk about among themselves goes on."""
    at = max(at, call.began)
    customer = customer_of(call)
    over = [one for one in call.open if one.kind != "wrapup" and not _goes_on(call, one, customer)]
    if reason is not None:
        for one in call.open:
            if one.kind in HAS_CUSTOMER:
                call = lost(floor, call, one.leg, at)
        call = end(call, lambda one: one.n in {gone.n for gone in over}, at, reason)
    left_by_himself = hung_up_by(call, at)
    for one in over:
        if one.kind == "queue":
            call = _gone_from_queue(call, one.leg, at)
        elif one.kind == "ring":
            call = end_ring(call, one.leg, at)
        elif one.kind == "ivr":
            call = end(call, of_leg("ivr", one.leg), at, "hung_up" if left_by_himself else "ended")
        elif one.kind == "park":
            call = end(call, of_leg("park", one.leg), at, "caller_hung_up")
    call = _end_step(call, at, "hung_up" if left_by_himself else None)
    call = replace(call, ended=at)
    return replace(call, exit=reason if reason is not None and not call.segments else exit_of(call))


def _goes_on(call: Call, one: Segment, customer: Leg | None) -> bool:
    """Whether a segment is not the customer's: a talk is settled by who left it how; a consultation has an end of its own."""
    if one.kind in ("talk", "hold", "conference", "consult"):
        return True
    leg = call.legs.get(one.leg)
    of = leg.by if one.kind == "ring" and leg is not None else one.leg
    asking = call.legs.get(of or "")
    return asking is not None and asking is not customer and asking.ended is None and not asking.is_local


def end_queue(call: Call, leg: str, at: int, reason: str | None = None) -> Call:
    """End the wait. Without a reason: who was taken out of it and had not hung up by then timed out, or was answered if a telephone was,
    however little is heard of their talk yet; any other gave up.
    """
    waiting = open_one(call, "queue", leg)
    if waiting is None:
        return call
    taken = any(
        one.dial_status == "ANSWER" and one.began >= waiting.began and one.by in (None, leg)
        for one in call.legs.values()
        if one.role == "agent"
    )
    gave_up = waiting.left is None or hung_up_by(call, waiting.left, leg)
    why = reason or ("abandoned" if gave_up else "answered" if taken else "timeout")
    when = at if waiting.left is None or why == "abandoned" else waiting.left
    return end(call, lambda one: one.n == waiting.n, when, why)


def _gone_from_queue(call: Call, leg: str, at: int) -> Call:
    return end_queue(call, leg, at, "abandoned" if was_queueing(call, leg, at) else None)


def was_queueing(call: Call, leg: str, at: int) -> bool:
    """Whether he waited until just now out of a flow of ours, and nothing has said yet how that ended.

    Who is gone at such a moment has hung up, heard or not: of one who waited too long our dialplan tells before. No other one does.
    """
    waiting = open_one(call, "queue", leg)
    return waiting is not None and waiting.left is not None and at - waiting.left <= GRACE_MS and bool(call.steps)


def hung_up_by(call: Call, at: int, leg: str | None = None) -> bool:
    """Whether the customer had hung up by then; or the colleague who waits on this leg."""
    one = call.legs.get(leg or "")
    if one is None or one.is_local:
        one = customer_of(call)
    return one is not None and one.hung_up is not None and one.hung_up <= at


def _end_step(call: Call, at: int, result: str | None) -> Call:
    if not call.steps or call.steps[-1].ended is not None:
        return call
    last = call.steps[-1]
    return replace(call, steps=(*call.steps[:-1], replace(last, ended=max(at, last.began), result=result)))
