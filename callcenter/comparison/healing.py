"""A call of the record by the times that Asterisk wrote down itself: a busy one tells us seconds late what it knows to the millisecond.

Only where both tell the same story: the same stretches of the same people, which ended for the same reasons. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from callcenter.comparison.record import Apart
from callcenter.floor.call import Call, Leg, Segment
from callcenter.floor.floor import Floor, Rules, advance_all
from callcenter.telephony.cel import Line
from callcenter.telephony.history import NEVER, Heard, told
from callcenter.telephony.queue_log import Entry

TIMES = frozenset({"started", "answered", "ended", "talk"})
"""What can differ by late times alone."""

OURS = frozenset({"ivr", "wrapup"})
"""Stretches that Asterisk's record knows nothing of, or not when they began and ended."""

Run = list[Segment]
"""One agent's talk with the holds in it, which Asterisk's record does not know; or any other stretch."""


def with_late_times(calls: Sequence[Call], found: Sequence[Apart]) -> list[Call]:
    """The calls of which something differs, and nothing but times does."""
    other = {one.call for one in found if one.what not in TIMES}
    late = {one.call for one in found} - other
    return [call for call in calls if call.id in late]


def healed(call: Call, lines: Sequence[Line], entries: Sequence[Entry]) -> Call | None:
    """The call by Asterisk's times; None where its record tells another story. `lines` and `entries` are in order of time."""
    if call.direction != "inbound" or not call.complete:
        return None
    past = _past(call, [line for line in lines if line.leg in call.legs], entries)
    if past is None or past.ended is None or past.legs.keys() != call.legs.keys() or (past.answered is None) != (call.answered is None):
        return None
    mine, theirs = _runs(call), _runs(past)
    if [_story(one) for one in mine] != [_story(one) for one in theirs]:
        return None
    times = {now: then for one, other in zip(mine, theirs, strict=True) for now, then in _moments(one, other)}
    return replace(
        call,
        began=past.began,
        answered=past.answered,
        ended=past.ended,
        legs={id: _leg(leg, past.legs[id]) for id, leg in call.legs.items()},
        segments=tuple(_segment(one, times) for one in call.segments),
    )


def _past(call: Call, lines: Sequence[Line], entries: Sequence[Entry]) -> Call | None:
    seats = {leg.seat: one.who or "" for one in call.segments if (leg := call.legs.get(one.leg)) is not None and leg.seat is not None}
    empty = Floor(rules=Rules(wrapup_ms=0), seats=seats, devices=dict.fromkeys(seats, "NOT_INUSE"))
    return advance_all(empty, told(lines, Heard(0, {}), NEVER, entries=entries))[0].calls.get(call.id)


def _runs(call: Call) -> list[Run]:
    runs: list[Run] = []
    for one in sorted((one for one in call.segments if one.kind not in OURS), key=lambda one: (one.leg, _kind(one), one.began, one.n)):
        last = runs[-1][-1] if runs else None
        if last is not None and _kind(one) == "talk" and (last.leg, _kind(last), last.ended) == (one.leg, "talk", one.began):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _kind(one: Segment) -> str:
    return "talk" if one.kind == "hold" else one.kind


def _story(run: Run) -> tuple[str | None, ...]:
    last = run[-1]
    return last.leg, _kind(last), last.who, last.queue, last.reason


def _moments(run: Run, past: Run) -> list[tuple[int, int]]:
    """Our moments, each with Asterisk's; of holds within a talk that it does not know, as near as the talk's own ends let them be."""
    began, ended = past[0].began, past[-1].ended or past[-1].began
    if [one.kind for one in run] == [one.kind for one in past]:
        inner = [(one.began, other.began) for one, other in zip(run[1:], past[1:], strict=True)]
    else:
        inner = [(one.began, min(max(one.began, began), ended)) for one in run[1:]]
    return [(run[0].began, began), *inner, (run[-1].ended or run[-1].began, ended)]


def _leg(leg: Leg, past: Leg) -> Leg:
    known = {
        name: getattr(past, name)
        for name in ("began", "answered", "ended", "hung_up")
        if None not in (getattr(leg, name), getattr(past, name))
    }
    return replace(leg, **known)


def _segment(one: Segment, times: dict[int, int]) -> Segment:
    """What is ours begins or ends with what is Asterisk's beside it."""
    ended = times.get(one.ended or 0, one.ended)
    began = times.get(one.began, one.began)
    return replace(
        one, began=began if ended is None else min(began, ended), ended=ended, left=None if one.left is None else times.get(one.left, ended)
    )
