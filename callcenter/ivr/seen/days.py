"""The days that figures are asked for, as they stand in an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from callcenter.web import clock
from callcenter.web.forms import Form
from callcenter.web.texts import N_, gettext

MOST_DAYS = 31
"""A month is the longest time that a page adds up."""


@dataclass(frozen=True)
class Days:
    """`first` to `last`, both included, on the site's clock."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def since(self) -> int:
        """Milliseconds since the epoch."""
        return _midnight(self.first, self.zone)

    @property
    def until(self) -> int:
        """The first moment after the last day."""
        return _midnight(self.last + timedelta(days=1), self.zone)

    def fields(self) -> dict[str, str]:
        """As fields of an address."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}

    def of_calls(self) -> dict[str, str]:
        """As the list of calls has them in its address."""
        return {"since": clock.input_value(self.since, self.zone), "until": clock.input_value(self.until, self.zone)}


def asked(values: Mapping[str, str], locale: str, now: int, zone: ZoneInfo) -> Days:
    """The days that the fields `from` and `to` say: today where none is said, one day where one is. Raise FormError."""
    form = Form(values, locale, zone)
    first = _day(form, "from", clock.local(now, zone).date(), locale)
    last = _day(form, "to", first, locale)
    if last < first:
        form.wrong("to", gettext(locale, "This must not be before the first day."))
    elif (last - first).days >= MOST_DAYS:
        form.wrong("to", gettext(locale, "At most %(most)d days at once.") % {"most": MOST_DAYS})
    form.check()
    return Days(first, last, zone)


def choices(now: int, zone: ZoneInfo) -> dict[str, Days]:
    """What is asked for most: by an English text to be translated."""
    today = clock.local(now, zone).date()

    def back(first: int, last: int = 0) -> Days:
        return Days(today - timedelta(days=first), today - timedelta(days=last), zone)

    return {N_("Today"): back(0), N_("Yesterday"): back(1, 1), N_("7 days"): back(6), N_("30 days"): back(29)}


def address(path: str, fields: Mapping[str, str]) -> str:
    """The address with those of the fields that say something."""
    return f"{path}?{urlencode({name: value for name, value in fields.items() if value})}"


def _day(form: Form, name: str, default: date, locale: str) -> date:
    text = form.raw(name)
    if not text:
        return default
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 1970 < day.year < 9999:
        form.wrong(name, gettext(locale, "A day such as 2026-11-22 was expected."))
        return default
    return day


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp() * 1000)
