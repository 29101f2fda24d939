"""What a hotline's day looks like and why: special days win over public holidays, these over the week. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from callcenter.hotlines.calendar import ALWAYS, DAY, WeeklyPlan
from callcenter.hotlines.public_days import PublicDay

Why = Literal["week", "holiday", "makeup", "special"]

HOLIDAYS = ("as_usual", "closed", "times")
"""What a hotline does on public holidays: it goes by its week, is closed, or has times of its own."""

LOOKED_AHEAD_DAYS = 62
"""How far ahead the next opening or closing is looked for."""


@dataclass(frozen=True, slots=True, order=True)
class Times:
    """Open from minute `opens` of a day until before minute `closes`, which may lie beyond midnight. ValueError when it is no span."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not (0 <= self.opens < DAY and self.opens < self.closes <= self.opens + DAY):
            raise ValueError(f"expected times within 24 hours, got minutes {self.opens} to {self.closes}")


@dataclass(frozen=True, slots=True)
class Rules:
    """`holidays` is one of HOLIDAYS, with `holiday_times` for `times`. A make-up workday goes by the plan of weekday `makeup`; None: by
    that of the day of the week it is."""

    holidays: str = "as_usual"
    holiday_times: tuple[Times, ...] = ()
    makeup: int | None = None


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """From `first` to `last`, both included: at `times`, or by the plan of `weekday`; with neither it is closed.

    `hotline` None: all of them. `zh` and `en` are said to callers on these days, '' for nothing.
    """

    id: int
    hotline: str | None
    first: date
    last: date
    name: str
    times: tuple[Times, ...] = ()
    weekday: int | None = None
    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that decides when a hotline is open."""

    plan: WeeklyPlan = ALWAYS
    rules: Rules = Rules()
    specials: tuple[SpecialDay, ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """A date's times, in order, and what made them so. `public` stands also where it changes nothing."""

    date: date
    times: tuple[Times, ...]
    why: Why
    special: SpecialDay | None = None
    public: PublicDay | None = None

    @property
    def of_holiday(self) -> bool:
        """Whether its times are those of a public holiday or a special day."""
        return self.why in ("holiday", "special")


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether it is open, by which `day`, and until when (ms); None: nothing changes within LOOKED_AHEAD_DAYS."""

    open: bool
    day: Day
    until: int | None


Calendar = Callable[[date], PublicDay | None]


def day_of(schedule: Schedule, public: Calendar, on: date) -> Day:
    """The times that begin on this date. A night that began the day before belongs to that day."""
    known = public(on)
    special = special_of(schedule.specials, on)
    if special is not None:
        times = _week(schedule.plan, special.weekday) if special.weekday is not None else tuple(sorted(special.times))
        return Day(on, times, "special", special, known)
    rules = schedule.rules
    if known is not None and known.makeup and rules.makeup is not None:
        return Day(on, _week(schedule.plan, rules.makeup), "makeup", public=known)
    if known is not None and not known.makeup and rules.holidays != "as_usual":
        return Day(on, tuple(sorted(rules.holiday_times)) if rules.holidays == "times" else (), "holiday", public=known)
    return Day(on, _week(schedule.plan, on.weekday()), "week", public=known)


def special_of(specials: Sequence[SpecialDay], on: date) -> SpecialDay | None:
    """The special day that counts: the hotline's own before one of all, then the shorter, then the one entered last."""
    there = [one for one in specials if one.first <= on <= one.last]
    return min(there, key=lambda one: (one.hotline is None, one.last - one.first, -one.id), default=None)


def opening(schedule: Schedule, public: Calendar, at: int, zone: ZoneInfo) -> Opening:
    """Whether the hotline is open at `at` (ms) by the clock on the wall in `zone`."""
    today = datetime.fromtimestamp(at / 1000, zone).date()
    end: int | None = None
    by = day_of(schedule, public, today)
    for begins, closes, day in _spans(schedule, public, today, zone):
        if end is None and begins <= at < closes:
            end, by = closes, day
        elif end is not None and begins <= end:
            end = max(end, closes)
        elif end is not None:
            return Opening(True, by, end)
        elif begins > at:
            return Opening(False, by, begins)
    # The last day's end is no closing: what comes after it was not looked at.
    beyond = end is None or end >= _ms(today + timedelta(LOOKED_AHEAD_DAYS), 0, zone)
    return Opening(end is not None, by, None if beyond else end)


def _spans(schedule: Schedule, public: Calendar, today: date, zone: ZoneInfo) -> Iterator[tuple[int, int, Day]]:
    """Begin and end (ms) of every span from yesterday's on."""
    for ahead in range(-1, LOOKED_AHEAD_DAYS + 1):
        day = day_of(schedule, public, today + timedelta(ahead))
        for one in day.times:
            yield _ms(day.date, one.opens, zone), _ms(day.date, one.closes, zone), day


def _week(plan: WeeklyPlan, weekday: int) -> tuple[Times, ...]:
    return tuple(sorted(Times(one.opens, one.closes) for one in plan.spans if one.weekday == weekday))


def _ms(on: date, minute: int, zone: ZoneInfo) -> int:
    days, rest = divmod(minute, DAY)
    there = on + timedelta(days)
    return int(datetime(there.year, there.month, there.day, rest // 60, rest % 60, tzinfo=zone).timestamp() * 1000)
