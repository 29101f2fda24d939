"""Working time: whether a weekly plan is open at a moment in a zone, and when it opens next. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

DAY = 24 * 60


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Open on `weekday` (0 Monday … 6 Sunday) from minute `opens` of that day until before minute `closes`.

    `closes` may lie beyond midnight (26 * 60 is two o'clock of the next day). ValueError when it is no span.
    """

    weekday: int
    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError(f"expected a weekday from 0 (Monday) to 6 (Sunday), got {self.weekday}")
        if not 0 <= self.opens < DAY:
            raise ValueError(f"expected an opening time from 00:00 to 23:59, got minute {self.opens}")
        if not self.opens < self.closes <= self.opens + DAY:
            raise ValueError("expected a closing time after the opening time, within 24 hours")


@dataclass(frozen=True, slots=True)
class WeeklyPlan:
    """When somebody works, week by week. No span at all: never open."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, int]]) -> WeeklyPlan:
        """From (weekday, opens, closes) rows; a row that closes at or before it opens crosses midnight."""
        return cls(tuple(sorted(span(*row) for row in rows)))


def span(weekday: int, opens: int, closes: int) -> Span:
    """A span as people write it: 22:00-02:00 crosses midnight, 08:00-08:00 lasts a whole day."""
    return Span(weekday, opens, closes if closes > opens else closes + DAY)


ALWAYS = WeeklyPlan(tuple(Span(day, 0, DAY) for day in range(7)))
"""Around the clock, every day."""


def is_open(plan: WeeklyPlan, at: int, zone: ZoneInfo) -> bool:
    """Whether the plan is open at `at` (milliseconds since the epoch, UTC), by the clock on the wall in `zone`."""
    local = _local(at, zone)
    minute = local.hour * 60 + local.minute
    today, yesterday = local.weekday(), (local.weekday() - 1) % 7
    return any(
        (s.weekday == today and s.opens <= minute < s.closes) or (s.weekday == yesterday and minute + DAY < s.closes) for s in plan.spans
    )


def _local(at: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at / 1000, zone)
