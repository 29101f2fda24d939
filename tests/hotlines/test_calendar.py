from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from callcenter.hotlines.calendar import ALWAYS, DAY, Span, WeeklyPlan, is_open

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = WeeklyPlan.of([*((day, 8 * 60, 12 * 60) for day in range(5)), *((day, 13 * 60 + 30, 17 * 60 + 30) for day in range(5))])


def at(text: str, zone: ZoneInfo = SHANGHAI) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


@pytest.mark.parametrize(
    ("moment", "opened"),
    [
        ("2026-11-23T07:59:59.999", False),
        ("2026-11-23T08:00:00", True),
        ("2026-11-23T11:59:59.999", True),
        ("2026-11-23T12:00:00", False),
        ("2026-11-23T13:30:00", True),
        ("2026-11-23T17:30:00", False),
        ("2026-11-22T10:00:00", False),
    ],
)
def test_open_from_the_first_minute_until_before_the_last(moment: str, opened: bool) -> None:
    assert is_open(OFFICE, at(moment), SHANGHAI) is opened


def test_a_zone_decides_what_the_wall_clock_says() -> None:
    moment = at("2026-11-23T08:30:00", SHANGHAI)
    assert is_open(OFFICE, moment, SHANGHAI)
    assert not is_open(OFFICE, moment, ZoneInfo("UTC"))


def test_a_night_crosses_midnight_and_the_end_of_the_week() -> None:
    nights = WeeklyPlan.of([(6, 22 * 60, 6 * 60)])
    assert is_open(nights, at("2026-11-22T23:00:00"), SHANGHAI)
    assert is_open(nights, at("2026-11-23T05:59:00"), SHANGHAI)
    assert not is_open(nights, at("2026-11-23T06:00:00"), SHANGHAI)
    assert not is_open(nights, at("2026-11-22T05:00:00"), SHANGHAI)


def test_never_and_always() -> None:
    assert not is_open(WeeklyPlan(), at("2026-11-23T07:00:00"), SHANGHAI)
    assert is_open(ALWAYS, at("2026-11-23T23:59:59"), SHANGHAI)


@pytest.mark.parametrize("wrong", [(7, 0, 60), (-1, 0, 60), (0, DAY, DAY + 1), (0, 60, 60), (0, 60, 61 + DAY)])
def test_what_is_no_span(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="expected"):
        Span(*wrong)
