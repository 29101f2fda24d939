"""Moments that were no stretch of a call: what Asterisk tells while it moves legs, taken out again."""

from __future__ import annotations

from callcenter.floor.call import Call, Segment
from callcenter.floor.replacing import replace

MOMENT_MS = 500
"""Nobody takes a customer back, or makes a conference, for so short a time."""


def without(call: Call, segment: Segment) -> Call:
    """The call without a segment, the later ones numbered anew."""
    kept = (one for one in call.segments if one.n != segment.n)
    return replace(call, segments=tuple(one if one.n == n else replace(one, n=n) for n, one in enumerate(kept, 1)))


def trimmed(call: Call, leg: str) -> Call:
    """Take out the moment that the leg's last talk was: into a conference, between two alike, between a hold and its transfer."""
    mine = [one for one in call.segments if one.leg == leg and one.kind in ("talk", "hold", "conference")]
    if len(mine) < 2:
        return call
    before, last = mine[-2:]
    if _momentary(last) and last.reason == "transferred" and before.kind == "hold" and before.ended == last.began:
        call = _lasting(call, replace(before, ended=last.ended, reason=last.reason))
        return without(call, last)
    if _momentary(before) and len(mine) > 2 and mine[-3].kind == last.kind and "conference" in (before.kind, last.kind):
        call = _lasting(call, replace(mine[-3], ended=last.ended, reason=last.reason, left=last.left))
        return without(without(call, last), before)
    if _momentary(before) and (before.kind, last.kind) == ("talk", "conference") and before.ended == last.began:
        return without(_lasting(call, replace(last, began=before.began)), before)
    return call


def _momentary(one: Segment) -> bool:
    return one.ended is not None and one.ended - one.began <= MOMENT_MS


def _lasting(call: Call, segment: Segment) -> Call:
    return replace(call, segments=tuple(segment if one.n == segment.n else one for one in call.segments))
