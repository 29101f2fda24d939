"""Public holidays and the days of rest on which people work instead (调休), by country. What is not published yet is not known."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import date

import holidays
from chinese_calendar import Holiday, constants, get_holiday_detail

WARNED_DAYS = 60
"""How long before the calendar ends it says so."""


@dataclass(frozen=True, slots=True)
class PublicDay:
    """A holiday; or, with `makeup`, a day of rest on which people work for that holiday's sake."""

    zh: str
    en: str
    makeup: bool = False

    def title(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class PublicDays:
    """`day` tells what the calendar says of a date; `ends` is the last date it knows, None where holidays are computed by rule."""

    day: Callable[[date], PublicDay | None]
    ends: date | None = None

    def days_left(self, today: date) -> int | None:
        """Days until the calendar ends, once that is soon (negative: since it ended); None while there is time."""
        if self.ends is None:
            return None
        left = (self.ends - today).days
        return left if left < WARNED_DAYS else None

    def ending(self, today: date) -> str:
        """What an operator must know of the calendar's end; '' while there is time."""
        if self.days_left(today) is None:
            return ""
        return f"the calendar of public holidays ends on {self.ends}: update the package chinesecalendar, or enter later ones at /hours"


def public_days(country: str) -> PublicDays:
    """The calendar of a country (ISO 3166, two letters); one of a country that none is known for has no holidays."""
    if country == "CN":
        return PublicDays(_china, date(max(constants.holidays).year, 12, 31))
    if country not in holidays.list_supported_countries(include_aliases=False):
        return PublicDays(lambda _day: None)
    english = _named(country, "en")
    chinese = _named(country, "zh")
    rest: Set[date] = getattr(english, "weekend_workdays", frozenset())

    def day(wanted: date) -> PublicDay | None:
        name = english.get(wanted)
        if name is not None:
            return PublicDay(chinese.get(wanted) or name, name)
        return PublicDay("调休上班", "Make-up workday", makeup=True) if wanted in rest else None

    return PublicDays(day)


def _china(wanted: date) -> PublicDay | None:
    # The State Council announces each year's days in the autumn before.
    try:
        rests, name = get_holiday_detail(wanted)
    except NotImplementedError:
        return None
    if name is None:
        return None
    return PublicDay(Holiday(name).chinese, name, makeup=not rests)


def _named(country: str, language: str) -> holidays.HolidayBase:
    """The country's holidays in this language as far as it has it, else in its own."""
    known = holidays.country_holidays(country).supported_languages
    chosen = next((one for one in sorted(known) if one.startswith(language) and not one.endswith("_TW")), None)
    return holidays.country_holidays(country, language=chosen)
