"""A call is offered to a seat: ringing, and the many ways in which it ends."""

from __future__ import annotations

from callcenter.floor import events as ev
from callcenter.floor.call import Call, Leg
from callcenter.floor.picture import DoesNotFit, Draft, call_of, owned, who_at, with_call, with_leg
from callcenter.floor.replacing import replace
from callcenter.floor.segments import TALKING, begin, changed, end, of_leg, open_one
from callcenter.floor.together import customer_of

OF_STATUS = {
    "BUSY": "refused",
    "CHANUNAVAIL": "unreachable",
    "CONGESTION": "unreachable",
    "NOANSWER": "rang_out",
    "CANCEL": "caller_gone",
}
OF_CAUSE = {17: "refused", 21: "refused", 26: "elsewhere", 3: "unreachable", 20: "unreachable", 27: "unreachable", 38: "unreachable"}

TAKEN_DOWN = frozenset({0, 16})
"""The causes of a leg that we rang ourselves and gave up; one that rang out has 19."""


def offer_began(floor: Draft, event: ev.OfferBegan) -> Draft:
    call = call_of(floor, event.leg)
    if call is None or call.ended is not None:
        raise DoesNotFit(f"leg {event.leg} is in no call that goes on")
    leg = call.legs.get(event.to) or floor.loose.get(event.to) or Leg(event.to, "", "", event.at)
    if leg.ended is not None:
        raise DoesNotFit(f"leg {event.to} is gone")
    floor = owned(floor, leg.id, call.id)
    call = with_leg(call, replace(leg, role="agent", seat=event.seat, by=event.leg))
    who = who_at(floor, event.seat)
    rang = next((one for one in call.segments if one.kind == "ring" and one.leg == leg.id), None)
    if rang is None:
        call = begin(call, "ring", leg.id, event.at, who=who, queue=event.queue)
    elif rang.queue is None or rang.who != who:
        call = changed(call, replace(rang, queue=event.queue, who=who))
    return with_call(floor, call)


def offer_failed(floor: Draft, event: ev.OfferFailed) -> Draft:
    call = call_of(floor, event.leg)
    if call is None:
        raise DoesNotFit(f"leg {event.leg} is in no call")
    return with_call(floor, end_ring(call, event.to, event.at))


def end_ring(call: Call, leg: str, at: int, reason: str | None = None) -> Call:
    """End the ringing of a leg; without a reason the one that fits what is known of the leg."""
    if open_one(call, "ring", leg) is None:
        return call
    return end(call, of_leg("ring", leg), at, reason or _why(call, call.legs[leg]))


def caused(call: Call, leg: Leg) -> Call:
    """A phone that refuses is told as not answered; the cause, which comes with the leg's end, tells it apart."""
    rang = next((one for one in call.segments if one.kind == "ring" and one.leg == leg.id), None)
    if rang is not None and rang.reason == "rang_out" and leg.by is None and leg.cause in TAKEN_DOWN and call.answered is not None:
        return changed(call, replace(rang, reason="caller_gone"))
    if rang is None or rang.reason not in ("rang_out", "unreachable") or leg.cause not in OF_CAUSE:
        return call
    return changed(call, replace(rang, reason=OF_CAUSE[leg.cause]))


def _why(call: Call, leg: Leg) -> str:
    if leg.dial_status in ("BUSY", "CHANUNAVAIL", "CONGESTION"):
        return OF_STATUS[leg.dial_status]
    if _somebody_else_took(call, leg):
        return "elsewhere"
    if _dialler_left(call, leg):
        return "caller_gone"
    if leg.cause in OF_CAUSE:
        return OF_CAUSE[leg.cause]
    return OF_STATUS.get(leg.dial_status or "", "rang_out")


def _somebody_else_took(call: Call, leg: Leg) -> bool:
    """Whether another one whom the same leg rang at the same time was there first."""
    rang = open_one(call, "ring", leg.id)
    since = rang.began if rang is not None else leg.began
    rivals = {one.id: one for one in call.legs.values() if one.id != leg.id and one.by is not None and one.by == leg.by}
    if any(one.leg in rivals and one.ended is None and one.kind in TALKING and one.began >= since for one in call.segments):
        return True
    return any(one.dial_status == "ANSWER" and one.ended is None and _rang_since(call, one, since) for one in rivals.values())


def _rang_since(call: Call, leg: Leg, since: int) -> bool:
    return any(one.kind == "ring" and one.leg == leg.id and (one.ended is None or one.ended >= since) for one in call.segments)


def _dialler_left(call: Call, leg: Leg) -> bool:
    dialler = call.legs.get(leg.by) if leg.by is not None else customer_of(call) if call.direction == "inbound" else None
    return dialler is not None and dialler.id != leg.id and (dialler.hung_up is not None or dialler.ended is not None)
