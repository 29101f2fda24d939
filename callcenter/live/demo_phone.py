"""The newcomer's phone: a page that rings the centre's hotlines from the browser. In demo mode only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from callcenter.floor.floor import Floor
from callcenter.live.keys import WORDS
from callcenter.web.app_keys import SETTINGS
from callcenter.web.rendering import fragment
from callcenter.web.user import User

ENDPOINT = "demo"
"""The SIP endpoint that may dial the hotlines and nothing else."""


@dataclass(frozen=True)
class DemoPhone:
    """`secret` of the endpoint; `callers` gives the invented customers to call as: number and name."""

    secret: str
    callers: Callable[[], Awaitable[Sequence[tuple[str, str]]]]


DEMO_PHONE = web.AppKey("DEMO_PHONE", DemoPhone)


def phone_of(floor: Callable[[], Floor], *, demo: bool) -> Callable[[web.Request], str | None]:
    """Whose phone a socket of the page's may be: the seat where its user sits, or, for anybody in demo mode, the newcomer's."""

    def allowed(request: web.Request) -> str | None:
        if demo and request.query.get("phone") == "newcomer":
            return ENDPOINT
        user = request["user"]
        agent = floor().agents.get(user.number) if isinstance(user, User) else None
        return agent.seat if agent else None

    return allowed


async def show(request: web.Request) -> web.StreamResponse:
    """GET /phone: a page of its own, outside the shell, for anybody."""
    demo = _demo(request)
    hotlines = {number: request.app[WORDS].hotline(number, request["locale"]) for number in request.app[WORDS].hotlines}
    text = fragment(request.app[SETTINGS], request["locale"], "live/phone.html", hotlines=hotlines, callers=await demo.callers())
    return web.Response(text=text, content_type="text/html")


async def config(request: web.Request) -> web.StreamResponse:
    """GET /phone/config: what the page's phone signs in with, {"uri", "secret"}."""
    demo = _demo(request)
    host = request.url.host or "localhost"
    return web.json_response({"uri": f"sip:{ENDPOINT}@{host}", "secret": demo.secret}, headers={"Cache-Control": "no-store"})


def _demo(request: web.Request) -> DemoPhone:
    if not request.app[SETTINGS].demo:
        raise web.HTTPNotFound
    return request.app[DEMO_PHONE]
