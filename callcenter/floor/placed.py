"""Calls that we place: our word comes first, the legs follow."""

from __future__ import annotations

from callcenter.floor import events as ev
from callcenter.floor.call import Call
from callcenter.floor.ending import end_call
from callcenter.floor.picture import DoesNotFit, Draft, known_call, owned, who_at, with_call, with_leg
from callcenter.floor.replacing import replace
from callcenter.floor.segments import begin


def call_placed(floor: Draft, event: ev.CallPlaced) -> Draft:
    if event.call in floor.calls:
        return floor
    if event.leg in floor.legs:
        raise DoesNotFit(f"leg {event.leg} is in call {floor.legs[event.leg]}")
    call = Call(event.call, "outbound", event.seat, event.number, event.at, callback=event.callback)
    leg = floor.loose.get(event.leg)
    if leg is not None:
        leg = replace(leg, role="agent", seat=event.seat)
        call = begin(with_leg(call, leg), "ring", leg.id, leg.began, who=who_at(floor, event.seat))
    return owned(with_call(floor, call), event.leg, call.id)


def call_failed(floor: Draft, event: ev.CallFailed) -> Draft:
    call = known_call(floor, event.call)
    if call.ended is not None:
        return floor
    if call.legs:
        raise DoesNotFit(f"call {call.id} has legs")
    return with_call(floor, end_call(floor, replace(call, outcome=event.exit), event.at))
