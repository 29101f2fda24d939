"""Streams whose stamps pass midnight or a change of summer time, or whose clock is set in the middle of calls."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from callcenter.calls.told import told
from callcenter.floor import events as ev
from callcenter.floor.call import Call
from tests.floor.recorded import NAMES, Recorded, recorded
from tests.floor.reordering import folded
from tests.floor.test_properties import promised_of_call

HOUR_MS = 3_600_000
MOMENTS = {
    "midnight": datetime(2026, 12, 31, 23, 59, 59, tzinfo=ZoneInfo("Asia/Shanghai")),
    "summer begins": datetime(2027, 3, 28, 1, 59, 59, tzinfo=ZoneInfo("Europe/Berlin")),
    "summer ends": datetime(2027, 10, 31, 2, 59, 59, tzinfo=ZoneInfo("Europe/Berlin")),
}


def stamped(events: Iterable[ev.Event], ms: int, after: int = 0) -> list[ev.Event]:
    """Everything but what has no time (0) comes `ms` later, from `after` on."""
    return [_later(event, ms) if event.at > after else event for event in events]


def _later(event: ev.Event, ms: int) -> ev.Event:
    return dataclasses.replace(event, at=event.at + ms)


def middle(stream: Recorded) -> int:
    times = [event.at for event in stream.events if event.at]
    return times[len(times) // 2]


def ms_of(text: str | None) -> int:
    assert text is not None
    return round(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("name", NAMES)
def test_a_call_over_midnight_or_a_change_of_summer_time_is_as_long_as_ever(name: str, moment: str) -> None:
    stream = recorded(name)
    shift = round(MOMENTS[moment].astimezone(UTC).timestamp() * 1000) - middle(stream)
    as_it_was, moved = folded(stream.events, stream.rules), folded(stamped(stream.events, shift), stream.rules)
    assert moved.keys() == as_it_was.keys()
    for id, call in moved.items():
        assert _durations(call) == _durations(as_it_was[id])
        for one, other in zip(told(call)["segments"], told(as_it_was[id])["segments"], strict=True):
            assert ms_of(one["started"]) - ms_of(other["started"]) == shift


def _durations(call: Call) -> list[tuple[str, str | None, int | None]]:
    return [(one.kind, one.reason, None if one.ended is None else one.ended - one.began) for one in call.segments]


@pytest.mark.parametrize("hours", [-1, 1])
@pytest.mark.parametrize("name", NAMES)
def test_a_clock_that_is_set_in_the_middle_makes_no_time_negative_and_loses_no_call(name: str, hours: int) -> None:
    """Set back: what goes on ends when it began, or later by the new clock. Set forward: it is an hour longer. Nothing else differs."""
    stream = recorded(name)
    as_it_was = folded(stream.events, stream.rules)
    stepped = folded(stamped(stream.events, hours * HOUR_MS, middle(stream)), stream.rules)
    assert stepped.keys() == as_it_was.keys()
    for id, call in stepped.items():
        promised_of_call(call)
        assert (call.exit is None) == (as_it_was[id].exit is None)
        true = {one.ended - one.began for one in as_it_was[id].segments if one.ended is not None}
        longest = max(true, default=0) + HOUR_MS + stream.rules.wrapup_ms
        assert all(0 <= one.ended - one.began <= longest for one in call.segments if one.ended is not None)
        assert call.ended is None or call.ended >= call.began
