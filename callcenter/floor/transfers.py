"""Customers who are handed on, parked and taken up again."""

from __future__ import annotations

from callcenter.floor import events as ev
from callcenter.floor.call import Call, Leg
from callcenter.floor.joined import connected
from callcenter.floor.legs import attach
from callcenter.floor.picture import HAS_CUSTOMER, DoesNotFit, Draft, call_of, live_leg, with_call, with_leg
from callcenter.floor.reasons import GRACE_MS
from callcenter.floor.replacing import replace
from callcenter.floor.segments import begin, changed, end, of_kind, of_leg, open_one
from callcenter.floor.talks import follow
from callcenter.floor.together import customer_of, parties

CHANGED_MINDS = frozenset({"agent_hung_up", "resumed"})
"""What a talk, hold or consultation that was handed over may have been taken for."""


def handed_over(floor: Draft, event: ev.HandedOver) -> Draft:
    """Whoever handed his customer over has left, or leaves in a moment."""
    for leg in event.legs:
        call_id = floor.legs.get(leg)
        if call_id is not None and leg in floor.calls[call_id].legs:
            floor = _hands_over(floor, floor.calls[call_id], floor.calls[call_id].legs[leg], event)
    return _joined_by(floor, event) if event.leg is not None and event.to is not None else floor


def _hands_over(floor: Draft, call: Call, leg: Leg, event: ev.HandedOver) -> Draft:
    for one in call.segments:
        late = one.ended is not None and event.at - one.ended <= GRACE_MS
        if one.leg == leg.id and late and one.reason in CHANGED_MINDS and one.kind in (*HAS_CUSTOMER, "consult"):
            call = changed(call, replace(one, reason="transferred"))
    call = with_leg(call, replace(leg, handed=True)) if leg.ended is None else call
    return follow(floor, call, event.at)


def _joined_by(floor: Draft, event: ev.HandedOver) -> Draft:
    """Who has the customer now may have been asked in a call of his own: his leg comes over from there. He may be a customer himself."""
    sides = [floor.calls[id].legs.get(leg or "") for leg in (event.leg, event.to) if (id := floor.legs.get(leg or "")) is not None]
    legs = [leg for leg in sides if leg is not None and leg.ended is None]
    calls = [floor.calls[floor.legs[leg.id]] for leg in legs]
    if len(legs) < 2 or calls[0].id == calls[1].id:
        return floor
    if not _is_customer(calls[1], legs[1]):
        return moved_over(floor, legs[1], calls[0], event.at)
    if not _is_customer(calls[0], legs[0]):
        return moved_over(floor, legs[0], calls[1], event.at)
    floor = connected(floor, calls[0].id, calls[1].id)
    return follow(floor, floor.calls[calls[0].id], event.at)


def _is_customer(call: Call, leg: Leg) -> bool:
    return call.direction != "internal" and leg is customer_of(call)


def moved_over(floor: Draft, leg: Leg, call: Call, at: int) -> Draft:
    """A leg leaves the call that it was in for another one."""
    left = floor.calls[floor.legs[leg.id]]
    left = end(left, lambda one: one.leg == leg.id and one.kind != "wrapup", at, "transferred")
    left = replace(left, legs={id: one for id, one in left.legs.items() if id != leg.id})
    floor = attach(with_call(floor, left), call, replace(leg, handed=False))
    return follow(floor, floor.calls[call.id], at)


def parked(floor: Draft, event: ev.Parked) -> Draft:
    call = call_of(floor, event.leg)
    if call is None:
        return floor
    live_leg(call, event.leg)
    if open_one(call, "park", event.leg) is not None:
        return floor
    for leg in call.legs.values():
        if any(one.leg == leg.id and one.ended is None and one.kind in HAS_CUSTOMER for one in call.segments):
            call = with_leg(call, replace(leg, handed=True))
    call = end(call, of_kind("ivr"), event.at, "went_on")
    # A channel of Asterisk's own may have kept the place until he came to it himself.
    call = end(call, of_kind("park"), event.at, "transferred")
    return follow(floor, begin(call, "park", event.leg, event.at), event.at)


def unparked(floor: Draft, event: ev.Unparked) -> Draft:
    call = call_of(floor, event.leg)
    if call is None:
        return floor
    call = end(call, of_leg("park", event.leg), event.at, event.reason)
    if event.by is None:
        return with_call(floor, call)
    return _taken_up(with_call(floor, call), call, event.by, event.at)


def _taken_up(floor: Draft, call: Call, by: str, at: int) -> Draft:
    if by in floor.loose:
        floor = attach(floor, call, floor.loose[by])
        return follow(floor, floor.calls[call.id], at)
    owner = floor.legs.get(by)
    if owner is None:
        raise DoesNotFit(f"no leg {by}")
    leg = floor.calls[owner].legs.get(by)
    if owner == call.id or leg is None or len(parties(floor.calls[owner], leg)) > 1:
        return floor
    return moved_over(floor, leg, call, at)
