"""A call drawn as lanes over time: who was in what, when. Pure: from the record to places in a picture."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter.floor.call import Call, Segment

TICKS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
"""Seconds that may lie between two marks of the axis."""
MOST_TICKS = 10
LANE = 44
"""Height of a lane in pixels: its title above, its bars below."""
AXIS = 22


@dataclass(frozen=True)
class Bar:
    """A segment's place: `left` and `width` in percent of the picture's width."""

    segment: Segment
    left: float
    width: float


@dataclass(frozen=True)
class Lane:
    """One row: `kind` is ivr, queue, park or person; `name` the queue, or who it was ('' in the menu and the park). `top` in pixels."""

    kind: str
    name: str
    top: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Tick:
    left: float
    at: int  # milliseconds since the call began


@dataclass(frozen=True)
class TimeLine:
    began: int
    ended: int
    height: int
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]


def timeline(call: Call, now: int) -> TimeLine:
    """The picture of a call; one that goes on is drawn up to `now`."""
    ended = max([call.began + 1000, *(_end(s, now) for s in call.segments), call.ended or (now if call.exit is None else call.began)])
    span = ended - call.began

    def place(at: int) -> float:
        return round(max(0, at - call.began) / span * 100, 3)

    lanes: dict[tuple[str, str], list[Bar]] = {}
    for s in sorted(call.segments, key=lambda one: (one.began, one.n)):
        left, right = place(s.began), place(_end(s, now))
        lanes.setdefault(_lane_of(s), []).append(Bar(s, left, max(0.3, round(right - left, 3))))
    drawn = tuple(Lane(kind, name, n * LANE, tuple(bars)) for n, ((kind, name), bars) in enumerate(lanes.items()))
    return TimeLine(call.began, ended, len(drawn) * LANE + AXIS, drawn, _ticks(span))


def _lane_of(segment: Segment) -> tuple[str, str]:
    if segment.kind in ("ivr", "park"):
        return segment.kind, ""
    if segment.kind == "queue":
        return "queue", segment.queue or ""
    return "person", segment.who or ""


def _ticks(span: int) -> tuple[Tick, ...]:
    step = 1000 * next((seconds for seconds in TICKS if span / 1000 / seconds <= MOST_TICKS), TICKS[-1])
    return tuple(Tick(round(at / span * 100, 3), at) for at in range(0, span, step))


def _end(segment: Segment, now: int) -> int:
    return max(segment.began, now) if segment.ended is None else segment.ended
