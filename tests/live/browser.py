"""A browser for tests: one headless Chromium whose microphone is a tone, and people who sign in with it."""

from __future__ import annotations

import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.live.centre import Centre

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), "/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
RATE = 48_000


@asynccontextmanager
async def chromium(folder: Path, hertz: float) -> AsyncIterator[Browser]:
    """A Chromium that hears this tone in its microphone, for ever."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*FLAGS, f"--use-file-for-fake-audio-capture={microphone(folder / 'microphone.wav', hertz)}"]
        )
        try:
            yield browser
        finally:
            await browser.close()


def microphone(path: Path, hertz: float, seconds: float = 2.0) -> Path:
    """A tone as a WAV file; Chromium plays it over and over."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE) * 8000
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.astype("<i2").tobytes())
    return path


class Screen:
    """Somebody's page, 1280 by 800. `errors` are exceptions that nothing in the page caught."""

    def __init__(self, centre: Centre, page: Page) -> None:
        self.centre = centre
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda wrong: self.errors.append(str(wrong)))

    async def sign_in(self, number: str, seat: str = "", phone: str = "") -> None:
        """Type number, password and seat, choose the phone (browser, desk or '' for what fits), and press Enter.

        Where that leads is for the test to say.
        """
        await self.page.goto(f"{self.centre.url}/sign-in")
        await self.page.fill("input[name=number]", number)
        await self.page.fill("input[name=password]", self.centre.password(number))
        choice = self.page.locator(f"label[for=phone-{phone or 'fits'}]")
        if phone or await choice.is_visible():  # not where the seat's kind decides
            await choice.click()
        await self.page.fill("input[name=seat]", seat)
        await self.page.keyboard.press("Enter")

    async def phone(self, state: str, limit_s: float = 15) -> None:
        """Wait until the phone in the bar says so: ready, ringing, talking, held …"""
        await expect(self.page.locator("#phone-bar")).to_have_attribute("data-phone", state, timeout=limit_s * 1000)

    async def ready(self, phone: str = "ready") -> None:
        """With the phone registered, or the desk phone, press Ready, and wait until the desk says that the next call is ours."""
        await self.phone(phone)
        await expect(self.page.locator("#agent-bar button[data-key='alt+r']")).to_be_visible()
        await self.page.keyboard.press("Alt+r")
        await expect(self.page.locator("#agent-bar button[aria-pressed=true]")).to_be_visible()
        await expect(self.page.locator("#desk-head .text-green")).to_be_visible()


@asynccontextmanager
async def screen(browser: Browser, centre: Centre) -> AsyncIterator[Screen]:
    """A page in a browser profile of its own; an exception in the page fails the test."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, permissions=["microphone"])
    try:
        one = Screen(centre, await context.new_page())
        yield one
        assert one.errors == []
    finally:
        await context.close()


@asynccontextmanager
async def at_desk(browser: Browser, centre: Centre, number: str, seat: str) -> AsyncIterator[Screen]:
    """An agent who has signed in at a browser seat, is ready, and whose phone can be rung."""
    async with screen(browser, centre) as one:
        await one.sign_in(number, seat)
        await one.page.wait_for_url("**/desk")
        await one.ready()
        yield one
