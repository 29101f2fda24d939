"""Makes the README's screenshots anew: a demo centre, some calls, a look at each page. `make shots`."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.live.browser import Screen, chromium
from tests.live.centre import Centre
from tests.live.person import signed_in
from tests.live.sipp import Key, caller, desk_phone, tone

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
SIZE = {"width": 1280, "height": 800}


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        centre = Centre(folder)
        await centre.start()
        try:
            async with chromium(folder, 440) as browser:
                await shoot(centre, browser, folder)
        finally:
            await centre.stop()


async def shoot(centre: Centre, browser: Browser, folder: Path) -> None:
    async with AsyncExitStack() as stack:
        agent = await screen(centre, browser)
        await agent.page.goto(f"{centre.url}/sign-in")
        await take(agent, "sign-in")
        await agent.sign_in("2001", "1001")
        await agent.ready()
        await colleagues(centre, folder, stack)
        known = centre.about["callers"]
        supervisor = await screen(centre, browser)
        await supervisor.sign_in("3001")
        await expect(supervisor.page.locator("#page")).to_be_visible()
        for one in known[1:]:
            await ring(centre, folder, stack, one["number"], tone(folder / "caller.al", 400))
        await expect(agent.page.locator("#phone-bar")).to_have_attribute("data-phone", "ringing", timeout=20_000)
        await take(agent, "desk-ringing")
        await agent.page.keyboard.press("F8")
        await agent.phone("talking")
        await ring(centre, folder, stack, "13912345678", None)
        await expect(supervisor.page.get_by_text("通话中").first).to_be_visible()
        await take(supervisor, "floor")
        await take_english(centre, browser)
        await agent.page.keyboard.press("F9")
        await agent.phone("ready")
        await take(agent, "desk-wrapup")
        await supervisor.page.goto(f"{centre.url}/calls")
        await take(supervisor, "calls")
        await supervisor.page.locator("table tbody tr", has_text="2001").first.locator("a").first.click()
        await expect(supervisor.page.locator("audio").first).to_be_visible()
        await supervisor.page.screenshot(path=IMAGES / "call.png", full_page=True)


async def screen(centre: Centre, browser: Browser) -> Screen:
    context = await browser.new_context(viewport=SIZE, permissions=["microphone"])
    return Screen(centre, await context.new_page())


async def colleagues(centre: Centre, folder: Path, stack: AsyncExitStack) -> None:
    for number, seat in (("2002", "1002"), ("2003", "1003"), ("2004", "1004"), ("2009", "1009")):
        person = await stack.enter_async_context(signed_in(centre, number, seat))
        if number in ("2002", "2003"):
            await stack.enter_async_context(desk_phone(centre.sip_port, seat, centre.seat_secret(seat), folder))
            await person.ready()


async def ring(centre: Centre, folder: Path, stack: AsyncExitStack, number: str, sound: Path | None) -> None:
    keys = [Key(2, "1")] if sound else []
    await stack.enter_async_context(caller(centre.sip_port, "8000000001", folder, calling_from=number, keys=keys, talk_s=60))


async def take_english(centre: Centre, browser: Browser) -> None:
    """The floor in English, and the newcomer's phone."""
    english = await screen(centre, browser)
    await english.page.context.add_cookies([{"name": "cc_language", "value": "en", "url": centre.url}])
    await english.page.goto(f"{centre.url}/phone")
    await take(english, "phone-en")


async def take(one: Screen, name: str) -> None:
    await one.page.wait_for_load_state("networkidle")
    await one.page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    asyncio.run(main())
