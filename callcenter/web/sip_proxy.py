"""The browser phone's WebSocket on our own origin, passed on to Asterisk's, so that one port and one certificate serve all."""

from __future__ import annotations

import asyncio
import logging

import aiohttp
from aiohttp import WSMsgType, web

from .app_keys import SETTINGS, SIP_ALLOWED, SIP_GONE

log = logging.getLogger(__name__)

MOST_BYTES = 65536
CONNECT_LIMIT_S = 5
TRY_AGAIN_LATER = 1013
POLICY = 1008


async def sip(request: web.Request) -> web.WebSocketResponse:
    """GET /sip: pass SIP messages on, both ways, until one side closes. 1013 when Asterisk is away."""
    name = request.app[SIP_ALLOWED](request)
    if name is None:
        raise web.HTTPForbidden
    browser = web.WebSocketResponse(protocols=("sip",), max_msg_size=MOST_BYTES, heartbeat=20)
    await browser.prepare(request)
    if browser.ws_protocol != "sip":
        await browser.close(code=POLICY)
        return browser
    try:
        await pass_on(request, browser)
    except (aiohttp.ClientError, TimeoutError) as wrong:
        log.warning("the phone of %s cannot reach Asterisk: %s", name, wrong)
        await browser.close(code=TRY_AGAIN_LATER)
    finally:
        await request.app[SIP_GONE](request["user"], name)
    return browser


async def pass_on(request: web.Request, browser: web.WebSocketResponse) -> None:
    port = request.app[SETTINGS].asterisk_http_port
    timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT_LIMIT_S)
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.ws_connect(f"http://127.0.0.1:{port}/ws", protocols=("sip",), max_msg_size=MOST_BYTES) as asterisk,
    ):
        inward = asyncio.create_task(copy(browser, asterisk))
        outward = asyncio.create_task(copy(asterisk, browser))
        done, open_ = await asyncio.wait((inward, outward), return_when=asyncio.FIRST_COMPLETED)
        for task in open_:
            task.cancel()
        await asyncio.gather(*open_, return_exceptions=True)
        await asterisk.close()
        await browser.close(code=TRY_AGAIN_LATER if outward in done else 1000)
        for task in done:
            task.result()


async def copy(
    source: web.WebSocketResponse | aiohttp.ClientWebSocketResponse, target: web.WebSocketResponse | aiohttp.ClientWebSocketResponse
) -> None:
    """Pass on text until the source closes or the target is gone."""
    async for message in source:
        if message.type is not WSMsgType.TEXT:
            continue
        try:
            await target.send_str(message.data)
        except ConnectionError:
            return
