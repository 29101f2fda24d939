"""Why a stretch of somebody's talking ended: who hung up first, who was handed on, who is only kept waiting. Pure.

What one event says is seldom enough: a leg that leaves a bridge may have been hung up, sent on or taken aside, and only what comes next
tells. So a segment keeps when its parties parted (`left`), and a verdict is asked for until there is one.
"""

from __future__ import annotations

from callcenter.floor.call import Call, Leg, Segment
from callcenter.floor.picture import HAS_CUSTOMER
from callcenter.floor.together import parties
from callcenter.floor.values import dataclass

GRACE_MS = 1_000
"""Who parted and within this time neither hung up nor came together with anybody is being kept waiting."""

ELSEWHERE = frozenset({"queue", "park", "ring", "ivr"})


@dataclass(frozen=True)
class Verdict:
    """How a segment ended, and when (ms). `held`: a talk that goes on as a hold."""

    reason: str
    at: int


def of_talk(call: Call, segment: Segment, leg: Leg, customer: Leg, at: int) -> Verdict | None:
    """What became of a talk, hold or conference whose leg is no longer together with the customer; None: not known yet."""
    left = segment.left if segment.left is not None else at
    joined = _joined(call, leg, customer)
    moved_on = _moved_on(call, segment, customer, left)
    when = left
    if segment.kind == "hold" and at - left > GRACE_MS:
        when = next((one for one in (joined, moved_on.began if moved_on else None) if one is not None), at)
    if leg.handed:
        return Verdict("transferred", when)
    late = at - left > GRACE_MS
    gone = leg.ended is not None or leg.hung_up is not None
    if segment.kind != "hold" and late and _kept_waiting(leg, customer, moved_on, joined, left):
        return Verdict("held", left)
    if segment.kind in ("hold", "talk") and gone and _rings_on(call, segment):
        return Verdict("transferred", when)
    if joined is not None and segment.kind != "conference":
        return Verdict("transferred", when) if gone or at - joined > GRACE_MS else None
    first = first_to_hang_up(leg, customer)
    if first is leg:
        moved_before = moved_on is not None and moved_on.kind != "ivr" and (leg.hung_up or 0) > left
        return Verdict("transferred" if moved_before else "agent_hung_up", when)
    if first is customer:
        return Verdict("caller_hung_up", when)
    if customer.ended is not None:
        return Verdict("caller_hung_up", when) if leg.ended is not None or late else None
    if leg.ended is not None:
        return _of_torn(leg, customer, moved_on, when, late=late or joined is not None)
    if moved_on is not None:
        return Verdict("transferred", when) if at - max(moved_on.began, left) > GRACE_MS else None
    if segment.kind == "hold" or not (late or _busy(call, leg, left)):
        return None
    return Verdict("held", left)


def _kept_waiting(leg: Leg, customer: Leg, moved_on: Segment | None, joined: int | None, left: int) -> bool:
    """Whether nothing happened to either for so long after they parted that it can have been for nothing but a hold."""
    signs = (leg.hung_up, leg.ended, customer.hung_up, customer.ended, moved_on.began if moved_on else None, joined)
    return all(one is None or one - left > GRACE_MS for one in signs)


def _of_torn(leg: Leg, customer: Leg, moved_on: Segment | None, when: int, *, late: bool) -> Verdict | None:
    """The leg is gone and nobody asked for it: sent on, or its telephone was lost."""
    if moved_on is not None:
        return Verdict("transferred", when)
    if not late:
        return None
    return Verdict("transferred" if customer.bridge is None else "agent_hung_up", when)


def of_consult(call: Call, segment: Segment, leg: Leg, customer: Leg | None, at: int) -> Verdict | None:
    """What became of a consultation whose leg is alone now; None: not known yet."""
    left = segment.left if segment.left is not None else at
    if leg.handed:
        return Verdict("transferred", left)
    late = at - left > GRACE_MS
    partners = _partners(call, segment, left)
    there = {one.id for one in parties(call, customer)} if customer is not None else set()
    if any(one.kind in HAS_CUSTOMER and one.ended is None and one.who == segment.who and one.leg in there for one in call.segments):
        return _of_taken_back(leg, partners, there, left, at)
    if hands_over(call, segment) and any(one.id in there for one in partners):
        return Verdict("transferred", left) if leg.hung_up is not None or leg.ended is not None or late else None
    return _of_parted(leg, partners, there, left, late=late)


def _of_taken_back(leg: Leg, partners: list[Leg], there: set[str], left: int, at: int) -> Verdict | None:
    """Who asked has his customer again: with whom he asked, it is a conference; else one of the two has ended it, or he
    goes from one to the other."""
    if any(one.id in there for one in partners):
        return Verdict("resumed", at)
    over = all(one.ended is not None or one.hung_up is not None for one in partners)
    return _of_parted(leg, partners, there, left, late=over or at - left > GRACE_MS)


