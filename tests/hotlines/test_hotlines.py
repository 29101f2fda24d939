"""Hotlines, their weeks and the queues."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from callcenter.hotlines.calendar import ALWAYS, WeeklyPlan
from callcenter.hotlines.service import Hotline, Hotlines, QueueCard
from callcenter.hotlines.tables import HotlineRow, HoursRow, QueueRow
from callcenter.store.engine import Store


@pytest.fixture
async def hotlines(store: Store) -> Hotlines:
    async with store.transaction() as session:
        session.add(QueueRow(name="orders", zh="订货", en="Orders", strategy="rrmemory"))
        await session.flush()
        session.add(HotlineRow(number="8000000001", zh="咨询", en="Enquiries", language="zh_CN", flow="orders", queue="orders"))
    return Hotlines(store)


async def test_they_are_listed(hotlines: Hotlines) -> None:
    assert await hotlines.all() == [Hotline("8000000001", "咨询", "Enquiries", "zh_CN", "orders", "orders")]
    assert await hotlines.queues() == [QueueCard("orders", "订货", "Orders", "rrmemory")]
    assert (await hotlines.queues())[0].title("zh_CN") == "订货"


async def test_a_week_is_kept_and_replaced(hotlines: Hotlines) -> None:
    week = WeeklyPlan.of([(0, 8 * 60, 18 * 60), (4, 22 * 60, 2 * 60)])
    assert await hotlines.plan("8000000001") == WeeklyPlan()
    await hotlines.set_plan("8000000001", week)
    assert await hotlines.plan("8000000001") == week
    await hotlines.set_plan("8000000001", ALWAYS)
    assert await hotlines.plan("8000000001") == ALWAYS


async def test_hours_that_are_none_are_refused(store: Store, hotlines: Hotlines) -> None:
    with pytest.raises(IntegrityError):
        async with store.transaction() as session:
            session.add(HoursRow(hotline="8000000001", weekday=7, opens=0, closes=60))
