"""A caller is seen at his step on the flow's picture while he is there, and in its figures when he has hung up."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from sqlalchemy import select

from callcenter.calls.tables import StepRow
from callcenter.store.engine import Store
from tests.live.browser import chromium, screen
from tests.live.centre import Centre, until
from tests.live.person import signed_in
from tests.live.sipp import Key, caller

pytestmark = [pytest.mark.live, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]

HOTLINE = "8000000001"
FLOW = """\
name: {name}
languages: [zh, en]
start: greeting
person: person
steps:
  greeting: {{do: say, prompt: {{zh: 您好。, en: Hello.}}, next: choice}}
  choice:
    do: menu
    title: {{zh: 主菜单, en: Main menu}}
    prompt: {{zh: 请按1。, en: Press 1.}}
    choices: {{1: later}}
    tries: 2
    timeout_s: 20
    otherwise: bye
  later: {{do: menu, prompt: {{zh: 请按2。, en: Press 2.}}, choices: {{2: bye}}, timeout_s: 20, otherwise: bye}}
  person: {{do: queue, queue: {name}, answered: bye, timeout: message, nobody: message}}
  message: {{do: message, prompt: {{zh: 请留言。, en: Please speak.}}, queue: {name}, next: bye}}
  bye: {{do: end}}
"""
WATCH = """(step) => {
  window.seenAt = null;
  new MutationObserver(() => {
    if (!window.seenAt && document.querySelector(`#now-${step} text`)) window.seenAt = Date.now();
  }).observe(document.body, { childList: true, subtree: true });
}"""
SOON_MS = 1000
PROMPTS = """\
fallback_welcome: {zh: 您好。, en: Hello.}
fallback_sorry: {zh: 再见。, en: Goodbye.}
demo_customer: {zh: 喂。, en: Yes.}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    folder = tmp_path_factory.mktemp("centre")
    flows = folder / "flows"
    flows.mkdir()
    for name in ("orders", "complaints", "english"):
        (flows / f"{name}.yaml").write_text(FLOW.format(name=name), encoding="utf-8")
    (flows / "prompts.yaml").write_text(PROMPTS, encoding="utf-8")
    one = Centre(folder, flows_dir=str(flows))
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


async def test_who_is_where_is_pushed_to_the_picture_and_then_counted_in_it(centre: Centre, tmp_path: Path) -> None:
    async with chromium(tmp_path, 440) as browser, screen(browser, centre) as supervisor:
        await supervisor.sign_in("3001")
        await supervisor.page.wait_for_url("**/floor")
        await supervisor.page.goto(f"{centre.url}/flows/orders/picture")
        now = supervisor.page.locator("#now-choice text")
        await expect(supervisor.page.locator("#flow-now")).to_contain_text("0 个来电", timeout=15_000)
        await supervisor.page.evaluate(WATCH, "later")
        async with caller(centre.sip_port, HOTLINE, tmp_path, keys=[Key(4, "9"), Key(4, "1")], talk_s=4) as telephone:
            await expect(now).to_have_text("1", timeout=15_000)
            await expect(supervisor.page.locator("#now-later text")).to_have_text("1", timeout=20_000)
            await expect(now).to_have_count(0)
            assert await telephone.done() == 0
        await expect(supervisor.page.locator("#now-later text")).to_have_count(0, timeout=15_000)
        seen_at = await supervisor.page.evaluate("window.seenAt")
        assert 0 <= seen_at - await entered(centre, "later") <= SOON_MS
        await until("the call on the picture", lambda: told(supervisor.page, "later"), 15)
        await supervisor.page.locator("#step-choice").click()
        figures = supervisor.page.locator("#step-figures")
        await expect(figures).to_contain_text("按错或未按键")
        await expect(figures.locator("table")).to_contain_text("later")
        await expect(figures.locator(".list-group a")).to_have_count(1)


async def entered(centre: Centre, step: str) -> int:
    """When the one caller came to the step, by the record (ms)."""
    store = Store(centre.settings.database_url)
    try:
        async with store.transaction() as session:
            return (await session.scalars(select(StepRow.began).where(StepRow.step == step))).one()
    finally:
        await store.close()


async def told(page: Page, step: str) -> bool:
    await page.reload()
    return "挂机 1" in (await page.locator(f"#step-{step}").text_content() or "")


async def test_a_flow_that_is_tried_out_is_heard(centre: Centre) -> None:
    async with signed_in(centre, "3001") as supervisor:
        page = unescape(await supervisor.get("/flows/orders/simulate"))
        addresses = re.findall(r'data-play="([^"]+)"', page)
        assert len(addresses) == 2
        for address in addresses:
            sound = await supervisor.bytes(address)
            assert sound[:4] == b"RIFF"
            assert len(sound) > 4000
        funnel = await supervisor.get("/flows/orders/funnel")
        assert 'data-step="choice"' in funnel
