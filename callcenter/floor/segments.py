"""How a call is cut into segments: beginning one, ending some. A segment never ends before it began."""

from __future__ import annotations

from collections.abc import Callable

from callcenter.floor.call import Call, Segment
from callcenter.floor.replacing import replace

TALKING = frozenset({"talk", "hold", "consult", "conference"})
"""Whoever is in one of these talks to somebody, or has him wait."""


def begin(call: Call, kind: str, leg: str, at: int, *, who: str | None = None, queue: str | None = None) -> Call:
    segment = Segment(len(call.segments) + 1, kind, leg, at, who=who, queue=queue)
    return replace(call, segments=(*call.segments, segment))


def end(call: Call, wanted: Callable[[Segment], bool], at: int, reason: str) -> Call:
    """End every open segment that is wanted."""
    ending = [one.n for one in call.segments if one.ended is None and wanted(one)]
    if not ending:
        return call
    return replace(call, segments=tuple([_ended(one, at, reason) if one.n in ending else one for one in call.segments]))


def _ended(segment: Segment, at: int, reason: str) -> Segment:
    return replace(segment, ended=max(at, segment.began), reason=reason)


def open_one(call: Call, kind: str, leg: str | None = None) -> Segment | None:
    for one in call.segments:
        if one.ended is None and one.kind == kind and (leg is None or one.leg == leg):
            return one
    return None


def last_of(call: Call, kind: str) -> Segment | None:
    for one in reversed(call.segments):
        if one.kind == kind:
            return one
    return None


def changed(call: Call, segment: Segment) -> Call:
    return replace(call, segments=tuple([segment if one.n == segment.n else one for one in call.segments]))


def of_kind(kind: str) -> Callable[[Segment], bool]:
    return lambda one: one.kind == kind


def of_leg(kind: str, leg: str) -> Callable[[Segment], bool]:
    return lambda one: one.kind == kind and one.leg == leg
