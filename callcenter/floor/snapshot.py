"""The picture is made to agree with what Asterisk shows of itself.

What happened to a leg after the snapshot was asked for is newer than the snapshot, and stays. What ended unseen ends as lost_sight at the
snapshot's time; what began unseen begins as early as Asterisk can tell.
"""

from __future__ import annotations

import dataclasses

from callcenter.floor import events as ev
from callcenter.floor.agents import reachable
from callcenter.floor.call import ANONYMOUS, Call, Leg, Segment
from callcenter.floor.ending import end_call, end_leg, end_queue, lost
from callcenter.floor.flows import enter_flow
from callcenter.floor.legs import IGNORED, NOT_DIALLED, RUNG, attach, begun_at_seat, rung_since
from callcenter.floor.picture import (
    Draft,
    Floor,
    is_seat,
    known_call,
    marked_call,
    owned,
    seat_of,
    who_at,
    with_agent,
    with_call,
    with_leg,
    with_loose,
    with_queue,
    without_loose,
)
from callcenter.floor.queue import Queue, Waiting
from callcenter.floor.queues import enter_queue
from callcenter.floor.reasons import GRACE_MS
from callcenter.floor.replacing import replace
from callcenter.floor.segments import begin, end, of_leg, open_one
from callcenter.floor.talks import follow, open_talk
from callcenter.floor.together import customer_of, parties

Seen = dict[str, ev.SeenLeg]


def reconcile(floor: Draft, event: ev.Snapshot) -> Draft:
    event = dataclasses.replace(event, legs=tuple(leg for leg in event.legs if not _is_gone(floor, leg.leg)))
    seen = {leg.leg: leg for leg in event.legs}
    floor = _devices(floor, event)
    floor = _unknown_calls(floor, event)
    floor = _unknown_legs(floor, event)
    waiting = {one.leg: one for one in event.waiting}
    for call in tuple(floor.calls.values()):
        floor = _gone(floor, call, seen, event.at)
        if floor.calls[call.id].ended is None:
            floor = _places(floor, floor.calls[call.id], seen, waiting, event.at)
    for leg in [leg for leg in floor.loose.values() if leg.id not in seen and not (leg.began > event.at and leg.ended is None)]:
        without_loose(floor, leg.id)
    return _queues(floor, event)


def _is_gone(floor: Floor, leg: str) -> bool:
    return leg in floor.loose and floor.loose[leg].ended is not None


def _devices(floor: Draft, event: ev.Snapshot) -> Draft:
    for seat in floor.devices.keys() - dict(event.seats).keys():
        floor.devices.drop(seat)
    for seat, state in event.seats:
        floor.devices.put(seat, state)
    for agent in floor.agents.values():
        floor = with_agent(floor, replace(agent, reachable=reachable(floor, agent.seat)))
    return floor


def _unknown_calls(floor: Draft, event: ev.Snapshot) -> Draft:
    for leg in event.legs:
        if leg.leg in floor.legs or (leg.call is not None and leg.call in floor.calls) or leg.context in floor.rules.ignored_contexts:
            continue
        if (leg.call == leg.leg and leg.hotline is not None) or (leg.call is None and _arrives(floor, leg)):
            floor = _began_unseen(floor, leg)
    # A mark without a hotline is that of a call that we placed, or that a seat dialled itself; its first leg is the seat's.
    for leg in sorted(event.legs, key=lambda one: one.began):
        if leg.call is not None and marked_call(floor, leg.call) is None and leg.leg not in floor.legs:
            floor = _begun_at_seat(floor, leg, leg.call, event)
    return floor


def _begun_at_seat(floor: Draft, leg: ev.SeenLeg, mark: str, event: ev.Snapshot) -> Draft:
    seat = seat_of(leg.name)
    far = next((one for one in event.legs if one.call == mark and one is not leg), leg)
    others = (one for one in event.legs if one.call != mark and (seat_of(one.name) == seat or (one.bridge and one.bridge == leg.bridge)))
    call = next((there for one in others if (there := marked_call(floor, one.call)) is not None and there.ended is None), None)
    if call is not None and is_seat(floor, seat):
        return attach(floor, call, floor.loose.get(leg.leg) or _leg(leg))
    if mark != leg.leg:
        return with_call(floor, Call(mark, "outbound", seat, far.number or far.dialled, leg.began))
    direction = "internal" if is_seat(floor, seat_of(far.name)) else "outbound"
    return begun_at_seat(floor, floor.loose.get(leg.leg) or _leg(leg), leg.dialled, direction)