def _of_parted(leg: Leg, partners: list[Leg], there: set[str], left: int, *, late: bool) -> Verdict | None:
    """Who hung up first of those who consulted; who is with the customer now did not. Who is still there may yet come to him."""
    if leg.hung_up is None and leg.ended is None and not late:
        return None
    asked = [one for one in (leg, *partners) if one.hung_up is not None and (one is leg or one.id not in there)]
    if asked:
        return Verdict(hung_up(min(asked, key=lambda one: one.hung_up or 0)), left)
    gone = [one for one in (leg, *partners) if one.ended is not None]
    if gone:
        return Verdict(hung_up(min(gone, key=lambda one: one.ended or 0)), left)
    return Verdict("held", left) if late else None


def first_to_hang_up(leg: Leg, customer: Leg) -> Leg | None:
    """Who of the two asked first; None when neither did. What a customer asks for long after the leg is gone has nothing to do with it."""
    theirs = customer.hung_up
    if theirs is not None and leg.ended is not None and theirs - leg.ended > GRACE_MS:
        theirs = None
    if leg.hung_up is not None and (theirs is None or leg.hung_up <= theirs):
        return leg
    return customer if theirs is not None else None


def hung_up(leg: Leg) -> str:
    """The word for a hang-up by one who consults: one of ours, or somebody outside. Who talks with a customer serves him, wherever he sits:
    when he ends a talk, the agent has."""
    return "agent_hung_up" if leg.role == "agent" else "caller_hung_up"


def handed_over(call: Call, segment: Segment, at: int) -> bool:
    """Whether a hold or consultation that ended just now with a hang-up turns out to be what a transfer leaves behind."""
    if segment.kind not in ("hold", "consult") or segment.ended is None or at - segment.ended > GRACE_MS:
        return False
    return segment.reason == "agent_hung_up" and hands_over(call, segment)


def came_over(call: Call, segment: Segment, at: int) -> bool:
    """Whether a consultation that ended just now because the other one was gone turns out to be that of who has the customer from him."""
    if segment.kind != "consult" or segment.ended is None or at - segment.ended > GRACE_MS:
        return False
    return segment.reason == "agent_hung_up" and not hands_over(call, segment)


def hands_over(call: Call, segment: Segment) -> bool:
    """Whether it is the customer's agent's: who was only asked has nothing to hand over."""
    return any(one.kind in HAS_CUSTOMER and one.who == segment.who and one.n < segment.n for one in call.segments)


def _joined(call: Call, leg: Leg, customer: Leg) -> int | None:
    """Since when the customer is together with somebody else, without this leg."""
    there = {one.id for one in parties(call, customer)} - {customer.id}
    if not there or leg.id in there:
        return None
    return min((one.began for one in call.segments if one.ended is None and one.kind in HAS_CUSTOMER and one.leg in there), default=None)


def _moved_on(call: Call, segment: Segment, customer: Leg, left: int) -> Segment | None:
    """What the customer came to since."""
    since = segment.began if segment.kind == "hold" else left - GRACE_MS
    for one in call.segments[segment.n :]:
        if one.kind in ELSEWHERE and one.began >= since and customer.id in (one.leg, _dialler(call, one)):
            return one
    return None


def _dialler(call: Call, segment: Segment) -> str | None:
    return call.legs[segment.leg].by if segment.kind == "ring" and segment.leg in call.legs else None


def _busy(call: Call, leg: Leg, left: int) -> bool:
    """Whether the leg itself has gone to somebody else: it is with others, or rings somebody."""
    if len(parties(call, leg)) > 1 and leg.moved >= left:
        return True
    return any(one.kind == "ring" and one.began >= left - GRACE_MS and _dialler(call, one) == leg.id for one in call.segments) or any(
        one.began >= left - GRACE_MS for one in _rung_for(call, leg.id)
    )


def _rings_on(call: Call, segment: Segment) -> bool:
    """Whether somebody who was rung in the agent's place is still being rung."""
    return any(one.ended is None and one.began >= segment.began - GRACE_MS for one in _rung_for(call, segment.leg))


def _rung_for(call: Call, leg: str) -> list[Segment]:
    """Who is rung for a call that somebody has already, by us or by Asterisk and not by a telephone."""
    return [one for one in call.segments if one.kind == "ring" and one.leg != leg and one.leg in call.legs and _by_nobody(call, one)]


def _by_nobody(call: Call, ring: Segment) -> bool:
    by = call.legs.get(_dialler(call, ring) or "")
    return by is None or by.is_local


def _partners(call: Call, segment: Segment, left: int) -> list[Leg]:
    """Whom the leg was in consultation with: those whose own was going on when they parted."""
    return [
        call.legs[one.leg]
        for one in call.segments
        if one.kind == "consult" and one.leg != segment.leg and one.leg in call.legs and _overlap(one, segment, left)
    ]


def _overlap(one: Segment, segment: Segment, left: int) -> bool:
    over = one.ended if one.ended is not None else one.left
    return one.began <= left and (over is None or over >= max(segment.began, left - GRACE_MS))
