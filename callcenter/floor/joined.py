"""Two customers whom an agent who had both connected with each other: two calls came in, and each tells with whom its customer talks.

Neither leg leaves its call: the talk is a segment of both, each with the other's leg and number.
"""

from __future__ import annotations

from callcenter.floor.call import Call, Leg
from callcenter.floor.picture import Draft, Floor, with_call
from callcenter.floor.reasons import GRACE_MS, first_to_hang_up
from callcenter.floor.replacing import replace
from callcenter.floor.segments import begin, changed, end, of_leg, open_one
from callcenter.floor.together import customer_of


def connected(floor: Draft, one: str, other: str) -> Draft:
    """Mark two calls as those of which each tells of the other's customer."""
    floor = with_call(floor, replace(floor.calls[one], joined=other))
    return with_call(floor, replace(floor.calls[other], joined=one))


def follow_joined(floor: Draft, call: Call, at: int) -> Draft:
    """Make what a call, and the one it is joined with, tell of the two customers agree with whether they are together."""
    pair = _customers(floor, call)
    if pair is None or call.joined is None:
        return floor
    mine, theirs = pair
    floor = with_call(floor, _told(call, mine, theirs, at))
    return with_call(floor, _told(floor.calls[call.joined], theirs, mine, at))


def _customers(floor: Floor, call: Call) -> tuple[Leg, Leg] | None:
    other = floor.calls.get(call.joined or "")
    mine, theirs = customer_of(call), customer_of(other) if other is not None else None
    return None if mine is None or theirs is None else (mine, theirs)


def _told(call: Call, mine: Leg, theirs: Leg, at: int) -> Call:
    talk = open_one(call, "talk", theirs.id)
    if mine.bridge is not None and mine.bridge == theirs.bridge:
        if talk is None:
            return begin(call, "talk", theirs.id, at, who=theirs.number)
        return call if talk.left is None else changed(call, replace(talk, left=None))
    if talk is None:
        return call
    left = talk.left if talk.left is not None else max(at, talk.began)
    first = first_to_hang_up(theirs, mine)
    if first is None and at - left <= GRACE_MS:
        return call if talk.left is not None else changed(call, replace(talk, left=left))
    reason = "lost_sight" if first is None else "caller_hung_up" if first is mine else "agent_hung_up"
    return end(call, of_leg("talk", theirs.id), left, reason)
