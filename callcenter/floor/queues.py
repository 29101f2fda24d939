"""Waiting in a queue, and what Asterisk says of a queue's members."""

from __future__ import annotations

from callcenter.floor import events as ev
from callcenter.floor.call import Call
from callcenter.floor.ending import end_queue, hung_up_by
from callcenter.floor.picture import DoesNotFit, Floor, call_of, live_leg, own_leg, queue_of, waits, waits_no_more, with_call, with_queue
from callcenter.floor.queue import Waiting
from callcenter.floor.replacing import replace
from callcenter.floor.segments import begin, changed, end, last_of, of_kind, open_one

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


def joined(floor: Floor, event: ev.QueueJoined) -> Floor:
    call = _call(floor, event.leg)
    live_leg(call, event.leg)
    waiting = open_one(call, "queue")
    if waiting is not None and waiting.queue == event.queue and waiting.left is None:
        return floor
    call = enter_queue(call, event.leg, event.queue, event.at)
    return waits(with_call(floor, call), event.queue, Waiting(call.id, event.leg, event.at))


def enter_queue(call: Call, leg: str, queue: str, at: int) -> Call:
    call = end(call, of_kind("ivr"), at, "went_on")
    call = end_queue(call, at)
    return replace(begin(call, "queue", leg, at, queue=queue), queue=queue)


def left(floor: Floor, event: ev.QueueLeft) -> Floor:
    call = _call(floor, event.leg)
    waiting = open_one(call, "queue")
    if waiting is not None and waiting.queue == event.queue and waiting.left is None:
        call = changed(call, replace(waiting, left=max(event.at, waiting.began)))
    return waits_no_more(with_call(floor, call), event.leg)


def abandoned(floor: Floor, event: ev.QueueAbandoned) -> Floor:
    """Asterisk tells this of a timeout and a withdrawal too: an abandon it is when the caller has hung up."""
    call = _call(floor, event.leg)
    if open_one(call, "queue") is not None and hung_up_by(call, event.at):
        call = end_queue(call, event.at, "abandoned")
        call = end(call, of_kind("ring"), event.at, "caller_gone")
    return waits_no_more(with_call(floor, call), event.leg)


def outcome(floor: Floor, event: ev.QueueOutcome) -> Floor:
    """What the flow read after the queue. A queue that took nobody in (full, nobody there) is known by nothing else."""
    call = _call(floor, event.leg)
    reason = OF_STATUS.get(event.status)
    if reason is None:
        return floor
    waiting = open_one(call, "queue")
    if waiting is not None:
        return waits_no_more(with_call(floor, end_queue(call, event.at, reason)), event.leg)
    last = last_of(call, "queue")
    if last is not None and last.queue == event.queue and _same_entry(call, last.n):
        corrected = replace(last, reason=reason) if last.reason == "abandoned" and reason == "withdrawn" else last
        return floor if corrected is last else with_call(floor, changed(call, corrected))
    if call.ended is not None:
        raise DoesNotFit(f"call {call.id} is over")
    call = end_queue(enter_queue(call, event.leg, event.queue, event.at), event.at, reason)
    return with_call(floor, call)


def _same_entry(call: Call, n: int) -> bool:
    """Whether nothing but ringing, talk and wrap-up came after segment n: the outcome told is that of n."""
    return all(one.kind != "ivr" for one in call.segments[n:])


def member_changed(floor: Floor, event: ev.MemberChanged) -> Floor:
    queue = queue_of(floor, event.queue)
    one = frozenset({event.seat})
    members = queue.members | one if event.present else queue.members - one
    paused = queue.paused | one if event.present and event.paused else queue.paused - one
    return with_queue(floor, replace(queue, members=members, paused=paused))


def _call(floor: Floor, leg: str) -> Call:
    call = call_of(floor, leg)
    if call is None:
        raise DoesNotFit(f"leg {leg} is in no call")
    own_leg(call, leg)
    return call
