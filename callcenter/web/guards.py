"""Who may come in: session and language of a request, where it comes from, its CSRF token, its role."""

from __future__ import annotations

import hmac
from functools import wraps
from urllib.parse import quote

from aiohttp import web

from callcenter.web.app_keys import ACCOUNTS, SETTINGS
from callcenter.web.errors import wants_json
from callcenter.web.forms import posted
from callcenter.web.proxies import is_secure
from callcenter.web.routes import Handler
from callcenter.web.texts import LOCALES

SESSION_COOKIE = "cc_session"
LANGUAGE_COOKIE = "cc_language"
SIGN_IN = "/sign-in"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@web.middleware
async def readable(request: web.Request, handler: Handler) -> web.StreamResponse:
    """An address whose path or fields hold NUL is nobody's: databases do not agree on what it means."""
    if "\0" in request.path or any("\0" in name + value for name, value in request.query.items()):
        raise web.HTTPBadRequest
    return await handler(request)


@web.middleware
async def language(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The language before anybody is known: the one chosen in this browser, else the site's."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    request["locale"] = chosen if chosen in LOCALES else request.app[SETTINGS].language
    request["user"], request["csrf"] = None, ""
    return await handler(request)


@web.middleware
async def session(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The user whose session cookie this is, and his language."""
    token = request.cookies.get(SESSION_COOKIE, "")
    if token and not request.path.startswith("/static/"):
        found = await request.app[ACCOUNTS].find(token)
        if found is not None:
            request["user"], request["csrf"] = found
            request["locale"] = found[0].language
    return await handler(request)


@web.middleware
async def same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What changes something, and every WebSocket, must come from a page of our own."""
    upgrade = request.headers.get("Upgrade", "").lower() == "websocket"
    if (request.method not in SAFE_METHODS or upgrade) and not from_own_page(request):
        raise web.HTTPForbidden
    return await handler(request)


@web.middleware
async def csrf(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What changes something inside a session must carry the session's token, in X-CSRF-Token or the field csrf.

    Not so for signing in: its page may have been opened before another one was signed in.
    """
    if request.method not in SAFE_METHODS and request["user"] is not None and request.path != SIGN_IN:
        given = request.headers.get("X-CSRF-Token") or str((await posted(request)).get("csrf", ""))
        if not hmac.compare_digest(given.encode(errors="replace"), request["csrf"].encode()):
            raise web.HTTPForbidden
    return await handler(request)


def from_own_page(request: web.Request) -> bool:
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site") == "same-origin"
    configured = request.app[SETTINGS].http_origin
    if configured:
        return origin == configured.rstrip("/")
    scheme, _, host = origin.partition("://")
    # A page that came without encryption may be anybody's who sits between.
    return host == request.host and (scheme == "https" or not is_secure(request))


def guarded(handler: Handler, who: frozenset[str]) -> Handler:
    """The handler for those who have one of the roles; the others are sent to sign in or refused."""
    if not who:
        return handler

    @wraps(handler)
    async def inner(request: web.Request) -> web.StreamResponse:
        user = request["user"]
        if user is None:
            return sign_in_first(request)
        if not user.roles & who:
            raise web.HTTPForbidden
        return await handler(request)

    return inner


def sign_in_first(request: web.Request) -> web.StreamResponse:
    if wants_json(request):
        raise web.HTTPUnauthorized
    if "HX-Request" in request.headers:
        came_from = "/" + request.headers.get("HX-Current-URL", "").partition("://")[2].partition("/")[2].partition("?")[0]
        return web.Response(status=204, headers={"HX-Redirect": sign_in_address(came_from)})
    raise web.HTTPSeeOther(sign_in_address(request.path_qs if request.method in SAFE_METHODS else "/"))


def sign_in_address(next_page: str) -> str:
    return f"{SIGN_IN}?next={quote(next_page, safe='')}"
