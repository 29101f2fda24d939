"""A newcomer rings a hotline from the browser and leaves a message; a reviewer hears it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, async_playwright, expect

from callcenter.settings import CHINA
from callcenter.web.phone_numbers import shown
from tests.live.centre import Centre, until

pytestmark = pytest.mark.live

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
SECONDS = 16_000
"""Bytes of one second of a message."""


async def leave_message(context: BrowserContext, centre: Centre) -> str:
    """Call as the first customer, press 3, speak for three seconds, hang up; as whom it was."""
    page = await context.new_page()
    await page.goto(f"{centre.url}/phone")
    await expect(page.locator("#call")).to_be_enabled(timeout=20_000)
    caller = await page.locator("#caller option").first.inner_text()
    await page.click("#call")
    await expect(page.locator("body")).to_have_attribute("data-phone", "talking", timeout=20_000)
    await page.wait_for_selector("#hang-up:visible")
    await page.keyboard.press("3")
    await expect(page.locator("#pressed")).to_have_text("3")

    async def spoken() -> bool:
        return any(file.stat().st_size > 3 * SECONDS for file in (centre.folder / "recordings").glob("message-*.wav"))

    await until("three seconds of a message", spoken, 40)
    await page.click("#hang-up")
    await expect(page.locator("#call")).to_be_enabled()
    return caller


async def heard(context: BrowserContext, centre: Centre, call: str) -> bytes:
    """Sign in as the reviewer and take the message from the call's page."""
    page = await context.new_page()
    await page.goto(f"{centre.url}/sign-in")
    await page.fill("#number", "4001")
    await page.fill("#password", centre.password("4001"))
    await page.press("#password", "Enter")
    await page.wait_for_url(re.compile("/(floor|calls)"))
    await page.goto(f"{centre.url}/calls/{call}")
    place = await page.locator("#page audio[src^='/callbacks/']").get_attribute("src", timeout=10_000)
    answer = await context.request.get(f"{centre.url}{place}")
    assert answer.status == 200
    return await answer.body()


async def test_a_message_left_from_the_newcomers_phone_is_heard_by_the_reviewer(tmp_path: Path) -> None:
    centre = Centre(tmp_path)
    centre.from_nothing = True
    try:
        await centre.start()
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
            caller = await leave_message(context, centre)

            async def kept() -> dict[str, Any] | None:
                # How long he spoke is known a moment after he hung up: Asterisk writes sound two seconds at a time.
                return next((call for call in await centre.calls() if call["exit"] == "voicemail"), None)

            call = await until("the message in the record", kept)
            assert call["hotline"] == "8000000001"
            assert caller == f"{call['customer']['name']} · {shown(call['from'], CHINA)}"
            assert len(await heard(context, centre, call["call"])) > 3 * SECONDS
            await browser.close()
    finally:
        await centre.stop()
