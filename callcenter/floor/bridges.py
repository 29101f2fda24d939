"""A leg comes to a bridge, leaves it, holds, holds no more."""

from __future__ import annotations

from callcenter.floor import events as ev
from callcenter.floor.picture import DoesNotFit, Draft, call_of, live_leg, own_leg, with_call, with_leg, with_loose
from callcenter.floor.replacing import replace
from callcenter.floor.talks import follow


def bridge_entered(floor: Draft, event: ev.BridgeEntered) -> Draft:
    if event.instead is not None:
        floor = _makes_room(floor, event.instead, event.bridge, event.at)
    call = call_of(floor, event.leg)
    if call is None:
        return with_loose(floor, replace(floor.loose[event.leg], bridge=event.bridge))
    leg = live_leg(call, event.leg)
    if leg.bridge == event.bridge:
        return floor
    call = with_leg(call, replace(leg, bridge=event.bridge, handed=False, moved=max(event.at, leg.moved)))
    return follow(floor, call, event.at)


def _makes_room(floor: Draft, leg: str, bridge: str, at: int) -> Draft:
    """Somebody takes the place of this leg: its part of the talk is handed over to him."""
    call_id = floor.legs.get(leg)
    there = floor.calls[call_id].legs.get(leg) if call_id is not None else None
    if call_id is None or there is None or there.bridge != bridge:
        return floor
    return with_call(floor, with_leg(floor.calls[call_id], replace(there, bridge=None, handed=True, moved=max(at, there.moved))))


def bridge_left(floor: Draft, event: ev.BridgeLeft) -> Draft:
    call = call_of(floor, event.leg)
    if call is None:
        return with_loose(floor, replace(floor.loose[event.leg], bridge=None))
    leg = own_leg(call, event.leg)
    if leg.bridge != event.bridge:
        return floor
    return follow(floor, with_leg(call, replace(leg, bridge=None, held=False, moved=max(event.at, leg.moved))), event.at)


def recording_began(floor: Draft, event: ev.RecordingBegan) -> Draft:
    """The sound belongs to what the leg talks on next."""
    call = call_of(floor, event.leg)
    if call is None:
        return with_loose(floor, replace(floor.loose[event.leg], recorded=event.at))
    return with_call(floor, with_leg(call, replace(live_leg(call, event.leg), recorded=event.at)))


def hold_began(floor: Draft, event: ev.HoldBegan) -> Draft:
    call = call_of(floor, event.leg)
    if call is None:
        return floor
    leg = live_leg(call, event.leg)
    return floor if leg.held else follow(floor, with_leg(call, replace(leg, held=True)), event.at)


def hold_ended(floor: Draft, event: ev.HoldEnded) -> Draft:
    call = call_of(floor, event.leg)
    if call is None:
        return floor
    leg = own_leg(call, event.leg)
    if leg.ended is not None:
        raise DoesNotFit(f"leg {leg.id} is gone")
    return follow(floor, with_leg(call, replace(leg, held=False)), event.at) if leg.held else floor
