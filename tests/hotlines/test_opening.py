"""Why a hotline is open or closed: special days over public holidays over the week."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.hotlines.calendar import ALWAYS, Span, WeeklyPlan, is_open
from callcenter.hotlines.opening import Rules, Schedule, SpecialDay, Times, day_of, opening
from callcenter.hotlines.public_days import PublicDay, PublicDays, public_days

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = public_days("CN")
OFFICE = WeeklyPlan.of([*((day, 8 * 60, 12 * 60) for day in range(5)), *((day, 13 * 60 + 30, 17 * 60 + 30) for day in range(5))])
SHOP = Schedule(OFFICE, Rules("closed", makeup=0))


def at(text: str, zone: ZoneInfo = SHANGHAI) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


def told(schedule: Schedule, moment: str) -> tuple[bool, str, str]:
    found = opening(schedule, CHINA.day, at(moment), SHANGHAI)
    until = datetime.fromtimestamp(found.until / 1000, SHANGHAI).strftime("%Y-%m-%d %H:%M") if found.until is not None else ""
    return found.open, found.day.why, until


# The days announced for 2026 by the State Council (国办发明电〔2025〕7号).
REST_2026 = (
    ("2026-01-01", 3),
    ("2026-02-15", 9),
    ("2026-04-04", 3),
    ("2026-05-01", 5),
    ("2026-06-19", 3),
    ("2026-09-25", 3),
    ("2026-10-01", 7),
)
WORK_2026 = ("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10")


def test_the_days_of_2026_are_those_announced() -> None:
    rest = {date.fromisoformat(first) + timedelta(n) for first, days in REST_2026 for n in range(days)}
    year = [date(2026, 1, 1) + timedelta(n) for n in range(365)]
    known = {day: CHINA.day(day) for day in year}
    assert {day for day, one in known.items() if one is not None and not one.makeup} == rest
    assert {day for day, one in known.items() if one is not None and one.makeup} == {date.fromisoformat(day) for day in WORK_2026}
    assert known[date(2026, 10, 1)] == PublicDay("国庆节", "National Day")


@pytest.mark.parametrize("year", range(2015, 2027))
def test_another_library_knows_the_same_days(year: int) -> None:
    other = holidays.country_holidays("CN", years=year)
    for day in (date(year, 1, 1) + timedelta(n) for n in range(365)):
        one = CHINA.day(day)
        works = one is not None and one.makeup
        assert works == (day in other.weekend_workdays), day
        if day.weekday() < 5:
            assert (one is not None) == (day in other), day


def test_the_calendar_says_in_time_when_it_ends() -> None:
    assert CHINA.ends is not None
    assert CHINA.ends >= date(2026, 12, 31)
    known = PublicDays(CHINA.day, date(2026, 12, 31))
    assert [known.days_left(date(2026, 11, 1)), known.days_left(date(2026, 11, 2)), known.days_left(date(2027, 1, 2))] == [None, 59, -2]
    assert known.ending(date(2026, 11, 1)) == ""
    assert "ends on 2026-12-31" in known.ending(date(2026, 11, 2))
    assert CHINA.day(CHINA.ends + timedelta(1)) is None


def test_other_countries_have_theirs() -> None:
    germany = public_days("DE")
    assert germany.day(date(2026, 10, 3)) is not None
    assert germany.day(date(2026, 10, 5)) is None
    assert germany.ends is None
    assert public_days("ZZ").day(date(2026, 10, 1)) is None


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23 07:59", (False, "week", "2026-11-23 08:00")),
        ("2026-11-23 08:00", (True, "week", "2026-11-23 12:00")),
        ("2026-11-23 12:00", (False, "week", "2026-11-23 13:30")),
        ("2026-11-27 17:30", (False, "week", "2026-11-30 08:00")),
        ("2026-09-30 17:30", (False, "week", "2026-10-08 08:00")),
        ("2026-10-05 09:00", (False, "holiday", "2026-10-08 08:00")),
        ("2026-10-10 09:00", (True, "makeup", "2026-10-10 12:00")),
        ("2026-10-11 09:00", (False, "week", "2026-10-12 08:00")),
    ],
)
def test_weeks_holidays_and_makeup_days(moment: str, expected: tuple[bool, str, str]) -> None:
    assert told(SHOP, moment) == expected


def test_holidays_may_be_as_usual_or_have_times_of_their_own() -> None:
    assert told(Schedule(OFFICE), "2026-10-05 09:00") == (True, "week", "2026-10-05 12:00")
    assert told(Schedule(OFFICE), "2026-10-10 09:00") == (False, "week", "2026-10-12 08:00")
    short = Schedule(OFFICE, Rules("times", (Times(9 * 60, 11 * 60),), makeup=4))
    assert told(short, "2026-10-05 09:00") == (True, "holiday", "2026-10-05 11:00")
    assert told(short, "2026-10-05 11:00") == (False, "holiday", "2026-10-06 09:00")


def special(first: str, last: str, id: int = 1, **more: object) -> SpecialDay:
    return SpecialDay(id, None, date.fromisoformat(first), date.fromisoformat(last), "盘点", **more)  # type: ignore[arg-type]


def test_a_special_day_wins_over_both() -> None:
    closed = Schedule(OFFICE, SHOP.rules, (special("2026-10-10", "2026-10-12"),))
    assert told(closed, "2026-10-10 09:00") == (False, "special", "2026-10-13 08:00")
    opened = Schedule(OFFICE, SHOP.rules, (special("2026-10-01", "2026-10-02", times=(Times(600, 660), Times(540, 600))),))
    assert told(opened, "2026-10-01 09:30") == (True, "special", "2026-10-01 11:00")
    as_monday = Schedule(OFFICE, SHOP.rules, (special("2026-11-28", "2026-11-28", weekday=0),))
    assert told(as_monday, "2026-11-28 09:00") == (True, "special", "2026-11-28 12:00")


def test_of_several_special_days_the_nearest_counts() -> None:
    of_all = special("2026-11-23", "2026-11-23", 1)
    mine = SpecialDay(2, "8000000001", date(2026, 11, 1), date(2026, 11, 30), "旺季", (Times(0, 1440),))
    shorter = SpecialDay(3, "8000000001", date(2026, 11, 22), date(2026, 11, 24), "盘点")
    newer = SpecialDay(4, "8000000001", date(2026, 11, 22), date(2026, 11, 24), "又开", (Times(0, 60),))

    def name(*specials: SpecialDay) -> str:
        day = day_of(Schedule(OFFICE, specials=specials), CHINA.day, date(2026, 11, 23))
        return day.special.name if day.special else ""

    assert name(of_all, mine) == "旺季"
    assert name(mine, of_all, shorter) == "盘点"
    assert name(shorter, newer, mine) == "又开"


def test_a_night_belongs_to_the_day_on_which_it_began() -> None:
    nights = Schedule(WeeklyPlan.of([(day, 22 * 60, 6 * 60) for day in range(7)]), Rules("closed"))
    assert told(nights, "2026-10-01 03:00") == (True, "week", "2026-10-01 06:00")
    assert told(nights, "2026-10-08 03:00") == (False, "week", "2026-10-08 22:00")


def test_what_never_changes_has_no_end() -> None:
    assert told(Schedule(ALWAYS), "2026-11-23 09:00") == (True, "week", "")
    assert told(Schedule(WeeklyPlan()), "2026-11-23 09:00") == (False, "week", "")
    month = Schedule(ALWAYS, specials=(special("2026-12-20", "2026-12-21"),))
    assert told(month, "2026-11-23 09:00") == (True, "week", "2026-12-20 00:00")


def test_it_is_the_weekly_plan_where_nothing_else_is_said() -> None:
    plans = (OFFICE, ALWAYS, WeeklyPlan.of([(6, 22 * 60, 6 * 60), (2, 8 * 60, 8 * 60)]))
    start = at("2026-11-16 00:00")
    for plan in plans:
        for moment in range(start, start + 14 * 86_400_000, 1_847_000):
            assert opening(Schedule(plan), CHINA.day, moment, SHANGHAI).open == is_open(plan, moment, SHANGHAI)


@pytest.mark.parametrize("wrong", [(60, 60), (-1, 60), (1440, 1500), (60, 61 + 1440)])
def test_what_are_no_times(wrong: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="expected"):
        Times(*wrong)


TIMES = st.builds(lambda opens, length: Times(opens, opens + length), st.integers(0, 1439), st.integers(1, 1440))
SPANS = st.builds(lambda day, times: Span(day, times.opens, times.closes), st.integers(0, 6), TIMES)
SPECIALS = st.builds(
    lambda id, first, days, times: SpecialDay(id, None, first, first + timedelta(days), "x", tuple(times)),
    st.integers(1, 9),
    st.dates(date(2026, 3, 1), date(2026, 11, 30)),
    st.integers(0, 9),
    st.lists(TIMES, max_size=2),
)


@given(
    st.lists(SPANS, max_size=6),
    st.sampled_from([Rules(), Rules("closed", makeup=0), Rules("times", (Times(600, 660),))]),
    st.lists(SPECIALS, max_size=3),
    st.integers(at("2026-03-20"), at("2026-11-05")),
    st.sampled_from([SHANGHAI, ZoneInfo("Europe/Berlin")]),
)
def test_it_stays_as_it_is_until_then_and_no_longer(
    spans: list[Span], rules: Rules, specials: list[SpecialDay], moment: int, zone: ZoneInfo
) -> None:
    schedule = Schedule(WeeklyPlan(tuple(sorted(spans))), rules, tuple(specials))
    found = opening(schedule, CHINA.day, moment, zone)
    if found.until is None:
        return
    assert found.until > moment
    between = (moment + found.until) // 2
    assert opening(schedule, CHINA.day, between, zone).open == found.open
    assert opening(schedule, CHINA.day, found.until - 1, zone).open == found.open
    assert opening(schedule, CHINA.day, found.until, zone).open != found.open
