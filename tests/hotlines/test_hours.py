"""Hours as they are kept: the week with its rules, special days, the emergency switch; each change is audited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from callcenter.audit.service import verify
from callcenter.audit.tables import AuditRow
from callcenter.hotlines.calendar import WeeklyPlan
from callcenter.hotlines.emergency import Emergency, Switch
from callcenter.hotlines.hours import Hours, NoSuchSpecialDay
from callcenter.hotlines.last_said import LastSaid
from callcenter.hotlines.opening import Rules, Schedule, SpecialDay, Times
from callcenter.hotlines.public_days import public_days
from callcenter.hotlines.tables import HotlineRow, QueueRow
from callcenter.store.engine import Store
from tests.clock import Time

SHANGHAI = ZoneInfo("Asia/Shanghai")
ORDERS, COMPLAINTS = "8000000001", "8000000002"
WEEK = WeeklyPlan.of([(day, 8 * 60, 18 * 60) for day in range(5)])
STOCK = SpecialDay(0, ORDERS, date(2026, 11, 23), date(2026, 11, 24), "盘点", (), None, "今日盘点。", "We are taking stock.")


@pytest.fixture
def time() -> Time:
    return Time(int(datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI).timestamp() * 1000))


@pytest.fixture
async def hours(store: Store, time: Time) -> Hours:
    async with store.transaction() as session:
        session.add(QueueRow(name="orders", zh="订货", en="Orders", strategy="rrmemory"))
        await session.flush()
        for number in (ORDERS, COMPLAINTS):
            session.add(HotlineRow(number=number, zh="咨询", en="Enquiries", language="zh_CN", flow="orders", queue="orders"))
    return Hours(store, SHANGHAI, public_days("CN"), time)


async def acts(store: Store) -> list[str]:
    assert await verify(store) is None
    async with store.transaction() as session:
        return list(await session.scalars(select(AuditRow.act).order_by(AuditRow.seq)))


async def test_a_hotline_without_a_week_is_never_open(hours: Hours) -> None:
    found = await hours.opening(ORDERS)
    assert (found.open, found.until) == (False, None)


async def test_a_week_with_its_rules_is_kept_and_replaced(hours: Hours, store: Store) -> None:
    rules = Rules("times", (Times(540, 660), Times(780, 900)), makeup=0)
    await hours.set_week(ORDERS, WEEK, rules, by="3001")
    assert await hours.schedule(ORDERS) == Schedule(WEEK, rules)
    assert (await hours.opening(ORDERS)).open
    assert not (await hours.opening(COMPLAINTS)).open
    await hours.set_week(ORDERS, WeeklyPlan(), Rules(), by="3001")
    assert await hours.schedule(ORDERS) == Schedule(WeeklyPlan())
    assert await acts(store) == ["hours", "hours"]


async def test_special_days_are_added_changed_and_removed(hours: Hours, store: Store) -> None:
    await hours.set_week(ORDERS, WEEK, Rules(), by="3001")
    id = await hours.add_special(STOCK, by="3001")
    kept = replace(STOCK, id=id)
    assert await hours.special(id) == kept
    assert await hours.specials(ORDERS, date(2026, 11, 24)) == [kept]
    assert await hours.specials(ORDERS, date(2026, 11, 25)) == []
    assert await hours.specials(COMPLAINTS, date(2026, 11, 24)) == []
    assert not (await hours.opening(ORDERS)).open
    longer = replace(kept, hotline=None, times=(Times(480, 600),))
    await hours.change_special(longer, by="3001")
    assert await hours.specials(COMPLAINTS, date(2026, 11, 24)) == [longer]
    assert (await hours.opening(ORDERS)).open
    await hours.remove_special(id, by="3001")
    assert await hours.special(id) is None
    for gone in (hours.remove_special(id, by="3001"), hours.change_special(longer, by="3001")):
        with pytest.raises(NoSuchSpecialDay):
            await gone
    assert await acts(store) == ["hours", "special_day", "special_day", "special_day_removed"]


async def test_the_emergency_switch_works_at_once_and_ends_by_itself(hours: Hours, store: Store, time: Time) -> None:
    assert await hours.said_first(ORDERS) is None
    until = time.now + 60_000
    await hours.set_switch([ORDERS], Switch(on=True, closed=True, zh="系统故障。", en="", until=until), by="3001")
    assert await hours.said_first(ORDERS) == Emergency({"zh": "系统故障。", "en": "系统故障。"}, closed=True)
    assert await hours.said_first(COMPLAINTS) is None
    kept = await hours.switch(ORDERS)
    assert (kept.since, kept.by, kept.working(time.now)) == (time.now, "3001", True)
    time.now = until
    assert await hours.said_first(ORDERS) is None
    await hours.set_switch([ORDERS], replace(kept, on=False), by="3001")
    assert await hours.switch(ORDERS) == Switch(closed=True, zh="系统故障。", by="3001")
    assert await acts(store) == ["emergency", "emergency"]


async def test_a_special_days_greeting_is_said_unless_there_is_an_emergency(hours: Hours) -> None:
    await hours.add_special(STOCK, by="3001")
    assert await hours.said_first(ORDERS) == Emergency({"zh": "今日盘点。", "en": "We are taking stock."})
    await hours.set_switch([ORDERS], Switch(on=True, zh="停电。", en="Power cut."), by="3001")
    assert await hours.said_first(ORDERS) == Emergency({"zh": "停电。", "en": "Power cut."})


async def test_while_the_store_is_away_what_was_said_last_holds(hours: Hours) -> None:
    await hours.set_switch([ORDERS], Switch(on=True, closed=True, zh="停电。"), by="3001")
    said = LastSaid(hours)
    known = await said.first(ORDERS)
    assert known == Emergency({"zh": "停电。", "en": "停电。"}, closed=True)
    away = Store("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    said.hours = replace(hours, store=away)
    assert await said.first(ORDERS) == known
    assert await said.first(COMPLAINTS) is None
    await away.close()
    said.hours = hours
    await hours.set_switch([ORDERS], Switch(), by="3001")
    assert await said.first(ORDERS) is None
