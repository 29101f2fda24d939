"""Talk and hold: who is in a bridge with whom, who left it first."""

from __future__ import annotations

from callcenter.floor import events as ev
from callcenter.floor.call import Call, Leg, Recording
from callcenter.floor.picture import DoesNotFit, Floor, call_of, live_leg, own_leg, waits_no_more, who_at, with_call, with_leg, with_loose
from callcenter.floor.replacing import replace
from callcenter.floor.segments import begin, end, of_kind, of_leg, open_one, open_talk, talk_of


def bridge_entered(floor: Floor, event: ev.BridgeEntered) -> Floor:
    call = call_of(floor, event.leg)
    if call is None:
        return with_loose(floor, replace(floor.loose[event.leg], bridge=event.bridge))
    leg = live_leg(call, event.leg)
    if leg.bridge == event.bridge:
        return floor
    call = with_leg(call, replace(leg, bridge=event.bridge, moved=max(event.at, leg.moved)))
    return talk(floor, call, event.bridge, event.at)


def talk(floor: Floor, call: Call, bridge: str, at: int, began: int | None = None) -> Floor:
    """Begin the talks of those who are together in the bridge now. `began` when it is known better than `at`."""
    inside = [one for one in call.legs.values() if one.bridge == bridge and one.ended is None]
    if len(inside) < 2:
        return with_call(floor, call)
    for leg in talkers(call, inside):
        if open_talk(call, leg.id) is None:
            call = _begin_talk(floor, call, leg, inside, began or at)
            floor = waits_no_more(with_call(floor, call), _caller(call).id)
            floor = wrapups_cut_short(floor, call.segments[-1].who, at)
            call = floor.calls[call.id]
    return with_call(floor, call)


def wrapups_cut_short(floor: Floor, who: str | None, at: int) -> Floor:
    """An agent who talks again wraps up no more."""
    wrapping_up = [call for call in floor.calls.values() for one in call.segments if one.kind == "wrapup" and one.who == who]
    for call in wrapping_up:
        floor = with_call(floor, end(call, lambda one: one.kind == "wrapup" and one.who == who, at, "timed_out"))
    return floor


def talkers(call: Call, inside: list[Leg]) -> list[Leg]:
    """The legs whose talk is recorded as a segment: the agents'; where there is none, the far one."""
    others = [one for one in inside if one.role != "caller"]
    agents = [one for one in others if one.role == "agent"]
    return agents or others


def _begin_talk(floor: Floor, call: Call, leg: Leg, inside: list[Leg], at: int) -> Call:
    for kind in ("ivr", "queue"):
        call = end(call, of_kind(kind), at, "answered" if kind == "queue" else "went_on")
    together = {one.id for one in inside}
    call = end(call, lambda one: one.kind == "ring" and one.leg in together, at, "answered")
    call = end(call, of_kind("ring"), at, "elsewhere")
    queue = next((one.queue for one in reversed(call.segments) if one.kind == "ring" and one.leg == leg.id), None)
    who = next((one.who for one in reversed(call.segments) if one.leg == leg.id and one.who), None)
    call = begin(call, "talk", leg.id, at, who=who or (who_at(floor, leg.seat) if leg.seat else leg.number), queue=queue)
    if call.answered is None:
        call = replace(call, answered=at)
    return _recorded(call, leg, inside, at)


def _recorded(call: Call, leg: Leg, inside: list[Leg], at: int) -> Call:
    # The dialplan records on the leg that was dialled: the agent's of a caller, the customer's of a call that we placed.
    if call.direction == "outbound":
        leg = next((one for one in inside if one.role == "far"), leg)
    if call.direction == "internal" or any(one.leg == leg.id for one in call.recordings):
        return call
    return replace(call, recordings=(*call.recordings, Recording(leg.id, leg.id, at)))


def bridge_left(floor: Floor, event: ev.BridgeLeft) -> Floor:
    call = call_of(floor, event.leg)
    if call is None:
        return with_loose(floor, replace(floor.loose[event.leg], bridge=None))
    leg = own_leg(call, event.leg)
    if leg.bridge != event.bridge:
        return floor
    why = who_ended(call, leg)
    call = with_leg(call, replace(leg, bridge=None, held=False, moved=max(event.at, leg.moved)))
    return with_call(floor, end_talk(floor, call, leg.id, event.at, why))


def end_talk(floor: Floor, call: Call, leg: str, at: int, reason: str) -> Call:
    """End what the leg talks on; its agent wraps up from the same moment."""
    going_on = open_talk(call, leg)
    if going_on is None:
        return call
    call = end(call, talk_of(leg), at, reason)
    return wrap_up(floor, call, going_on.who, leg, max(at, going_on.began))


def wrap_up(floor: Floor, call: Call, who: str | None, leg: str, at: int) -> Call:
    if who not in floor.agents or floor.rules.wrapup_ms == 0 or open_one(call, "wrapup", leg) is not None:
        return call
    return begin(call, "wrapup", leg, at, who=who)


def who_ended(call: Call, leg: Leg) -> str:
    """Who hung up first, asked at the moment when `leg` leaves the talk. The customer counts as the caller of a call that we placed."""
    others = [one for one in call.legs.values() if one.id != leg.id and one.role in ("caller", "far")]
    theirs = min((one.hung_up for one in others if one.hung_up is not None), default=None)
    if leg.hung_up is not None and (theirs is None or leg.hung_up <= theirs):
        return "agent_hung_up"
    if theirs is not None:
        return "caller_hung_up"
    if any(one.ended is not None for one in others) and not any(one.ended is None for one in others):
        return "caller_hung_up"
    if any(one.bridge == leg.bridge for one in others if one.ended is None):
        return "agent_hung_up"
    return "transferred"


def _caller(call: Call) -> Leg:
    return next((one for one in call.legs.values() if one.role == "caller"), next(iter(call.legs.values())))


def hold_began(floor: Floor, event: ev.HoldBegan) -> Floor:
    call = call_of(floor, event.leg)
    if call is None:
        return floor
    leg = live_leg(call, event.leg)
    if leg.held:
        return floor
    call = with_leg(call, replace(leg, held=True))
    talking = open_one(call, "talk", leg.id)
    if talking is not None:
        call = end(call, of_leg("talk", leg.id), event.at, "held")
        call = begin(call, "hold", leg.id, max(event.at, talking.began), who=talking.who, queue=talking.queue)
    return with_call(floor, call)


def hold_ended(floor: Floor, event: ev.HoldEnded) -> Floor:
    call = call_of(floor, event.leg)
    if call is None:
        return floor
    leg = own_leg(call, event.leg)
    if leg.ended is not None:
        raise DoesNotFit(f"leg {leg.id} is gone")
    if not leg.held:
        return floor
    call = with_leg(call, replace(leg, held=False))
    holding = open_one(call, "hold", leg.id)
    if holding is not None:
        call = end(call, of_leg("hold", leg.id), event.at, "resumed")
        call = begin(call, "talk", leg.id, max(event.at, holding.began), who=holding.who, queue=holding.queue)
    return with_call(floor, call)
