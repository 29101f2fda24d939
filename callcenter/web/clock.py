"""Times and numbers as a user reads them, in the site's time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal

NOTHING = "—"

YEARS = range(1971, 2200)
"""Years that can be typed: at the ends of the calendar no zone's clock and no day after it can be told."""


def local(at: int, zone: ZoneInfo) -> datetime:
    """A time in milliseconds since the epoch on the site's clock."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)


def time(at: int | None, zone: ZoneInfo) -> str:
    """10:32:05, or a dash."""
    return NOTHING if at is None else f"{local(at, zone):%H:%M:%S}"


def date(at: int | None, zone: ZoneInfo) -> str:
    """2026-11-22, or a dash."""
    return NOTHING if at is None else f"{local(at, zone):%Y-%m-%d}"


def date_time(at: int | None, zone: ZoneInfo) -> str:
    """2026-11-22 10:32:05, or a dash."""
    return NOTHING if at is None else f"{local(at, zone):%Y-%m-%d %H:%M:%S}"


def duration(ms: int | None) -> str:
    """A span in milliseconds: 0:07, 12:05, 1:02:03, or a dash."""
    if ms is None:
        return NOTHING
    minutes, seconds = divmod(max(ms, 0) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def number(value: float | None, locale: str) -> str:
    """A number with the language's separators, or a dash."""
    return NOTHING if value is None else str(format_decimal(value, locale=locale))


def input_value(at: int | None, zone: ZoneInfo) -> str:
    """A time as an <input type="datetime-local"> holds it: 2026-11-22T10:32, or nothing."""
    return "" if at is None else f"{local(at, zone):%Y-%m-%dT%H:%M}"


def from_input(text: str, zone: ZoneInfo) -> int:
    """The time such an input holds, in milliseconds since the epoch; ValueError when it is none."""
    typed = datetime.fromisoformat(text)
    if typed.year not in YEARS:
        raise ValueError(f"{typed.year} is no year from {YEARS[0]} to {YEARS[-1]}")
    return int(typed.replace(tzinfo=zone).timestamp() * 1000)
