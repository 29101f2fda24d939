"""A hotline's week in words."""

from __future__ import annotations

import pytest

from callcenter.hotlines.calendar import ALWAYS, WeeklyPlan
from callcenter.ivr.named.hours_said import hours_said


def plan(*rows: tuple[int, str, str]) -> WeeklyPlan:
    def minute(text: str) -> int:
        hour, _, rest = text.partition(":")
        return int(hour) * 60 + int(rest)

    return WeeklyPlan.of((day, minute(opens), minute(closes)) for day, opens, closes in rows)


WORKDAYS = [(day, "08:30", "17:30") for day in range(5)]


@pytest.mark.parametrize(
    ("week", "zh", "en"),
    [
        (ALWAYS, "本热线全天为您服务。", "This hotline is open day and night."),
        (WeeklyPlan(), "本热线目前没有固定的服务时间。", "This hotline has no fixed hours at present."),
        (
            plan(*WORKDAYS),
            "本热线的服务时间是,周一至周五,八点三十分到十七点三十分。",
            "This hotline is open Monday to Friday, from eight thirty a.m. to five thirty p.m.",
        ),
        (
            plan(*WORKDAYS, (5, "09:00", "12:00"), (5, "14:00", "16:00")),
            "本热线的服务时间是,周一至周五,八点三十分到十七点三十分;周六,九点到十二点和十四点到十六点。",
            "This hotline is open Monday to Friday, from eight thirty a.m. to five thirty p.m.; "
            "Saturday, from nine a.m. to noon and from two p.m. to four p.m.",
        ),
        (plan((6, "22:00", "02:00")), "本热线的服务时间是,周日,二十二点到两点。", "This hotline is open Sunday, from ten p.m. to two a.m."),
    ],
)
def test_it_is_said_as_people_say_it(week: WeeklyPlan, zh: str, en: str) -> None:
    assert hours_said(week, "zh") == zh
    assert hours_said(week, "en").rstrip(".") == en.rstrip(".")
