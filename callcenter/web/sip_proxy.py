"""The browser phone's WebSocket on our own origin, passed on to Asterisk's, so that one port and one certificate serve all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp import WSMsgType, web

from callcenter.web.app_keys import SETTINGS, SIP_ALLOWED, SIP_GONE
from callcenter.web.hub import HUB
from callcenter.web.sip_gate import may_pass

log = logging.getLogger(__name__)

MOST_BYTES = 65536
CONNECT_LIMIT_S = 5
TRY_AGAIN_LATER = 1013
POLICY = 1008


async def sip(request: web.Request) -> web.WebSocketResponse:
    """GET /sip: pass SIP messages on, both ways, until one side closes. 1013 when Asterisk is away, 1008 for who sits there no longer."""
    name = request.app[SIP_ALLOWED](request)
    if name is None:
        raise web.HTTPForbidden
    browser = web.WebSocketResponse(protocols=("sip",), max_msg_size=MOST_BYTES, heartbeat=20)
    await browser.prepare(request)
    if browser.ws_protocol != "sip":
        await browser.close(code=POLICY)
        return browser
    user = request["user"]
    try:
        with request.app[HUB].beside(user.id if user else None) as ended:
            await pass_on(request, browser, name, ended)
    except (aiohttp.ClientError, TimeoutError) as wrong:
        log.warning("the phone of %s cannot reach Asterisk: %s", name, wrong)
        await browser.close(code=TRY_AGAIN_LATER)
    finally:
        await request.app[SIP_GONE](user, name)
    return browser


async def pass_on(request: web.Request, browser: web.WebSocketResponse, name: str, ended: asyncio.Future[int]) -> None:
    port = request.app[SETTINGS].asterisk_http_port
    timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT_LIMIT_S)
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.ws_connect(f"http://127.0.0.1:{port}/ws", protocols=("sip",), max_msg_size=MOST_BYTES) as asterisk,
    ):

        def may(message: str) -> bool:
            # Who has left his seat has nothing more to say there, though his page is still open.
            return request.app[SIP_ALLOWED](request) == name and may_pass(message, name)

        inward = asyncio.create_task(copy(browser, asterisk, may))
        outward = asyncio.create_task(copy(asterisk, browser))
        endings: tuple[asyncio.Future[Any], ...] = (inward, outward, ended)
        done, _ = await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
        tasks = [task for task in (inward, outward) if task not in done]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asterisk.close()
        await browser.close(code=ended.result() if ended in done else TRY_AGAIN_LATER if outward in done else POLICY)
        for one in done:
            one.result()


async def copy(
    source: web.WebSocketResponse | aiohttp.ClientWebSocketResponse,
    target: web.WebSocketResponse | aiohttp.ClientWebSocketResponse,
    may: Callable[[str], bool] = lambda _message: True,
) -> None:
    """Pass on text until the source closes, the target is gone or the source says what it may not."""
    async for message in source:
        if message.type is not WSMsgType.TEXT:
            continue
        if not may(message.data):
            log.warning("a phone said what only another one may say: %.60r", message.data)
            return
        try:
            await target.send_str(message.data)
        except ConnectionError:
            return
