"""Talk, hold, consultation, conference: what everybody's segments become when somebody comes to a bridge or leaves one."""

from __future__ import annotations

from callcenter.floor import reasons
from callcenter.floor.call import Call, Leg, Recording, Segment
from callcenter.floor.joined import follow_joined
from callcenter.floor.picture import HAS_CUSTOMER, Draft, Floor, calls_with, waits_no_more, who_at, with_call, with_leg
from callcenter.floor.reasons import GRACE_MS, Verdict
from callcenter.floor.replacing import replace
from callcenter.floor.segments import begin, changed, end, of_leg, open_one
from callcenter.floor.together import customer_of, parties, room_of, threads
from callcenter.floor.trimming import trimmed


def follow(floor: Draft, call: Call, at: int, began: int | None = None) -> Draft:
    """Make the talks of a call agree with who is together with whom now. `began`: when talks began, if better known than by `at`."""
    customer = customer_of(call)
    if customer is None:
        return with_call(floor, call)
    floor = with_call(floor, call)
    for leg in call.legs.values():
        if leg.id != customer.id and not leg.is_local:
            floor = _follow_leg(floor, floor.calls[call.id], leg, customer, at, began)
    return floor if call.joined is None else follow_joined(floor, floor.calls[call.id], at)


def _follow_leg(floor: Draft, call: Call, leg: Leg, customer: Leg, at: int, began: int | None) -> Draft:
    inside = parties(call, leg)
    if any(one.id == customer.id for one in inside):
        return _with_customer(floor, call, leg, inside, at, began)
    going_on = open_talk(call, leg.id)
    if going_on is not None:
        call = _apart(floor, call, going_on, leg, customer, at)
        going_on = open_talk(call, leg.id)
    consulting = open_one(call, "consult", leg.id)
    if len(inside) > 1 and (going_on is None or going_on.kind == "hold"):
        return _consults(floor, call, leg, consulting, at)
    if consulting is not None:
        call = _leaves_consult(call, consulting, leg, customer, at)
    return with_call(floor, call)


def open_talk(call: Call, leg: str) -> Segment | None:
    """The talk, hold or conference of the leg that goes on."""
    return next((one for one in call.segments if one.ended is None and one.leg == leg and one.kind in HAS_CUSTOMER), None)


def _with_customer(floor: Draft, call: Call, leg: Leg, inside: tuple[Leg, ...], at: int, began: int | None) -> Draft:
    kind = "conference" if len(inside) > 2 else "hold" if leg.held and leg.role == "agent" else "talk"
    call = _consulted(call, leg, at)
    going_on = open_talk(call, leg.id)
    if going_on is not None and going_on.left is not None:
        call = _back(call, going_on, at)
        going_on = open_talk(call, leg.id)
    if going_on is None:
        return _begins(floor, call, leg, kind, began or at)
    if going_on.kind != kind:
        if (going_on.kind, kind) == ("hold", "conference") and _has_asked(call, going_on.who, at):
            call = with_leg(call, replace(leg, held=False))
        call = end(call, of_leg(going_on.kind, leg.id), at, "held" if kind == "hold" else "resumed")
        call = begin(call, kind, leg.id, max(at, going_on.began), who=going_on.who, queue=going_on.queue)
        call = trimmed(call, leg.id)
    return with_call(floor, call)


def _consulted(call: Call, leg: Leg, at: int) -> Call:
    """Who was asked goes on with the customer. Who asked has him back: whether with the other one, that one's fate tells."""
    consulting = open_one(call, "consult", leg.id)
    customer = customer_of(call)
    if consulting is None or customer is None:
        return call
    if reasons.hands_over(call, consulting):
        return _leaves_consult(call, consulting, leg, customer, at)
    return end(call, of_leg("consult", leg.id), at, "resumed")


def _has_asked(call: Call, who: str | None, at: int) -> bool:
    """Whether he consults, or has done so until now: he brings that one to the customer, whom he takes back for it, heard or unheard."""
    mine = (one for one in call.segments if one.kind == "consult" and one.who == who)
    return any(one.ended is None or at - one.ended <= GRACE_MS for one in mine)


def _back(call: Call, segment: Segment, at: int) -> Call:
    """They are together again: only moved, or apart for so long that the customer was kept waiting."""
    if segment.kind != "hold" and segment.left is not None and at - segment.left > GRACE_MS:
        return _held(call, segment, segment.left)
    return changed(call, replace(segment, left=None))


def _begins(floor: Draft, call: Call, leg: Leg, kind: str, at: int) -> Draft:
    call = _taken(call, leg, at)
    call = _handed_over(call, leg, at)
    rang = next((one for one in reversed(call.segments) if one.kind == "ring" and one.leg == leg.id), None)
    who = _who(floor, call, leg)
    call = begin(call, kind, leg.id, at, who=who, queue=rang.queue if rang else None)
    if call.answered is None and (call.direction != "inbound" or leg.role == "agent"):
        call = replace(call, answered=at)
    call = _recorded(call, leg, at)
    for one in threads(call, room_of(call, leg)):
        floor = waits_no_more(floor, one)
    return wrapups_cut_short(with_call(floor, call), who, at)


