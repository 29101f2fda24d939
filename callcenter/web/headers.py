"""What every answer carries: a number for the log, and what a browser may do with it."""

from __future__ import annotations

import logging
import re
import secrets
import time

from aiohttp import web

from callcenter.web.app_keys import SETTINGS
from callcenter.web.proxies import asked_from
from callcenter.web.routes import Handler

log = logging.getLogger("callcenter.web.access")

PLAIN_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9A-Fa-f:]+\](:\d+)?")


@web.middleware
async def access_log(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Number each request and write one line when it is done."""
    request["id"] = secrets.token_hex(6)
    begun = time.perf_counter()
    status = 500
    try:
        response = await handler(request)
        status = response.status
        return response
    except web.HTTPException as answer:
        status = answer.status
        raise
    finally:
        took = (time.perf_counter() - begun) * 1000
        log.info("%s %s %s %s %d %.0f ms", request["id"], asked_from(request), request.method, request.rel_url.raw_path, status, took)


async def secure(request: web.Request, response: web.StreamResponse) -> None:
    """Set the security headers on an answer that is about to be sent."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", policy(request))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers["X-Request-Id"] = request.get("id", "")
    if request.path.startswith("/static/"):
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        headers.setdefault("Cache-Control", "no-store")


def policy(request: web.Request) -> str:
    """No foreign and no inline script or style; WebSockets to our own host only."""
    origin = request.app[SETTINGS].http_origin
    host = origin.split("://", 1)[-1].rstrip("/") if origin else request.host
    sockets = f" ws://{host} wss://{host}" if PLAIN_HOST.fullmatch(host) else ""
    return (
        "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        f"frame-ancestors 'none'; connect-src 'self'{sockets}"
    )
