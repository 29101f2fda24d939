"""The web application: middlewares, routes, static files. What the frame does not know comes in as arguments."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from aiohttp import web

from callcenter.settings import Settings
from callcenter.web import assets, errors, guards, headers, hub, sign_in, sip_proxy, sockets, texts
from callcenter.web.app_keys import (
    ACCOUNTS,
    LEFT,
    NAV,
    PHONE_URL,
    SEATED,
    SETTINGS,
    SIP_ALLOWED,
    SIP_GONE,
    Left,
    Seated,
    SipAllowed,
    SipGone,
)
from callcenter.web.routes import ANYONE, SIGNED_IN, NavItem, Route
from callcenter.web.user import Accounts, User

FRAME_ROUTES = (
    Route("GET", "/", sign_in.home, ANYONE),
    Route("GET", "/sign-in", sign_in.show, ANYONE),
    Route("POST", "/sign-in", sign_in.enter, ANYONE),
    Route("POST", "/sign-out", sign_in.leave, ANYONE),
    Route("POST", "/language", sign_in.choose_language, ANYONE),
    Route("GET", "/live", sockets.live, SIGNED_IN),
    Route("GET", "/sip", sip_proxy.sip, ANYONE),
)
"""The frame's own routes, to be spliced into the one list. Who may use /sip is decided by sip_allowed."""


async def sits_anywhere(user: User, seat: str, phone: str) -> None:
    """For a centre whose agents have no seats."""


async def leaves_freely(user: User) -> None:
    """For a centre whose agents have no seats."""


async def nobody_told(user: User | None, name: str) -> None:
    """For a centre that does not care when a phone's socket is gone."""


def own_seat(request: web.Request) -> str | None:
    """The seat of the agent who is signed in."""
    user = request["user"]
    return user.seat if isinstance(user, User) else None


def own_topic(user: User, topic: str) -> bool:
    """Every page watches ``user:<id>``: what is pushed to one user wherever he is."""
    return topic == f"user:{user.id}"


def build(
    settings: Settings,
    routes: Sequence[Route],
    accounts: Accounts,
    pages: hub.Hub,
    nav: Sequence[NavItem],
    *,
    seated: Seated = sits_anywhere,
    left: Left = leaves_freely,
    sip_allowed: SipAllowed = own_seat,
    sip_gone: SipGone = nobody_told,
    phone_url: str | None = None,
    away: tuple[type[Exception], ...] = (),
) -> web.Application:
    """The application, ready to be run. Raises FrontEndMissing and TextsDisagree before it serves anybody.

    phone_url: where an agent's browser phone asks for its seat and secret; None: no phone bar.
    away: the exceptions that mean that the database does not answer.
    """
    for locale in texts.LOCALES:
        texts.merged(locale)
    assets.static("app.js")
    # Handlers read request["user"] and request["locale"]; RequestKey, which aiohttp recommends, is newer than the oldest aiohttp allowed.
    warnings.filterwarnings("ignore", category=web.NotAppKeyWarning)
    app = web.Application(
        middlewares=[
            headers.access_log,
            guards.language,
            errors.boundary(away),
            guards.readable,
            guards.session,
            guards.same_origin,
            guards.csrf,
        ]
    )
    app[SETTINGS], app[ACCOUNTS], app[hub.HUB], app[NAV] = settings, accounts, pages, nav
    app[LEFT] = left
    app[SEATED], app[SIP_ALLOWED], app[SIP_GONE], app[PHONE_URL] = seated, sip_allowed, sip_gone, phone_url
    pages.allow("user:", own_topic)
    app.on_response_prepare.append(headers.secure)
    app.cleanup_ctx.append(sockets.beating)
    app.on_shutdown.append(sockets.close_pages)
    for route in routes:
        app.router.add_route(route.method, route.path, guards.guarded(route.handler, route.who), name=route.name)
    app.router.add_static("/static/", assets.DIST)
    return app
