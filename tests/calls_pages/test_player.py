"""The player in a real Chromium: the cursor on the time line moves with the sound, the other rooms' pieces come in."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import async_playwright, expect

from callcenter.crm.cases.service import Cases
from callcenter.people.service import People
from callcenter.store.clock import now_ms
from callcenter.store.engine import Store
from callcenter.web.guards import SESSION_COOKIE
from tests.calls_pages.centre import answered, build, furnish, keep, record, settings_of, user_of
from tests.calls_pages.test_pages import listened

pytestmark = pytest.mark.live

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--autoplay-policy=no-user-gesture-required"]


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_a_click_on_a_talk_plays_it_and_the_cursor_follows(store: Store, tmp_path: Path) -> None:
    await furnish(store)
    settings, people = settings_of(tmp_path / "data"), People(store, idle_ms=3_600_000)
    began = now_ms() - 300_000
    await keep(store, answered("1.1", began))
    record(settings.recordings, "1.1.2", 62)
    reviewer = await user_of(people, "4001")
    case = await Cases(store, settings.zone).open(kind="complaint", text="少送两条", by=reviewer.id, call="1.1")
    server = TestServer(build(store, settings))
    await server.start_server()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(viewport={"width": 1280, "height": 800})
        url = str(server.make_url("/")).rstrip("/")
        await context.add_cookies([{"name": SESSION_COOKIE, "value": await people.open(reviewer, ""), "url": url}])
        page = await context.new_page()
        await page.goto(f"{url}/calls/1.1")
        await expect(page.get_by_text(case.number)).to_be_visible()
        assert await listened(store) == []
        await page.locator("[data-seek]").nth(1).click()
        cursor = page.locator("#timeline-cursor")
        await expect(cursor).to_have_attribute("visibility", "visible")
        # The hold begins 50 s after the call did, which is drawn over 105 s.
        await expect(page.locator("audio[data-began]")).to_have_js_property("paused", False)
        at = float((await cursor.get_attribute("x1") or "0%").rstrip("%"))
        assert 100 * 49 / 105 <= at <= 100 * 60 / 105
        await browser.close()
    await server.close()
    assert [who for who, _what in await listened(store)] == ["4001"]
