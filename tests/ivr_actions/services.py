"""A service that answers as real ones do when they are well, and when they are not."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

CHUNK = b'{"state": "ok", "more": "' + b"x" * 65_000
HUNDRED_MB = 100 * 1024 * 1024


@dataclass
class Far:
    """`asked` are the requests that came, `sent` the bytes that were written of the long answer; `release` lets hanging answers end."""

    url: str = ""
    asked: list[tuple[str, str, dict[str, str], str]] = field(default_factory=list)
    sent: int = 0
    release: asyncio.Event = field(default_factory=asyncio.Event)


def application(far: Far) -> web.Application:
    async def good(request: web.Request) -> web.StreamResponse:
        return web.json_response({"state": "ok", "balance": {"amount": 1234.5}, "on": True, "note": " one\n line "})

    async def unknown(_request: web.Request) -> web.StreamResponse:
        return web.json_response({"error": "no such customer"}, status=404)

    async def hangs(_request: web.Request) -> web.StreamResponse:
        await far.release.wait()
        return web.Response()

    async def broken(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=500, text="Traceback …")

    async def long(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while far.sent < HUNDRED_MB:
            await response.write(CHUNK)
            far.sent += len(CHUNK)
        return response

    async def drips(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while not far.release.is_set():
            await response.write(b" ")
            await asyncio.sleep(0.02)
        return response

    async def breaks_off(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b'{"state": "ok"')
        assert request.transport is not None
        request.transport.close()
        return response

    async def elsewhere(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/good")

    async def packed(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=gzip.compress(json.dumps({"state": "ok"}).encode()), headers={"Content-Encoding": "gzip"})

    async def says(request: web.Request) -> web.StreamResponse:
        return web.Response(text=request.query["text"], content_type="application/json")

    async def chinese(_request: web.Request) -> web.StreamResponse:
        return web.Response(
            body='{"state": "ok", "note": "已到货"}'.encode("gb18030"), headers={"Content-Type": "application/json; charset=GBK"}
        )

    async def deep(_request: web.Request) -> web.StreamResponse:
        return web.Response(text="[" * 60_000)

    async def cookie(request: web.Request) -> web.StreamResponse:
        response = web.json_response({"state": "ok"})
        response.set_cookie("session", "of another caller")
        return response

    async def note(request: web.Request, handler: web.Handler) -> web.StreamResponse:  # type: ignore[name-defined]
        far.asked.append((request.method, request.raw_path, dict(request.headers), await request.text()))
        return await handler(request)  # type: ignore[no-any-return]

    app = web.Application(middlewares=[web.middleware(note)])
    app.add_routes([web.get(f"/{one.__name__}", one) for one in (hangs, broken, long, drips, breaks_off, elsewhere, packed, says)])
    app.add_routes([web.get(f"/{one.__name__}", one) for one in (chinese, deep, cookie)])
    app.add_routes([web.route("*", "/good{rest:.*}", good), web.get("/unknown", unknown)])
    return app


@asynccontextmanager
async def far_service() -> AsyncIterator[Far]:
    far = Far()
    server = TestServer(application(far))
    await server.start_server()
    far.url = str(server.make_url("")).rstrip("/")
    try:
        yield far
    finally:
        far.release.set()
        await server.close()
