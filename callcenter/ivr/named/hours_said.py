"""A hotline's week in words, as the dialplan tells it to callers while the server is away. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from callcenter.hotlines.calendar import ALWAYS, DAY, WeeklyPlan
from callcenter.ivr.language.spoken import spoken

DAYS: Mapping[str, tuple[str, ...]] = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
ALL_DAY = {"zh": "本热线全天为您服务。", "en": "This hotline is open day and night."}
NO_DAY = {"zh": "本热线目前没有固定的服务时间。", "en": "This hotline has no fixed hours at present."}
OPEN = {"zh": "本热线的服务时间是,{}。", "en": "This hotline is open {}."}

Times = tuple[tuple[int, int], ...]
"""A day's times, from and to in minutes."""


def hours_said(plan: WeeklyPlan, language: str) -> str:
    """`language` is zh or en. Public holidays and special days are not told: only the server knows of them."""
    if plan == ALWAYS:
        return ALL_DAY[language]
    if not plan.spans:
        return NO_DAY[language]
    between = {"zh": ";", "en": "; "}[language]
    return OPEN[language].format(between.join(_of_days(days, times, language) for days, times in _alike(plan)))


def _alike(plan: WeeklyPlan) -> Iterator[tuple[list[int], Times]]:
    """Days on end that have the same times; those that have none are left out."""

    def times(day: int) -> Times:
        return tuple((one.opens, one.closes) for one in plan.spans if one.weekday == day)

    for same, days in groupby(range(7), key=times):
        if same:
            yield list(days), same


def _of_days(days: list[int], times: Times, language: str) -> str:
    names, to = DAYS[language], {"zh": "至", "en": " to "}[language]
    told = names[days[0]] + (f"{to}{names[days[-1]]}" if len(days) > 1 else "")
    if language == "zh":
        return f"{told},{'和'.join(f'{_clock(a, language)}到{_clock(b, language)}' for a, b in times)}"
    return f"{told}, {' and '.join(f'from {_clock(a, language)} to {_clock(b, language)}' for a, b in times)}"


def _clock(minute: int, language: str) -> str:
    return spoken("time", f"{minute % DAY // 60:02}:{minute % 60:02}", language)