def _consults(floor: Draft, call: Call, leg: Leg, consulting: Segment | None, at: int) -> Draft:
    if consulting is None:
        call = _taken(call, leg, at)
        call = begin(call, "consult", leg.id, at, who=_who(floor, call, leg))
        call = _kept(call, leg, at) if leg.recorded is not None else call
        for one in threads(call, room_of(call, leg)):
            floor = waits_no_more(floor, one)
    elif consulting.left is not None:
        call = _together_again(call, consulting, consulting.left, leg, at)
    return with_call(floor, call)


def _together_again(call: Call, consulting: Segment, left: int, leg: Leg, at: int) -> Call:
    """They only moved; or one of them was with the customer meanwhile, and they consult once more."""
    inside = {one.id for one in parties(call, leg)}
    if not any(one.kind in ("talk", "conference") and one.leg in inside and one.began >= left for one in call.segments):
        return changed(call, replace(consulting, left=None))
    call = end(call, of_leg("consult", leg.id), left, "held")
    return begin(call, "consult", leg.id, at, who=consulting.who)


def _taken(call: Call, leg: Leg, at: int) -> Call:
    """Whoever rang or waited in the room is answered; others who rang for the same are not needed any more."""
    inside = threads(call, room_of(call, leg))
    call = end(call, lambda one: one.kind == "ivr" and one.leg in inside, at, "went_on")
    call = end(call, lambda one: one.kind == "park" and one.leg in inside, at, "resumed")
    call = end(call, lambda one: one.kind in ("queue", "ring") and one.leg in inside, at, "answered")
    rivals = {one.id for one in call.legs.values() if one.by == leg.by}
    return end(call, lambda one: one.kind == "ring" and one.leg in rivals, at, "elsewhere") if leg.by is not None else call


def _who(floor: Floor, call: Call, leg: Leg) -> str:
    mine = (one for one in reversed(call.segments) if one.leg == leg.id and one.reason != "elsewhere")
    known = next((one.who for one in mine if one.who), None)
    return known or (who_at(floor, leg.seat) if leg.seat else leg.number)


def _handed_over(call: Call, leg: Leg, at: int) -> Call:
    """Who hung up on the customer a moment ago, while this one was asked, has handed him over to this one."""
    for one in call.segments:
        if one.leg != leg.id and reasons.handed_over(call, one, at):
            call = changed(call, replace(one, reason="transferred"))
        elif one.leg == leg.id and reasons.came_over(call, one, at):
            call = changed(call, replace(one, reason="resumed"))
    return call


def _recorded(call: Call, leg: Leg, at: int) -> Call:
    # The dialplan records on the leg that was dialled: the agent's of a caller, the customer's of a call that we placed.
    customer = customer_of(call)
    if call.direction == "outbound" and customer is not None and leg.by is None and leg.recorded is None:
        leg = customer
    return call if call.direction == "internal" and leg.recorded is None else _kept(call, leg, at)


def _kept(call: Call, leg: Leg, at: int) -> Call:
    if any(one.leg == leg.id for one in call.recordings):
        return call
    return replace(call, recordings=(*call.recordings, Recording(leg.id, leg.id, at)))


def wrapups_cut_short(floor: Draft, who: str, at: int) -> Draft:
    """An agent who talks again wraps up no more."""
    for call in calls_with(floor, who):
        floor = with_call(floor, end(call, lambda one: one.kind == "wrapup" and one.who == who, at, "timed_out"))
    return floor


def _apart(floor: Floor, call: Call, segment: Segment, leg: Leg, customer: Leg, at: int) -> Call:
    if segment.left is None:
        segment = replace(segment, left=max(at, segment.began))
        call = changed(call, segment)
    verdict = reasons.of_talk(call, segment, leg, customer, at)
    if verdict is None:
        return call
    if verdict.reason == "held":
        call = _held(call, segment, verdict.at)
        return _apart(floor, call, call.segments[-1], leg, customer, at)
    return end_talk(floor, call, leg.id, verdict)


def _held(call: Call, segment: Segment, at: int) -> Call:
    call = end(call, lambda one: one.n == segment.n, at, "held")
    call = begin(call, "hold", segment.leg, max(at, segment.began), who=segment.who, queue=segment.queue)
    return changed(call, replace(call.segments[-1], left=at))


def end_talk(floor: Floor, call: Call, leg: str, verdict: Verdict) -> Call:
    """End the talk, hold or conference of the leg; its agent wraps up from the same moment."""
    going_on = open_talk(call, leg)
    if going_on is None:
        return call
    call = trimmed(end(call, lambda one: one.n == going_on.n, verdict.at, verdict.reason), leg)
    return wrap_up(floor, call, going_on.who, leg, max(verdict.at, going_on.began))


def _leaves_consult(call: Call, segment: Segment, leg: Leg, customer: Leg, at: int) -> Call:
    if segment.left is None:
        segment = replace(segment, left=max(at, segment.began))
        call = changed(call, segment)
    verdict = reasons.of_consult(call, segment, leg, customer, at)
    return call if verdict is None else end(call, of_leg("consult", leg.id), verdict.at, verdict.reason)


def wrap_up(floor: Floor, call: Call, who: str | None, leg: str, at: int) -> Call:
    """The agent begins to wrap up, unless another leg of his is still with the customer."""
    if who not in floor.agents or floor.rules.wrapup_ms == 0 or call.direction == "internal":
        return call
    if any(one.who == who and one.ended is None and one.kind in (*HAS_CUSTOMER, "wrapup") for one in call.segments):
        return call
    return begin(call, "wrapup", leg, at, who=who)
