"""The weekly plan of an hours step as it is written: days and times, without overlaps; a short hole is a warning. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import yaml

from callcenter.hotlines.calendar import DAY, Span, WeeklyPlan, span
from callcenter.ivr.language.reader import Reading, Spoilt, entries

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIMES = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")
SHORT_HOLE_MIN = 20
"""Hardly anybody closes for so short a time: such a hole may be a slip of the pen, a longer one is a lunch break."""


def read_plan(node: yaml.Node, reading: Reading) -> WeeklyPlan | None:
    """`hotline`, or times by days: `mon-fri: [08:00-12:00, 13:30-17:30]`, `sat: 09:00-12:00`."""
    if isinstance(node, yaml.ScalarNode) and node.value == "hotline":
        return None
    before = len(reading.findings)
    spans: list[Span] = []
    for days, (key, value) in entries(node, reading, "'hotline', or times by days such as mon-fri: 08:00-17:30").items():
        try:
            weekdays = _weekdays(days)
        except ValueError:
            reading.wrong(key, f"expected days such as mon, mon-fri or sat-sun, got {days[:20]!r}")
            continue
        spans += _spans(weekdays, value, reading)
    if not spans:
        reading.wrong(node, "expected times by days such as mon-fri: 08:00-17:30, got none: it would never be open")
    for fault in _overlaps(sorted(spans)):
        reading.wrong(node, fault)
    for hole in _holes(sorted(spans)):
        reading.warn(node, hole)
    if len(reading.findings) > before:
        raise Spoilt
    return WeeklyPlan(tuple(sorted(spans)))


def _overlaps(spans: list[Span]) -> Iterator[str]:
    return (f"the times overlap on {_told(start)}" for end, start in _meetings(spans) if start < end)


def _holes(spans: list[Span]) -> Iterator[str]:
    """The same hole on several days is one."""
    holes: dict[tuple[int, int], list[int]] = {}
    for end, start in _meetings(spans):
        if 0 < start - end <= SHORT_HOLE_MIN:
            holes.setdefault((end % DAY, start - end), []).append(end)
    for (minute, lasts), (first, *others) in holes.items():
        said = f"a hole: closed from {_told(first)} to {_told(first + lasts)}"
        if minute + lasts == DAY:
            said += "; a time that ends at midnight is written 24:00"
        elif others:
            said += f", so too on {', '.join(DAYS[one // DAY % 7] for one in others)}"
        yield said


def _meetings(spans: list[Span]) -> Iterator[tuple[int, int]]:
    """Around the week, where one time ends and where the next begins (minutes of the week)."""
    times = [(one.weekday * DAY + one.opens, one.weekday * DAY + one.closes) for one in spans]
    around = [*times, *((start + 7 * DAY, end + 7 * DAY) for start, end in times[:1])]
    return ((end, start) for (_, end), (start, _) in pairwise(around))


def _told(minute: int) -> str:
    return f"{DAYS[minute // DAY % 7]} {minute % DAY // 60:02}:{minute % 60:02}"


def _weekdays(days: str) -> range:
    first, _, last = days.partition("-")
    weekdays = range(DAYS.index(first), DAYS.index(last or first) + 1)
    if not weekdays:
        raise ValueError
    return weekdays


def _spans(weekdays: range, node: yaml.Node, reading: Reading) -> list[Span]:
    spans = []
    for item in node.value if isinstance(node, yaml.SequenceNode) else [node]:
        match = TIMES.fullmatch(item.value) if isinstance(item, yaml.ScalarNode) else None
        if match is None:
            reading.wrong(
                item, f"expected times such as 08:00-17:30, got {item.value!r}" if isinstance(item, yaml.ScalarNode) else "expected times"
            )
            continue
        opens = int(match[1]) * 60 + int(match[2])
        closes = int(match[3]) * 60 + int(match[4]) if match[3] else 24 * 60
        spans += [span(day, opens, closes) for day in weekdays]
    return spans
