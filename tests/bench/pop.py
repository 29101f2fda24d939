"""How long after AgentCalled the caller's record stands in the agent's browser, while a hundred pages are open.

The time is taken on one machine's clock: before the bytes are written to the server's link, and in the page, in the first frame after the
record was put in (MutationObserver, then requestAnimationFrame). The callers are known customers who have waited for a moment.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Page

from callcenter.settings import read
from callcenter.telephony.secrets import secrets
from callcenter.telephony.wire import event_name
from tests.bench.busy import copied
from tests.bench.figures import Figure, peak_mb
from tests.fake_asterisk import FakeAsterisk, event, response
from tests.live.browser import chromium, screen
from tests.live.centre import Centre
from tests.live.person import Person, signed_in

AGENT, SEAT = "2001", "1001"
RECORDED_NUMBER = b"13900000001"

WATCH = """(name) => {
  const there = () => document.querySelector("#desk-head")?.textContent.includes(name)
    && document.querySelector("#desk-record .card:not(.placeholder-glow)");
  window.popped = new Promise((done) => {
    const observer = new MutationObserver(() => {
      if (!there()) return;
      observer.disconnect();
      requestAnimationFrame(() => done(Date.now()));
    });
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  });
}"""
GONE = '() => !document.querySelector("#desk-record .card")'


async def pops(folder: Path, *, calls: int, pages: int) -> list[Figure]:
    async with FakeAsterisk() as asterisk, fed(asterisk, folder) as centre, AsyncExitStack() as stack:
        supervisor = await stack.enter_async_context(signed_in(centre, _with_role(centre, "supervisor")))
        await _open_pages(stack, centre, supervisor, pages - 1)
        browser = await stack.enter_async_context(chromium(folder, 400))
        desk = await stack.enter_async_context(screen(browser, centre))
        await desk.sign_in(AGENT, SEAT)
        await desk.page.wait_for_url("**/desk")
        await (await stack.enter_async_context(signed_in(centre, AGENT, SEAT))).ready()
        known = [(one["number"], one["customer"]) for one in centre.about["callers"]]
        rounds = enumerate(islice(cycle(known), calls))
        took = [await _pop(asterisk, supervisor, desk.page, copy, number, name) for copy, (number, name) in rounds]
        assert centre.process is not None
        peak = peak_mb(centre.process.pid)
    return [
        Figure(f"AgentCalled to the record in Chromium, {pages} pages", took, "ms"),
        Figure("  peak memory of the server", [peak], "MiB"),
    ]


async def _pop(asterisk: FakeAsterisk, supervisor: Person, page: Page, copy: int, number: str, name: str) -> float:
    """One caller: in the queue, at the agent's phone, on his screen, gone again; how long the screen took (ms)."""
    before, ring, after = _story(copy, number)
    await asterisk.pour(before)
    await supervisor.sees("/floor", name)
    await page.evaluate(WATCH, name)
    sent = time.time()
    await asterisk.pour(ring)
    seen = await asyncio.wait_for(page.evaluate("() => window.popped"), 10)
    await asterisk.pour(after)
    await page.wait_for_function(GONE)
    return float(seen) - sent * 1000


def _story(copy: int, number: str) -> tuple[bytes, bytes, bytes]:
    """A recorded call in three parts: until he waits, AgentCalled with the leg it is about, and how he hangs up while it rings."""
    now = int(time.time())
    told = [one.replace(RECORDED_NUMBER, number.encode()) for one in copied("answered", copy, SEAT, lambda _: now)]
    names = [event_name(one.replace(b"\r\n", b"\n")) for one in told]
    called, left = names.index(b"AgentCalled"), {b"HangupRequest", b"QueueCallerLeave", b"AsyncAGIEnd", b"Hangup"}
    after = [one for one, name in zip(told[called:], names[called:], strict=True) if name in left]
    return b"".join(told[: called - 1]), b"".join(told[called - 1 : called + 1]), b"".join(after)


@asynccontextmanager
async def fed(asterisk: FakeAsterisk, folder: Path) -> AsyncIterator[Centre]:
    """A whole centre whose Asterisk is the small one: every seat is there, a member is as he was asked to be, what a flow says goes on."""
    asterisk.answers |= {"queueadd": _member("QueueMemberAdded"), "queuepause": _member("QueueMemberPause")}
    asterisk.results = {"": None}
    asterisk.lists = {"DeviceStateList": [("DeviceStateChange", {"Device": f"PJSIP/{n}", "State": "NOT_INUSE"}) for n in range(1001, 1013)]}
    centre = Centre(folder, asterisk="external", ami_port=str(asterisk.port))
    asterisk.secret = secrets(read(centre.environ)).ami
    try:
        await centre.start()
        yield centre
    finally:
        await centre.stop()


def _member(name: str) -> Callable[[FakeAsterisk, dict[str, str]], list[str]]:
    def answer(_: FakeAsterisk, asked: dict[str, str]) -> list[str]:
        told = {"Interface": asked["Interface"], "Queue": asked["Queue"], "Paused": "1" if asked.get("Paused") in ("1", "true") else "0"}
        return [response(asked), event(name, InCall="0", **told)]

    return answer


async def _open_pages(stack: AsyncExitStack, centre: Centre, supervisor: Person, count: int) -> None:
    """So many sockets without a browser: eleven agents' desks, all others supervisors' floors."""
    agents = [one["number"] for one in centre.about["sign_ins"] if "agent" in one["roles"] and one["number"] != AGENT][:count]
    for seat, number in enumerate(agents, start=int(SEAT) + 1):
        agent = await stack.enter_async_context(signed_in(centre, number, str(seat)))
        await _page(stack, agent, f"agent:{number}")
    for _ in range(count - len(agents)):
        await _page(stack, supervisor, "floor")


async def _page(stack: AsyncExitStack, person: Person, topic: str) -> None:
    socket = await stack.enter_async_context(person.watching(topic))
    task = asyncio.create_task(_read(socket))
    stack.callback(task.cancel)


async def _read(socket: aiohttp.ClientWebSocketResponse) -> None:
    async for _ in socket:
        pass


def _with_role(centre: Centre, role: str) -> str:
    people: Iterable[dict[str, Any]] = centre.about["sign_ins"]
    return str(next(one["number"] for one in people if role in one["roles"]))
