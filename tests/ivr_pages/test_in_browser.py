"""The editor in a real browser: nothing that is typed is lost, and what is wrong stands beside its line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from callcenter.store.engine import Store
from callcenter.web.guards import SESSION_COOKIE
from tests.ivr_pages.centre import FlowPages, flow_pages
from tests.ivr_versions.flows import flow
from tests.live.browser import chromium

pytestmark = pytest.mark.live

SAVED, UNSAVED = "已保存", "尚未保存"
STATE = "#flow-editor [data-state]"


@pytest.fixture
async def pages(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[FlowPages]:
    file = tmp_path / "centre.sqlite"
    file.write_bytes(sqlite_template.read_bytes())
    store = Store(f"sqlite+aiosqlite:///{file}")
    async with flow_pages(store, tmp_path) as opened:
        yield opened
    await store.close()


def address(pages: FlowPages) -> str:
    return str(pages.client.make_url("/")).rstrip("/")


@asynccontextmanager
async def at_editor(browser: Browser, pages: FlowPages) -> AsyncIterator[Page]:
    """The supervisor's browser with the flow `orders`; an exception in the page fails the test."""
    await pages.sign_in("3001")
    token = next(one.value for one in pages.client.session.cookie_jar if one.key == SESSION_COOKIE)
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    await context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": address(pages)}])
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda one: wrong.append(str(one)))
    await page.goto(f"{address(pages)}/flows/orders")
    await expect(page.locator(".cm-content")).to_be_visible()
    try:
        yield page
        assert wrong == []
    finally:
        await context.close()


async def type_at(page: Page, line: int, text: str) -> None:
    await page.locator(".cm-line").nth(line - 1).click()
    await page.keyboard.press("End")
    await page.keyboard.type(text)


async def test_typed_judged_published_and_put_back(pages: FlowPages, tmp_path: Path) -> None:
    async with chromium(tmp_path, 440) as browser, at_editor(browser, pages) as page:
        await type_at(page, 8, "x")
        await expect(page.locator("[data-wrong]")).not_to_have_text("0")
        await expect(page.locator("#pane-checks")).to_contain_text("没有步骤 'personx'")
        await expect(page.locator(".cm-lint-marker-error").first).to_be_visible()
        assert "next: personx" in (await pages.draft()).text
        await page.fill("#note", "改错了")
        await page.click("[data-publish] button")
        await expect(page.locator(".alert-danger")).to_contain_text("原在用版本继续使用")
        await expect(page.locator("#note")).to_have_value("改错了")
        await type_at(page, 8, "")
        await page.keyboard.press("Backspace")
        await type_at(page, 1, " # 标注")
        # Published before the pause is over: what is published is what is on the screen.
        await page.click("[data-publish] button")
        await expect(page.locator(".alert-success")).to_contain_text("第 2 版已启用")
        assert "# 标注" in (await pages.flows.kept.version("orders", 2)).text
        await page.click("[data-bs-target='#pane-history']")
        await page.locator("#pane-history a", has_text="第 1 版").click()
        await expect(page.locator("#flow-editor")).to_have_count(0)
        await page.get_by_role("button", name="启用第 1 版").click()
        await expect(page.locator(".alert-success")).to_contain_text("第 1 版已启用")
        assert pages.flows.version() == "1"


async def test_of_two_windows_the_second_chooses_and_loses_nothing(pages: FlowPages, tmp_path: Path) -> None:
    async with chromium(tmp_path, 440) as browser, at_editor(browser, pages) as one, at_editor(browser, pages) as other:
        await type_at(one, 1, " # 甲")
        await expect(one.locator(STATE)).to_have_text(SAVED)
        await type_at(other, 1, " # 乙")
        await expect(other.locator("#overtaken")).to_contain_text("3001 赵敏")
        await expect(other.locator(".cm-line").first).to_have_text("name: orders # 乙")
        assert (await pages.draft()).text.startswith("name: orders # 甲\n")
        await other.click("[data-keep-mine]")
        await expect(other.locator(STATE)).to_have_text(SAVED)
        assert (await pages.draft()).text.startswith("name: orders # 乙\n")
        await type_at(one, 2, " # 丙")
        await one.click("[data-take-theirs]")
        await expect(one.locator(".cm-line").first).to_have_text("name: orders # 乙")
        await type_at(one, 2, " # 丁")
        await expect(one.locator(STATE)).to_have_text(SAVED)
        assert (await pages.draft()).text.startswith("name: orders # 乙\nlanguages: [zh] # 丁\n")


async def test_what_was_typed_while_the_server_was_away_is_there_again(pages: FlowPages, tmp_path: Path) -> None:
    async with chromium(tmp_path, 440) as browser, at_editor(browser, pages) as page:
        await page.route("**/draft", lambda route: route.abort())
        await type_at(page, 1, " # 断线时写的")
        await expect(page.locator(STATE)).to_contain_text("无法连接服务器")
        assert (await pages.draft()).text == flow()
        await page.reload()
        await expect(page.locator(".cm-line").first).to_have_text("name: orders # 断线时写的")
        await page.unroute("**/draft")
        await expect(page.locator(STATE)).to_have_text(SAVED)
        assert (await pages.draft()).text.startswith("name: orders # 断线时写的\n")


async def test_who_leaves_at_once_finds_what_he_typed(pages: FlowPages, tmp_path: Path) -> None:
    async with chromium(tmp_path, 440) as browser, at_editor(browser, pages) as page:
        await type_at(page, 1, " # 快走")
        await page.click("#menu a[href='/flows']")
        await expect(page.locator("table")).to_be_visible()
        await page.click("a[href='/flows/orders'] >> nth=0")
        await expect(page.locator(".cm-line").first).to_have_text("name: orders # 快走")
        await expect(page.locator(STATE)).to_have_text(SAVED)
        assert (await pages.draft()).text.startswith("name: orders # 快走\n")


async def test_what_is_too_large_is_told_and_kept_in_the_window(pages: FlowPages, tmp_path: Path) -> None:
    async with chromium(tmp_path, 440) as browser, at_editor(browser, pages) as page:
        await type_at(page, 1, "")
        await page.keyboard.insert_text(f" # {'近' * 330_000}")
        await expect(page.locator("#too-large.alert-warning")).to_contain_text("orders.yaml 已用 968 KiB")
        await expect(page.locator(STATE)).to_have_text(SAVED)
        near = await pages.draft()
        await type_at(page, 2, "")
        await page.keyboard.insert_text(f" # {'超' * 30_000}")
        await expect(page.locator("#too-large.alert-danger")).to_contain_text("orders.yaml 有 1055 KiB，超过上限")
        await page.click("[data-publish] button")
        await expect(page.locator(STATE)).to_have_text(UNSAVED)
        await page.reload()
        await expect(page.locator("#too-large.alert-danger")).to_be_visible()
        assert await pages.draft() == near
        await page.locator(".cm-content").focus()
        await page.keyboard.press("Control+a")
        await page.keyboard.insert_text(flow(says="短了"))
        await expect(page.locator("#too-large")).to_be_hidden()
        await expect(page.locator(STATE)).to_have_text(SAVED)
        assert (await pages.draft()).text == flow(says="短了")
