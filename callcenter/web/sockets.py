"""The WebSocket of each open page: what it asks to watch, and what the hub has for it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from callcenter.web.browser import Browser
from callcenter.web.hub import HUB, Hub
from callcenter.web.user import signed_in

log = logging.getLogger(__name__)

BEAT_S = 2.0
MOST_TOPICS = 100
CLOSE_LIMIT_S = 2.0


async def live(request: web.Request) -> web.WebSocketResponse:
    """GET /live: serve one page until it goes away, falls behind or is closed."""
    hub = request.app[HUB]
    ws = web.WebSocketResponse(heartbeat=15, max_msg_size=65536)
    await ws.prepare(request)
    browser = Browser(signed_in(request), request["locale"])
    hub.enter(browser)
    tasks = [asyncio.create_task(_read(hub, ws, browser)), asyncio.create_task(_write(hub, ws, browser))]
    try:
        endings: list[asyncio.Future[Any]] = [*tasks, browser.closing]
        await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.leave(browser)
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        await hang_up(request, ws, close_code(browser, outcomes))
    return ws


async def _read(hub: Hub, ws: web.WebSocketResponse, browser: Browser) -> None:
    async for message in ws:
        hub.watch(browser, wanted_topics(message))


async def _write(hub: Hub, ws: web.WebSocketResponse, browser: Browser) -> None:
    while True:
        kind, text = await browser.next()
        for message in [text] if kind == "message" else await hub.pictured(browser, text):
            await ws.send_str(message)


async def beating(app: web.Application) -> AsyncIterator[None]:
    """A cleanup context: the hub's beat while the application runs."""
    task = asyncio.create_task(_beat_for_ever(app[HUB]))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def close_pages(app: web.Application) -> None:
    """At shutdown: every page is told that the server goes away."""
    app[HUB].close()


async def _beat_for_ever(hub: Hub) -> None:
    while True:
        hub.beat()
        await asyncio.sleep(BEAT_S)


def wanted_topics(message: WSMessage) -> frozenset[str]:
    """The topics of a watch message; ValueError when it is none."""
    if message.type is not WSMsgType.TEXT:
        raise ValueError("expected text")
    try:
        asked = json.loads(message.data)
    except RecursionError:
        raise ValueError("expected no more than lists in an object") from None
    topics = asked.get("watch") if isinstance(asked, dict) else None
    if not isinstance(topics, list) or len(topics) > MOST_TOPICS or not all(isinstance(topic, str) for topic in topics):
        raise ValueError(f'expected {{"watch": [at most {MOST_TOPICS} topics]}}')
    return frozenset(topics)


def close_code(browser: Browser, outcomes: list[BaseException | None]) -> int:
    """Why a page's socket is closed: our decision, its nonsense (1007), our failure (1011), or its own end."""
    if browser.closing.done():
        return browser.closing.result()
    for outcome in outcomes:
        if isinstance(outcome, ValueError):
            return 1007
        if isinstance(outcome, Exception) and not isinstance(outcome, ConnectionError):
            log.error("a page of user %s failed", browser.user.number, exc_info=outcome)
            return 1011
    return 1000


async def hang_up(request: web.Request, ws: web.WebSocketResponse, code: int) -> None:
    """Close politely, but do not wait for somebody who does not read."""
    try:
        await asyncio.wait_for(ws.close(code=code), CLOSE_LIMIT_S)
    except (TimeoutError, ConnectionError):
        if request.transport is not None:
            request.transport.abort()
