"""Whether the floor and the record agree with Asterisk, and every figure for whoever watches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from callcenter.comparison.keys import FIGURES, NIGHTLY, WATCH
from callcenter.comparison.nightly import Nightly
from callcenter.comparison.token import let_in
from callcenter.comparison.told import floor_told
from callcenter.comparison.watch import Look, Watch
from callcenter.comparison.words import WHATS, moment, said, trouble
from callcenter.settings import Settings
from callcenter.store.clock import now_ms
from callcenter.web.hub import Hub
from callcenter.web.rendering import fragment, render
from callcenter.web.user import User

TOPIC = "comparison"
VIEWERS = frozenset({"supervisor", "qa", "admin"})


async def page(request: web.Request) -> web.Response:
    """GET /comparison"""
    return await render(request, "comparison/page.html", **_context(request.app[WATCH], request.app[NIGHTLY]))


async def look(request: web.Request) -> web.Response:
    """POST /comparison: look at Asterisk's picture now, and at its record of the last day."""
    await request.app[WATCH].look()
    await request.app[NIGHTLY].compare(now_ms())
    return await page(request)


async def told(request: web.Request) -> web.Response:
    """GET /comparison/floor: a look now, as the contract's part `floor`; for administrators and whoever shows the token."""
    let_in(request)
    watch = request.app[WATCH]
    return web.json_response(floor_told(await watch.look(), watch.counts))


async def metrics(request: web.Request) -> web.Response:
    """GET /metrics: for administrators and whoever shows the token."""
    let_in(request)
    return web.Response(body=request.app[FIGURES](), headers={"Content-Type": CONTENT_TYPE_LATEST})


def push(hub: Hub, settings: Settings, watch: Watch, nightly: Nightly) -> Callable[[Look], None]:
    """What shows a look on the pages that are open; the same piece is the picture of a page that opens."""

    def piece(locale: str) -> str:
        return fragment(settings, locale, "comparison/live.html", **_context(watch, nightly))

    async def picture(_user: User, _topic: str, locale: str) -> list[str]:
        return [piece(locale)]

    hub.allow(TOPIC, lambda user, topic: topic == TOPIC and bool(user.roles & VIEWERS))
    hub.picture(TOPIC, picture)
    return lambda _look: hub.publish(TOPIC, piece)


def _context(watch: Watch, nightly: Nightly) -> dict[str, Any]:
    words = {"whats": WHATS, "said": said, "moment": moment, "trouble": trouble}
    return {"look": watch.last, "counts": watch.counts, "nightly": nightly.last, **words}