def _arrives(floor: Floor, leg: ev.SeenLeg) -> bool:
    linked = leg.linked is None or leg.linked == leg.leg
    return leg.context in floor.rules.entry_contexts and linked and leg.dialled not in NOT_DIALLED


def _began_unseen(floor: Draft, leg: ev.SeenLeg) -> Draft:
    hotline = leg.hotline or leg.dialled
    caller = replace(_leg(leg), role="caller")
    call = Call(leg.call or leg.leg, "inbound", leg.number or ANONYMOUS, hotline, leg.began, hotline=hotline, legs={leg.leg: caller})
    return owned(with_call(floor, call), leg.leg, call.id)


def _leg(seen: ev.SeenLeg) -> Leg:
    return Leg(seen.leg, seen.name, seen.number, seen.began, answered=seen.began if seen.up else None)


def _unknown_legs(floor: Draft, event: ev.Snapshot) -> Draft:
    linked = {leg.leg: leg.linked for leg in event.legs}
    waited_in = {linked.get(one.leg) or one.leg: one.queue for one in event.waiting}
    for leg in event.legs:
        # A queue rings for a caller who waits in it. Who is asked by one of us is rung for nobody's wait.
        queue = waited_in.get(leg.linked or "")
        if leg.leg in floor.legs:
            known = floor.calls[floor.legs[leg.leg]]
            if leg.leg not in known.legs:
                floor = _rings(attach(floor, known, _leg(leg)), leg, queue)
        elif leg.context in floor.rules.ignored_contexts:
            floor = with_loose(floor, replace(_leg(leg), role=IGNORED))
        elif (call := marked_call(floor, leg.call)) is not None:
            known_as = floor.loose.get(leg.leg)
            floor = attach(floor, call, known_as or _leg(leg))
            floor = rung_since(floor, leg.leg) if known_as is not None and known_as.role == RUNG else _rings(floor, leg, queue)
        elif leg.leg not in floor.loose:
            floor = with_loose(floor, _leg(leg))
    return floor


def _rings(floor: Draft, seen: ev.SeenLeg, queue: str | None) -> Draft:
    """A leg of the call that was not known: a seat's that is not up yet is being rung, out of this queue."""
    call = known_call(floor, floor.legs[seen.leg])
    leg = call.legs[seen.leg]
    if leg.role != "agent" and call.direction == "outbound":
        leg = replace(leg, role="far")
        call = with_leg(call, leg)
    if leg.role == "agent" and not seen.up and call.ended is None and leg.id != call.id:
        call = begin(call, "ring", leg.id, leg.began, who=who_at(floor, leg.seat or ""), queue=queue)
    return with_call(floor, call)


def _gone(floor: Draft, call: Call, seen: Seen, at: int) -> Draft:
    for leg in call.legs.values():
        if leg.ended is None and leg.id not in seen and leg.began <= at:
            floor = end_leg(floor, floor.calls[call.id], leg, at, None, "lost_sight")
    call = floor.calls[call.id]
    if call.ended is None and not call.legs and call.began <= at:
        floor = with_call(floor, end_call(floor, call, at, "lost_sight"))
    return floor


def _places(floor: Draft, call: Call, seen: Seen, waiting: dict[str, ev.SeenWaiting], at: int) -> Draft:
    for leg in call.legs.values():
        there = seen.get(leg.id)
        if there is not None and leg.ended is None:
            floor = _corrected(floor, floor.calls[call.id], leg, there, at)
    call = _waits_unseen(_apart_unseen(floor, floor.calls[call.id], seen, at), at)
    floor = follow(floor, call, at, _talk_began(call, at))
    call = floor.calls[call.id]
    customer = customer_of(call)
    if customer is None or customer.id not in seen or len(parties(call, customer)) > 1 or call.direction != "inbound":
        return floor
    return with_call(floor, _caller_place(call, customer, seen[customer.id], waiting.get(customer.id), at))


def _corrected(floor: Draft, call: Call, leg: Leg, there: ev.SeenLeg, at: int) -> Draft:
    answered = leg.answered if leg.answered is not None or not there.up else at
    bridge = leg.bridge if leg.moved > at else there.bridge
    call = with_leg(call, replace(leg, answered=answered, bridge=bridge)) if (answered, bridge) != (leg.answered, leg.bridge) else call
    return with_call(floor, call)


