"""Who is turned away, on the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.crm.callers.service import Callers
from callcenter.people.service import People
from callcenter.store.clock import now_ms
from callcenter.store.engine import Store
from tests.calls_pages.centre import answered, furnish, gave_up, keep, serving, settings_of, signed_in
from tests.crm_pages.test_customers import Centre

MOBILE = "13900139000"


@pytest.fixture
async def centre(store: Store, tmp_path: Path) -> AsyncIterator[Centre]:
    await furnish(store)
    async with serving(store, settings_of(tmp_path / "data")) as client:
        yield Centre(client, store, 0)


async def test_a_number_is_put_on_the_blacklist_and_taken_off(centre: Centre) -> None:
    token = await signed_in(centre.client, centre.store, "3001")
    callers = Callers(centre.store)
    assert await centre.post("/callers", token, number="139 0013 9000", reason="辱骂坐席") == (303, "/callers")
    assert await callers.treatment(MOBILE) == "blacklisted"
    page = await centre.get("/callers")
    assert "139 0013 9000" in page
    assert "辱骂坐席" in page
    (entry,) = await callers.barred()
    assert (await centre.post(f"/callers/{entry.id}/lift", token))[0] == 303
    assert await callers.treatment(MOBILE) == ""
    assert (await centre.post(f"/callers/{entry.id}/lift", token))[0] == 409


async def test_what_cannot_be_put_there_is_told_beside_its_field(centre: Centre) -> None:
    token = await signed_in(centre.client, centre.store, "3001")
    for fields, told in (
        ({"number": "anonymous", "reason": "x"}, "隐藏号码不能加入黑名单"),
        ({"number": MOBILE, "reason": ""}, "请填写此项"),
        ({"number": MOBILE, "reason": "x", "until": "2020-01-01T10:00"}, "该时间已过"),
    ):
        status, page = await centre.post("/callers", token, **fields)
        assert (status, page.count("is-invalid"), told in page) == (422, 1, True)
        assert f'value="{fields["number"]}"' in page
    assert await Callers(centre.store).barred() == []
    await centre.post("/callers", token, number=MOBILE, reason="x")
    assert "已在黑名单中" in (await centre.post("/callers", token, number=f"+86{MOBILE}", reason="y"))[1]


async def test_who_is_held_back_by_rule_is_let_in_again(centre: Centre) -> None:
    token = await signed_in(centre.client, centre.store, "3001")
    callers = Callers(centre.store)
    await keep(centre.store, answered("1", now_ms() - 90_000, number=MOBILE), answered("2", now_ms() - 80_000, number=MOBILE))
    user = next(id for id, (number, _name) in (await People(centre.store, idle_ms=1).names()).items() if number == "2001")
    for call in ("1", "2"):
        await callers.marked(call, MOBILE, "nuisance", user=user)
    assert await callers.treatment(MOBILE) == "nuisance"
    assert "139 0013 9000" in await centre.get("/callers")
    assert (await centre.post("/callers/pardon", token, number=MOBILE))[0] == 303
    assert await callers.treatment(MOBILE) == ""
    assert "139 0013 9000" not in await centre.get("/callers")


async def test_calls_that_were_turned_away_are_shown_to_those_who_watch(centre: Centre) -> None:
    await keep(centre.store, gave_up("7", now_ms() - 60_000, number=MOBILE, exit="blacklisted"))
    token = await signed_in(centre.client, centre.store, "4001")
    page = await centre.get("/callers")
    assert 'href="/calls/7"' in page
    assert "加入黑名单" not in page
    assert (await centre.post("/callers", token, number=MOBILE, reason="x"))[0] == 403
    await signed_in(centre.client, centre.store, "2001")
    await centre.get("/callers", 403)


async def test_a_calls_page_leads_a_supervisor_to_the_form_with_its_number(centre: Centre) -> None:
    await keep(centre.store, gave_up("7", now_ms() - 60_000, number=f"+86{MOBILE}"), gave_up("8", now_ms() - 60_000))
    await signed_in(centre.client, centre.store, "3001")
    assert f'href="/callers?number=%2B86{MOBILE}"' in await centre.get("/calls/7")
    assert f'value="+86{MOBILE}"' in await centre.get(f"/callers?number=%2B86{MOBILE}")
    assert 'href="/callers?' not in await centre.get("/calls/8")
    await signed_in(centre.client, centre.store, "4001")
    assert 'href="/callers?' not in await centre.get("/calls/7")
