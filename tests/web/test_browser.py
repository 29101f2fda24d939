"""The shell in a real Chromium: one page load, everything else swapped or pushed into it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from playwright.async_api import ConsoleMessage, Page, async_playwright, expect

from callcenter.web.hub import Hub
from tests.web.frame_app import PASSWORD, BookOfAccounts, build_app

pytestmark = pytest.mark.live

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


@dataclass
class Centre:
    """A server that can be stopped and started again on the same port, with the same sessions."""

    hub: Hub
    accounts: BookOfAccounts = field(default_factory=BookOfAccounts)
    port: int = 0
    _runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._runner = web.AppRunner(build_app(self.hub, self.accounts), shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None


@asynccontextmanager
async def chromium(allow_error: Callable[[str], bool]) -> AsyncIterator[Page]:
    """A page in which an unexpected error on the console fails the test."""
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not allow_error(message.text):
            errors.append(f"{message.text} {message.location}")

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        page.on("console", note)
        page.on("pageerror", lambda wrong: errors.append(str(wrong)))
        yield page
        await browser.close()
    assert errors == []


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    hub = Hub()
    hub.link = "live"
    hub.allow("floor", lambda user, topic: True)
    centre = Centre(hub)
    await centre.start()
    yield centre
    await centre.stop()


async def enter(page: Page, centre: Centre, number: str) -> None:
    """Sign in and mark the shell, so that a reload would be noticed."""
    await page.goto(centre.url)
    await page.fill("#number", number)
    await page.fill("#password", PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("#menu a.active")).to_be_visible()
    await page.evaluate("window.shellMark = 'still the same'")


async def same_shell(page: Page) -> bool:
    return bool(await page.evaluate("window.shellMark === 'still the same'"))


def away(text: str) -> bool:
    """What Chromium and htmx write when the server cannot be reached."""
    return any(words in text for words in ("WebSocket", "ERR_CONNECTION", "htmx:afterRequest", "htmx:sendError"))


def nothing(text: str) -> bool:
    return False


async def test_links_and_the_back_button_swap_the_page_and_keep_the_shell(centre: Centre) -> None:
    async with chromium(nothing) as page:
        await enter(page, centre, "3001")
        await expect(page).to_have_url(f"{centre.url}/floor")
        await page.click("#menu a[href='/calls']")
        await expect(page.locator("#page h1")).to_have_text("Page /calls")
        await expect(page.locator("#page h1")).to_be_focused()
        await expect(page).to_have_title("Page /calls · 热线工作台")
        await expect(page).to_have_url(f"{centre.url}/calls")
        await expect(page.locator("#menu a.active")).to_have_attribute("href", "/calls")
        await page.keyboard.press("Alt+3")
        await expect(page.locator("#page h1")).to_have_text("Page /both")
        await page.go_back()
        await expect(page.locator("#page h1")).to_have_text("Page /calls")
        await expect(page.locator("#menu a.active")).to_have_attribute("href", "/calls")
        await page.go_back()
        await expect(page).to_have_title("Page /floor · 热线工作台")
        assert await page.locator("#menu").count() == 1
        assert await same_shell(page)
        await page.reload()
        await expect(page.locator("#page h1")).to_have_text("Page /floor")


async def test_what_is_pushed_comes_replaces_and_goes(centre: Centre) -> None:
    def row(number: int, order: int, text: str) -> Callable[[str], str]:
        return lambda locale: f'<li id="row-{number}" data-into="#list" data-order="{order}">{text}</li>'

    async def picture(user: object, topic: str, locale: str) -> list[str]:
        return [f'<ul id="list">{row(1, 10, "one")(locale)}</ul>']

    centre.hub.picture("floor", picture)
    async with chromium(nothing) as page:
        await enter(page, centre, "3001")
        rows = page.locator("#list li")
        await expect(rows).to_have_text(["one"])
        centre.hub.publish("floor", row(3, 30, "three"))
        centre.hub.publish("floor", row(2, 20, "two"))
        await expect(rows).to_have_text(["one", "two", "three"])
        centre.hub.publish("floor", row(2, 20, "TWO"))
        centre.hub.publish("floor", row(1, 40, "one, last"))
        centre.hub.publish("floor", lambda locale: '<li id="row-3" data-gone></li>')
        await expect(rows).to_have_text(["TWO", "one, last"])
        first = await page.locator("#ticking").text_content()
        await expect(page.locator("#ticking")).not_to_have_text(first or "")


async def test_the_picture_is_marked_stale_when_the_server_or_the_link_goes_and_comes_back(centre: Centre) -> None:
    async with chromium(away) as page:
        await enter(page, centre, "3001")
        bar = page.locator("#stale-bar")
        await expect(bar).to_be_hidden()
        centre.hub.link = "lost"
        await expect(bar).to_contain_text("与电话系统的连接已断开")
        centre.hub.link = "live"
        await expect(bar).to_be_hidden()
        await centre.stop()
        await expect(bar).to_contain_text("连接不上服务器", timeout=8000)
        frozen = await page.locator("#ticking").text_content()
        await page.click("#menu a[href='/calls']")
        await expect(page.locator("#toasts .toast")).to_contain_text("连接不上服务器")
        await expect(page.locator("#ticking")).to_have_text(frozen or "")
        await centre.start()
        await expect(bar).to_be_hidden(timeout=15000)
        assert await same_shell(page)


async def test_what_was_typed_survives_a_reload_and_goes_when_it_is_saved(centre: Centre) -> None:
    async with chromium(nothing) as page:
        await enter(page, centre, "3001")
        await page.keyboard.press("Alt+n")
        await expect(page.locator("#note")).to_be_focused()
        await page.keyboard.type("half a note")
        await page.click("#menu a[href='/calls']")
        await expect(page.locator("#page h1")).to_have_text("Page /calls")
        await expect(page.locator("#note")).to_have_value("half a note")
        await page.reload()
        await expect(page.locator("#note")).to_have_value("half a note")
        async with page.expect_response("**/change") as answer:
            await page.click("#save")
        assert (await answer.value).status == 204
        await page.reload()
        await expect(page.locator("#note")).to_have_value("")


async def test_a_failure_becomes_a_toast_and_the_page_stays(centre: Centre) -> None:
    async with chromium(lambda text: "500" in text) as page:
        await enter(page, centre, "3001")
        await page.click("#break")
        toast = page.locator("#toasts .toast")
        await expect(toast).to_contain_text("服务器出错了")
        await expect(page.locator("#page h1")).to_have_text("Page /floor")
        await toast.locator("[data-dismiss-toast]").click()
        await expect(toast).to_have_count(0)


async def test_the_language_is_switched_in_the_users_menu(centre: Centre) -> None:
    async with chromium(nothing) as page:
        await enter(page, centre, "3001")
        await page.click(".cc-user")
        await page.click("button[name='language'][value='en']")
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await page.click(".cc-user")
        await page.click("text=Sign out")
        await expect(page).to_have_url(f"{centre.url}/sign-in")


async def test_who_is_signed_out_elsewhere_is_sent_to_sign_in(centre: Centre) -> None:
    async with chromium(nothing) as page:
        await enter(page, centre, "3001")
        await expect(page.locator("body")).to_have_attribute("data-link", "live")
        centre.accounts.sessions.clear()
        centre.hub.close_user(2)
        await expect(page).to_have_url(f"{centre.url}/sign-in")
