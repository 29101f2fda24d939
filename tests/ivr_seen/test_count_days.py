"""Days that are over are counted once; the figures are those of the calls at every moment, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from callcenter.calls.rows import store_call
from callcenter.calls.tables import CountedDayRow
from callcenter.floor.call import Call
from callcenter.ivr.seen.count_days import CountDays
from callcenter.ivr.seen.funnel import by_exit, by_version, figures
from callcenter.ivr.seen.tables import DayCallersRow, DayVisitsRow
from callcenter.ivr.seen.tally import Wanted
from callcenter.ivr.seen.visits import Visits, not_counted
from callcenter.store.engine import Store
from tests.ivr_seen.test_visits import any_day
from tests.ivr_seen.walked import HOTLINE, call, keep

ZONE = ZoneInfo("Asia/Shanghai")
DAY = 86_400_000
MONDAY = int(datetime(2026, 11, 16, tzinfo=ZONE).timestamp() * 1000)
WEEK = Wanted("orders", MONDAY, MONDAY + 7 * DAY)


def on(day: int, calls: Sequence[Call]) -> list[Call]:
    """These calls (which are over) on that day of the week, from 9 o'clock."""
    by = MONDAY + day * DAY + 9 * 3_600_000 - calls[0].began
    return [
        replace(
            one,
            id=f"{day}-{one.id}",
            began=one.began + by,
            ended=(one.ended or one.began) + by,
            legs={},
            steps=tuple(replace(step, began=step.began + by, ended=(step.ended or step.began) + by) for step in one.steps),
            segments=tuple(replace(part, began=part.began + by, ended=(part.ended or part.began) + by) for part in one.segments),
        )
        for one in calls
    ]


async def a_week(store: Store) -> None:
    """Calls on each of five days, of two hotlines and two versions."""
    for day in range(5):
        calls = [replace(one, hotline="8000000002") if int(one.id[-1]) % 2 else one for one in on(day, any_day(day)[:20])]
        await keep(store, *(replace(one, steps=tuple(replace(step, version=f"v{day // 3}") for step in one.steps)) for one in calls))


def counting(store: Store, day: float, zone: ZoneInfo = ZONE) -> CountDays:
    """Counts on that day of the week, at noon."""
    return CountDays(store, zone, clock=lambda: MONDAY + int((day + 0.5) * DAY))


async def count(store: Store, day: float, zone: ZoneInfo = ZONE) -> int:
    """How many days there were to be counted on that day of the week."""
    days = 0
    while await counting(store, day, zone).look():
        days += 1
    return days


async def told(store: Store, wanted: Wanted) -> object:
    """Everything that is told of a time."""
    visits = Visits(store)
    came = await visits.came(wanted)
    return figures(await visits.tallies(wanted)), by_exit(came, None), by_version(came)


async def test_counted_days_say_what_their_calls_say(store: Store) -> None:
    await a_week(store)
    asked = [
        WEEK,
        replace(WEEK, hotline=HOTLINE),
        replace(WEEK, version="v1"),
        Wanted("orders", MONDAY + DAY, MONDAY + 2 * DAY),
        Wanted("orders", MONDAY + DAY // 2, MONDAY + 3 * DAY + 10 * 3_600_000),
        Wanted("nothing", MONDAY, MONDAY + DAY),
    ]
    before = [await told(store, wanted) for wanted in asked]
    for day, counted in ((0, 0), (2, 2), (6, 4)):
        assert await count(store, day) == counted
        assert [await told(store, wanted) for wanted in asked] == before


async def test_a_call_told_late_is_in_the_figures_at_once_and_its_day_is_counted_again(store: Store) -> None:
    await a_week(store)
    assert await count(store, 5) == 5
    late = call("late", MONDAY + DAY + 1000, [("menu", 2000, "hung_up")])
    earlier = await Visits(store).tallies(WEEK)
    await keep(store, late)
    now = figures(await Visits(store).tallies(WEEK))["menu"]
    assert now.entered == figures(earlier)["menu"].entered + 1
    assert await count(store, 5) == 1
    assert figures(await Visits(store).tallies(WEEK))["menu"] == now
    async with store.transaction() as session:
        await store_call(session, late, replace(late, exit="nuisance"))
    assert by_exit(await Visits(store).came(WEEK), None)["nuisance"] == 1


async def test_a_day_is_not_counted_while_one_of_its_calls_goes_on(store: Store) -> None:
    await keep(store, call("1", MONDAY + DAY - 1000, [("menu", 0, None)]), call("2", MONDAY, [("menu", 1000, "hung_up")]))
    assert await count(store, 1) == 0
    await keep(store, call("1", MONDAY + DAY - 1000, [("menu", 5000, "hung_up")]))
    assert await count(store, 1) == 1


async def test_by_another_zones_clock_the_days_are_others(store: Store) -> None:
    await a_week(store)
    before = await told(store, WEEK)
    assert await count(store, 6) == 5 + 1
    berlin = ZoneInfo("Europe/Berlin")
    assert await count(store, 6, berlin) == 6
    assert await told(store, WEEK) == before
    async with store.transaction() as session:
        days = sorted(await session.scalars(select(CountedDayRow.since)))
    assert {datetime.fromtimestamp(day / 1000, berlin).hour for day in days} == {0}


async def test_a_call_that_is_written_while_its_day_is_counted_is_in_the_figures(store: Store) -> None:
    await a_week(store)
    before = figures(await Visits(store).tallies(WEEK))["menu"].entered

    async def more() -> None:
        for n in range(20):
            await keep(store, call(f"more{n}", MONDAY + n % 5 * DAY + 5000, [("menu", 2000, "hung_up")]))

    async def days() -> None:
        for _ in range(20):
            await counting(store, 5).look()

    await asyncio.gather(more(), days())
    assert figures(await Visits(store).tallies(WEEK))["menu"].entered == before + 20


async def test_the_figures_go_with_their_day(store: Store) -> None:
    await a_week(store)
    await count(store, 5)
    async with store.transaction() as session:
        await session.execute(delete(CountedDayRow))
        assert [await session.scalar(select(row.id).limit(1)) for row in (DayVisitsRow, DayCallersRow)] == [None, None]


def test_what_was_not_counted_lies_between() -> None:
    wanted = Wanted("orders", 100, 200)
    assert list(not_counted(wanted, [])) == [wanted]
    assert list(not_counted(wanted, [(100, 200)])) == []
    parts = not_counted(wanted, [(110, 120), (120, 130), (150, 160)])
    assert [(part.since, part.until) for part in parts] == [(100, 110), (130, 150), (160, 200)]
