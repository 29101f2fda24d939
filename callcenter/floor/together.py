"""Who is together with whom: bridges, joined where a pair of Asterisk's own channels ties them."""

from __future__ import annotations

from callcenter.floor.call import Call, Leg


def customer_of(call: Call) -> Leg | None:
    """The leg whom the call is about: the caller, or who was called by us. Of an internal call the one that dialled."""
    for leg in call.legs.values():
        if call.direction == "internal" or leg.role == "caller":
            return leg
        if call.direction == "outbound" and leg.role in ("far", "other") and not leg.is_local:
            return leg
    return None


def room_of(call: Call, leg: Leg) -> tuple[Leg, ...]:
    """Every channel that hears the leg, itself among them; halves of pairs too. Empty when it is in no bridge."""
    if leg.bridge is None or leg.ended is not None:
        return ()
    live = [one for one in call.legs.values() if one.ended is None]
    halves = [one for one in live if one.bridge is not None and one.is_local]
    if not halves:
        return tuple(one for one in live if one.bridge == leg.bridge)
    bridges: set[str | None] = {leg.bridge}
    while True:
        joined = {
            other.bridge for one in halves if one.bridge in bridges and (other := _other_half(live, one)).bridge is not None
        } - bridges
        if not joined:
            return tuple(one for one in live if one.bridge in bridges)
        bridges |= joined


def parties(call: Call, leg: Leg) -> tuple[Leg, ...]:
    """The people who hear each other with this leg; empty for one who is in no bridge or has handed his talk over."""
    if leg.handed:
        return ()
    return tuple(one for one in room_of(call, leg) if not one.is_local and not one.handed)


def threads(call: Call, room: tuple[Leg, ...]) -> frozenset[str]:
    """The channels of a room, and the far halves of its pairs: what these wait in, the people of the room wait in."""
    live = [one for one in call.legs.values() if one.ended is None]
    return frozenset(one.id for one in room) | frozenset(_other_half(live, one).id for one in room if one.is_local)


def _other_half(live: list[Leg], half: Leg) -> Leg:
    pair, _, side = half.name.rpartition(";")
    other = f"{pair};{'2' if side == '1' else '1'}"
    return next((one for one in live if one.name == other), half)
