"""Waiting in a queue, and what Asterisk says of a queue's members."""

from __future__ import annotations

from callcenter.floor import events as ev
from callcenter.floor.call import Call, Segment
from callcenter.floor.ending import end_queue, hung_up_by
from callcenter.floor.exits import exit_of
from callcenter.floor.legs import begun_at_seat
from callcenter.floor.picture import (
    DoesNotFit,
    Draft,
    Floor,
    call_of,
    is_seat,
    live_leg,
    own_leg,
    queue_of,
    seat_of,
    waits,
    waits_no_more,
    with_call,
    with_queue,
)
from callcenter.floor.queue import Waiting
from callcenter.floor.replacing import replace
from callcenter.floor.segments import begin, changed, end, last_of, of_leg, open_one
from callcenter.floor.talks import follow
from callcenter.floor.together import customer_of

OF_STATUS = {
    "TIMEOUT": "timeout",
    "FULL": "full",
    "JOINEMPTY": "no_agent",
    "LEAVEEMPTY": "no_agent",
    "JOINUNAVAIL": "no_agent",
    "LEAVEUNAVAIL": "no_agent",
    "WITHDRAW": "withdrawn",
    "ABANDON": "abandoned",
}
"""QUEUESTATUS -> the reason of the queue segment. CONTINUE and '' came after an answer and give none."""


BETTER_KNOWN = frozenset({("abandoned", "withdrawn"), ("timeout", "abandoned")})
"""How a wait was told to have ended, and how it really did: nobody heard that the caller was withdrawn, or hung up."""


def joined(floor: Draft, event: ev.QueueJoined) -> Draft:
    if event.leg in floor.loose and is_seat(floor, seat_of(floor.loose[event.leg].name)):
        floor = begun_at_seat(floor, floor.loose[event.leg], event.queue)
    call = _call(floor, event.leg)
    live_leg(call, event.leg)
    waiting = open_one(call, "queue", event.leg)
    if waiting is not None and waiting.queue == event.queue and waiting.left is None:
        return floor
    floor = follow(floor, enter_queue(call, event.leg, event.queue, event.at), event.at)
    return waits(floor, event.queue, Waiting(call.id, event.leg, event.at))


def enter_queue(call: Call, leg: str, queue: str, at: int) -> Call:
    """A colleague's leg may wait too, to ask somebody: that makes the queue none of the customer's."""
    call = end(call, of_leg("ivr", leg), at, "went_on")
    call = end(end_queue(call, leg, at), of_leg("park", leg), at, "transferred")
    call = begin(call, "queue", leg, at, queue=queue)
    customer = customer_of(call)
    return replace(call, queue=queue) if customer is None or customer.id == leg else call


def left(floor: Draft, event: ev.QueueLeft) -> Draft:
    call = _call(floor, event.leg)
    waiting = open_one(call, "queue", event.leg)
    if waiting is not None and waiting.queue == event.queue and waiting.left is None:
        call = changed(call, replace(waiting, left=max(event.at, waiting.began)))
    return waits_no_more(with_call(floor, call), event.leg)


def abandoned(floor: Draft, event: ev.QueueAbandoned) -> Draft:
    """Asterisk tells this of a timeout and a withdrawal too: an abandon it is when the caller has hung up."""
    call = _call(floor, event.leg)
    if open_one(call, "queue", event.leg) is not None and hung_up_by(call, event.at, event.leg):
        call = end_queue(call, event.leg, event.at, "abandoned")
        call = end(call, lambda one: one.kind == "ring" and call.legs[one.leg].by == event.leg, event.at, "caller_gone")
    return waits_no_more(with_call(floor, call), event.leg)


def outcome(floor: Draft, event: ev.QueueOutcome) -> Draft:
    """What the flow read after the queue. A queue that took nobody in (full, nobody there) is known by nothing else."""
    call = _call(floor, event.leg)
    reason = OF_STATUS.get(event.status)
    if reason is None:
        return floor
    if open_one(call, "queue", event.leg) is not None:
        return waits_no_more(with_call(floor, end_queue(call, event.leg, event.at, reason)), event.leg)
    last = last_of(call, "queue")
    if last is not None and last.queue == event.queue and _same_entry(call, last.n):
        return with_call(floor, _corrected(call, replace(last, reason=reason))) if (last.reason, reason) in BETTER_KNOWN else floor
    if call.ended is not None:
        raise DoesNotFit(f"call {call.id} is over")
    call = end_queue(enter_queue(call, event.leg, event.queue, event.at), event.leg, event.at, reason)
    return with_call(floor, call)


def _corrected(call: Call, wait: Segment) -> Call:
    call = changed(call, wait)
    return replace(call, exit=exit_of(call)) if call.ended is not None and wait.reason == "abandoned" else call


def _same_entry(call: Call, n: int) -> bool:
    """Whether nothing but ringing, talk and wrap-up came after segment n: the outcome told is that of n."""
    return all(one.kind != "ivr" for one in call.segments[n:])


def member_changed(floor: Draft, event: ev.MemberChanged) -> Draft:
    queue, paused = queue_of(floor, event.queue), event.present and event.paused
    if event.queue in floor.queues and (event.seat in queue.members, event.seat in queue.paused) == (event.present, paused):
        return floor
    one = frozenset({event.seat})
    members = queue.members | one if event.present else queue.members - one
    return with_queue(floor, replace(queue, members=members, paused=queue.paused | one if paused else queue.paused - one))


def _call(floor: Floor, leg: str) -> Call:
    call = call_of(floor, leg)
    if call is None:
        raise DoesNotFit(f"leg {leg} is in no call")
    own_leg(call, leg)
    return call