def _apart_unseen(floor: Floor, call: Call, seen: Seen, at: int) -> Call:
    """Who is not together any more ended his talk at `at` at the latest. A hold may go on: he is away from his customer for it."""
    customer = customer_of(call)
    for leg in call.legs.values():
        if leg.id not in seen or leg.moved > at or customer is None or customer.moved > at:
            continue
        inside = parties(call, leg)
        going_on = open_talk(call, leg.id)
        if going_on is not None and going_on.left is not None:
            continue  # Seen to part: what comes next tells why.
        if going_on is not None and going_on.kind != "hold" and customer not in inside:
            call = _taken_aside(call, going_on, at) if len(inside) > 1 else lost(floor, call, leg.id, at)
        asking = open_one(call, "consult", leg.id)
        if asking is not None and asking.left is None and len(inside) < 2:
            call = end(call, of_leg("consult", leg.id), at, "lost_sight")
    return call


def _taken_aside(call: Call, talk: Segment, at: int) -> Call:
    """He asks a colleague now: his customer waits."""
    call = end(call, lambda one: one.n == talk.n, at, "lost_sight")
    return begin(call, "hold", talk.leg, max(at, talk.began), who=talk.who, queue=talk.queue)


def _waits_unseen(call: Call, at: int) -> Call:
    """Asterisk does not tell who is on hold: whoever is in consultation on a second leg has his customer wait on the first.

    Unless he was heard to talk with him just now: he hands him over at this moment.
    """
    customer = customer_of(call)
    for leg in call.legs.values():
        inside = parties(call, leg)
        if customer is None or leg.role != "agent" or leg.held or customer not in inside or len(inside) > 2:
            continue
        talking = open_one(call, "talk", leg.id)
        if talking is not None and at - talking.began < GRACE_MS:
            continue
        if any(other.seat == leg.seat and other is not leg and _asks(call, other, customer) for other in call.legs.values()):
            call = with_leg(call, replace(leg, held=True))
    return call


def _asks(call: Call, leg: Leg, customer: Leg) -> bool:
    inside = parties(call, leg)
    return len(inside) > 1 and customer not in inside


def _talk_began(call: Call, at: int) -> int:
    """A first talk began when the last of its legs was answered; a later one is seen only now."""
    customer = customer_of(call)
    if call.answered is not None or customer is None:
        return at
    return min(at, max((leg.answered or at for leg in parties(call, customer)), default=at))


def _caller_place(call: Call, caller: Leg, seen: ev.SeenLeg, waiting: ev.SeenWaiting | None, at: int) -> Call:
    if caller.bridge is None and at - caller.moved > GRACE_MS:
        call = end(call, of_leg("park", caller.id), at, "lost_sight")
    queued = open_one(call, "queue", caller.id)
    if waiting is not None:
        if any(one.kind == "queue" and one.leg == caller.id and one.ended is not None and one.ended > at for one in call.segments):
            return call  # Heard to be over since: this is the wait that is shown.
        if queued is not None and queued.queue == waiting.queue:
            return call
        return enter_queue(call, caller.id, waiting.queue, waiting.since)
    if queued is not None and queued.left is None and queued.began <= at:
        call = end_queue(call, caller.id, at, "lost_sight")
    if "AGI" in seen.app.upper() and seen.began <= at:
        first = not call.segments
        call = enter_flow(call, seen.began if first else at)
    return call


def _queues(floor: Draft, event: ev.Snapshot) -> Draft:
    names = {one.queue for one in event.waiting} | {one.queue for one in event.members} | set(floor.queues)
    for name in sorted(names):
        with_queue(floor, _queue(floor, name, event))
    return floor


def _queue(floor: Floor, name: str, event: ev.Snapshot) -> Queue:
    known = floor.queues.get(name)
    newer = [one for one in known.waiting if one.since > event.at] if known else []
    there = [
        Waiting(floor.legs[one.leg], one.leg, one.since)
        for one in sorted(event.waiting, key=lambda one: one.position)
        if one.queue == name and one.leg in floor.legs and _still_waits(floor, one)
    ]
    legs = {one.leg for one in there}
    members = [one for one in event.members if one.queue == name]
    return Queue(
        name,
        waiting=(*there, *(one for one in newer if one.leg not in legs)),
        members=frozenset(one.seat for one in members),
        paused=frozenset(one.seat for one in members if one.paused),
    )


def _still_waits(floor: Floor, one: ev.SeenWaiting) -> bool:
    call = floor.calls[floor.legs[one.leg]]
    queued = open_one(call, "queue", one.leg)
    return queued is not None and queued.queue == one.queue and queued.left is None
