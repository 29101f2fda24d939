"""The hours' pages by the front door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from callcenter.hotlines.emergency import Emergency
from callcenter.hotlines.hours import Hours
from callcenter.hotlines.opening import Rules, Times
from callcenter.hotlines.public_days import public_days
from callcenter.store.engine import Store
from tests.calls_pages.centre import furnish, serving, settings_of, signed_in
from tests.crm_pages.test_customers import Centre

ORDERS, COMPLAINTS = "8000000001", "8000000002"
DAYS = {f"day{day}": "08:30-12:00, 13:30-17:30" for day in range(5)}


class HoursCentre(Centre):
    hours: Hours


@pytest.fixture
async def centre(store: Store, tmp_path: Path) -> AsyncIterator[HoursCentre]:
    await furnish(store)
    settings = settings_of(tmp_path / "data")
    async with serving(store, settings) as client:
        made = HoursCentre(client, store, 0)
        made.hours = Hours(store, settings.zone, public_days("CN"))
        yield made


async def test_a_week_is_entered_and_the_month_shows_it(centre: HoursCentre) -> None:
    token = await signed_in(centre.client, centre.store, "3001")
    path = f"/hours/{ORDERS}/week"
    assert "休息" in await centre.get(f"/hours?month=2026-10&hotline={ORDERS}")
    saved = await centre.post(path, token, **DAYS, day5="", holidays="times", holiday_times="09:00-11:00", makeup="4")
    assert saved == (303, f"/hours?hotline={ORDERS}")
    schedule = await centre.hours.schedule(ORDERS)
    assert (len(schedule.plan.spans), schedule.rules) == (10, Rules("times", (Times(540, 660),), 4))
    page = await centre.get(f"/hours?month=2026-10&hotline={ORDERS}")
    assert page.count("09:00-11:00") == 7 + 1
    assert "国庆节" in page
    assert "班" in page
    assert 'value="08:30-12:00, 13:30-17:30"' in await centre.get(path)


async def test_what_is_wrong_with_a_week_stands_beside_the_field_and_nothing_is_kept(centre: HoursCentre) -> None:
    token = await signed_in(centre.client, centre.store, "3001")
    wrong = {"day0": "9 bis 5", "day1": "08:00-12:00 11:00-13:00", "day2": "08:00-11:59 12:00-18:00", "holidays": "times", "makeup": "9"}
    status, page = await centre.post(f"/hours/{ORDERS}/week", token, **wrong)
    assert status == 422
    assert page.count("is-invalid") == 5
    assert 'value="9 bis 5"' in page
    assert "11:00-13:00 与前一段时间重叠" in page
    assert (await centre.hours.schedule(ORDERS)).plan.spans == ()


async def test_a_special_day_is_entered_changed_and_removed(centre: HoursCentre) -> None:
    token = await signed_in(centre.client, centre.store, "3001")
    today = centre.hours.today()
    day = {"hotline": ORDERS, "first": str(today), "last": "", "name": "盘点", "kind": "closed", "zh": "今日盘点。"}
    assert (await centre.post("/hours/special-days", token, **day)) == (303, f"/hours?hotline={ORDERS}&month={today:%Y-%m}")
    (kept,) = await centre.hours.specials(ORDERS, today)
    assert (kept.first, kept.last, kept.times, kept.weekday) == (today, today, (), None)
    assert "盘点" in await centre.get(f"/hours?hotline={ORDERS}")
    path = f"/hours/special-days/{kept.id}"
    assert 'value="盘点"' in await centre.get(path)
    later = {**day, "hotline": "", "kind": "weekday", "weekday": "0", "last": str(today + timedelta(2))}
    assert (await centre.post(path, token, **later))[0] == 303
    (changed,) = await centre.hours.specials(COMPLAINTS, today)
    assert (changed.id, changed.hotline, changed.weekday) == (kept.id, None, 0)
    assert (await centre.post(f"{path}/remove", token))[0] == 303
    assert await centre.hours.specials(ORDERS, today) == []
    assert (await centre.post(path, token, **later))[0] == 404
    await centre.get(path, 404)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("first", "2026-02-30", "日期应写成"),
        ("first", "9999-12-31", "日期应写成"),
        ("last", "2026-09-30", "结束日期早于开始日期"),
        ("last", "2027-10-02", "最长一年"),
        ("times", "24", "无法识别"),
        ("times", "", "请填写此项"),
        ("name", "", "请填写此项"),
        ("hotline", "110", "请从列表中选择"),
    ],
)
async def test_a_special_day_that_is_none(centre: HoursCentre, field: str, value: str, told: str) -> None:
    token = await signed_in(centre.client, centre.store, "3001")
    day = {"hotline": "", "first": "2026-10-01", "last": "2026-10-03", "name": "国庆值班", "kind": "times", "times": "09:00-12:00"}
    status, page = await centre.post("/hours/special-days", token, **{**day, field: value})
    assert (status, page.count("is-invalid"), told in page) == (422, 1, True)
    assert await centre.hours.specials(ORDERS, date(2026, 1, 1)) == []


async def test_an_emergency_is_put_into_force_and_ended(centre: HoursCentre) -> None:
    token = await signed_in(centre.client, centre.store, "3001")
    path = f"/hours/{ORDERS}/emergency"
    status, page = await centre.post(path, token, on="1", closed="1", until="2020-01-01T10:00")
    assert (status, page.count("is-invalid")) == (422, 2)
    assert await centre.hours.said_first(ORDERS) is None
    assert (await centre.post(path, token, on="1", closed="1", zh="系统故障。", everywhere="1"))[0] == 303
    assert await centre.hours.said_first(COMPLAINTS) == Emergency({"zh": "系统故障。", "en": "系统故障。"}, closed=True)
    page = await centre.get(f"/hours?hotline={ORDERS}")
    assert "系统故障。" in page
    assert "3001" in page
    assert (await centre.post(f"{path}/end", token))[0] == 303
    assert await centre.hours.said_first(ORDERS) is None
    assert "系统故障。" in await centre.get(path)


async def test_others_look_and_change_nothing(centre: HoursCentre) -> None:
    token = await signed_in(centre.client, centre.store, "2001")
    assert "/week" not in await centre.get("/hours")
    assert (await centre.post(f"/hours/{ORDERS}/week", token, holidays="as_usual"))[0] == 403
    await centre.get(f"/hours/{ORDERS}/week", 403)


async def test_a_hotline_or_month_that_is_none(centre: HoursCentre) -> None:
    await signed_in(centre.client, centre.store, "3001")
    await centre.get("/hours/110/week", 404)
    for month in ("castle", "0001-01", "9999-12", "2026-13"):
        assert f"{centre.hours.today():%Y-%m}" in await centre.get(f"/hours?hotline=110&month={month}")
