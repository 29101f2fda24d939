"""Makes the README's screenshots anew: a demo centre, some calls, a look at each page. `make shots`."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import Browser, ViewportSize, expect

from tests.live.browser import Screen, chromium
from tests.live.centre import Centre
from tests.live.person import signed_in
from tests.live.sipp import Key, caller, desk_phone, tone

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
SIZE = ViewportSize(width=1280, height=800)
TALK_MS = 6000
"""The first talk is long enough to be seen on a time line."""


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
        known = [one["number"] for one in centre.about["callers"]]
        sound = tone(folder / "caller.al", 400)
        await earlier_call(centre, folder, stack, agent, known[1])
        await ring(centre, folder, stack, known[1], sound)
        await agent.phone("ringing", 20)
        await take(agent, "desk-ringing")
        await agent.page.keyboard.press("F8")
        await agent.phone("talking")
        await colleagues(centre, folder, stack)
        supervisor = await screen(centre, browser)
        await supervisor.sign_in("3001")
        await busy(centre, folder, stack, known[2:], sound)
        await expect(supervisor.page.locator("#floor-agents .status-blue")).to_have_count(4, timeout=20_000)
        await expect(supervisor.page.locator("#floor-queues li")).to_have_count(3, timeout=20_000)
        await take(supervisor, "floor")
        await take_english(centre, browser)
        await agent.page.keyboard.press("F9")
        await agent.phone("ready")
        await write(agent, "送货少两条，已与配送核对，约定明日补送。", "Alt+1")
        await take(agent, "desk-wrapup")
        await supervisor.page.goto(f"{centre.url}/calls")
        await take(supervisor, "calls")
        await supervisor.page.locator("table tbody tr", has_text="2001").last.locator("a").first.click()
        await expect(supervisor.page.locator("audio").first).to_be_visible()
        await supervisor.page.wait_for_load_state("networkidle")
        await supervisor.page.screenshot(path=IMAGES / "call.png", full_page=True)


async def screen(centre: Centre, browser: Browser) -> Screen:
    context = await browser.new_context(viewport=SIZE, permissions=["microphone"], locale="zh-CN")
    return Screen(centre, await context.new_page())


async def earlier_call(centre: Centre, folder: Path, stack: AsyncExitStack, agent: Screen, number: str) -> None:
    """A talk with a note and a case, so that the customer has a history."""
    await ring(centre, folder, stack, number, tone(folder / "caller.al", 400))
    await agent.phone("ringing", 20)
    await agent.page.keyboard.press("F8")
    await agent.phone("talking")
    await write(agent, "咨询本周到货品种，已告知。", "Alt+2")
    await agent.page.wait_for_timeout(TALK_MS)
    await agent.page.keyboard.press("F9")
    await agent.phone("ready")
    await expect(agent.page.locator("form.desk-wrapup .status-purple")).to_be_visible()
    await agent.page.keyboard.press("Control+Enter")
    await expect(agent.page.locator("#desk-head .text-green")).to_be_visible()


async def write(agent: Screen, note: str, case: str) -> None:
    """Fill the wrap-up: the note, the first result of the list, a case by its key."""
    await agent.page.locator("form.desk-wrapup textarea[name=note]").fill(note)
    await agent.page.locator("form.desk-wrapup select[name=disposition]").select_option(index=1)
    await agent.page.keyboard.press(case)


async def colleagues(centre: Centre, folder: Path, stack: AsyncExitStack) -> None:
    """Three who answer, one who lets it ring, two on a break."""
    for number, answers in (("2002", 1.0), ("2003", 1.0), ("2004", 1.0), ("2005", None), ("2006", None), ("2007", None)):
        seat = f"1{number[1:]}"
        person = await stack.enter_async_context(signed_in(centre, number, seat))
        await stack.enter_async_context(desk_phone(centre.sip_port, seat, centre.seat_secret(seat), folder, answer_after_s=answers))
        reason = {"2006": "break", "2007": "meal"}.get(number)
        if reason is None:
            await person.ready()
        else:
            assert await person.post("/agent/state", state="paused", reason=reason) == 204


async def busy(centre: Centre, folder: Path, stack: AsyncExitStack, known: list[str], sound: Path) -> None:
    """Callers whom colleagues answer, callers who wait, and some who listen to the menu."""
    for number in (*known[:4], "02155550000", "13912345678"):
        await ring(centre, folder, stack, number, sound)
    for number in ("13700001234", "18600004321"):
        await ring(centre, folder, stack, number, None)


async def ring(centre: Centre, folder: Path, stack: AsyncExitStack, number: str, sound: Path | None) -> None:
    keys = [Key(2, "1")] if sound else []
    await stack.enter_async_context(caller(centre.sip_port, "8000000001", folder, calling_from=number, keys=keys, sound=sound, talk_s=80))


async def take_english(centre: Centre, browser: Browser) -> None:
    """The newcomer's phone in English."""
    english = await screen(centre, browser)
    await english.page.context.add_cookies([{"name": "cc_language", "value": "en", "url": centre.url}])
    await english.page.goto(f"{centre.url}/phone")
    await take(english, "phone-en")


async def take(one: Screen, name: str) -> None:
    await one.page.wait_for_load_state("networkidle")
    await one.page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    asyncio.run(main())
