"""Every failure becomes a page, a toast or a line of JSON in the user's language; what is not foreseen is logged."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import MappingProxyType

from aiohttp import web
from aiohttp.typedefs import Middleware

from callcenter.web import rendering
from callcenter.web.forms import FormError
from callcenter.web.routes import Handler
from callcenter.web.texts import N_, gettext

log = logging.getLogger(__name__)

TITLES: Mapping[int, str] = MappingProxyType(
    {
        400: N_("The server could not read this request"),
        401: N_("Please sign in"),
        403: N_("You may not do this"),
        404: N_("There is no such page"),
        405: N_("This cannot be done here"),
        409: N_("This cannot be done now"),
        410: N_("This is no longer there"),
        413: N_("This is too large"),
        422: N_("Something is not filled in right"),
        500: N_("Something went wrong on the server"),
        503: N_("The records cannot be reached"),
    }
)
ADVICE: Mapping[int, str] = MappingProxyType(
    {
        403: N_("Your account does not have the role for it. Ask an administrator if it should."),
        404: N_("The address may be mistyped, or the record has been removed."),
        500: N_("It has been written to the log. Please try again; if it stays, tell whoever looks after the server this number:"),
        503: N_("The database does not answer. Calls go on. Please try again in a moment."),
    }
)


class Unavailable(Exception):
    """Something that a page needs is away, such as the database: answered with 503."""


def boundary(away: tuple[type[Exception], ...]) -> Middleware:
    """The middleware that turns exceptions into answers. away: what is raised when the database does not answer."""

    unavailable: tuple[type[Exception], ...] = (Unavailable, *away)

    @web.middleware
    async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as wrong:
            if wrong.status < 400:
                raise
            own_words = wrong.text if wrong.text != f"{wrong.status}: {wrong.reason}" else None
            return await answer(request, wrong.status, own_words or "")
        except FormError as wrong:
            return await answer(request, 422, " ".join(wrong.errors.values()))
        except unavailable:
            log.exception("request %s: the store is away", request["id"])
            return await answer(request, 503)
        except Exception:  # the outermost boundary: whoever waits must get an answer, and the failure is logged whole
            log.exception("request %s failed: %s %s", request["id"], request.method, request.path)
            return await answer(request, 500)

    return errors


async def answer(request: web.Request, status: int, message: str = "") -> web.StreamResponse:
    """The failure as its reader can take it: JSON, a toast, or a page. message: already in the user's language."""
    locale = request["locale"]
    title = gettext(locale, TITLES.get(status, TITLES[500 if status >= 500 else 400]))
    text = message or (gettext(locale, ADVICE[status]) if status in ADVICE else "")
    if wants_json(request):
        return web.json_response({"error": title, "message": text}, status=status)
    context = {"code": status, "title": title, "text": text, "request_id": request["id"]}
    if rendering.wants_fragment(request) and "HX-Boosted" not in request.headers:
        response = await rendering.render(request, "frame/toast.html", status=status, **context)
        response.headers.update({"HX-Retarget": "#toasts", "HX-Reswap": "beforeend"})
        return response
    return await rendering.render(request, "frame/error.html", status=status, **context)


def wants_json(request: web.Request) -> bool:
    """Whether a program asks, or a WebSocket, to whom a page is of no use."""
    accept = request.headers.get("Accept", "")
    return "application/json" in accept or request.headers.get("Upgrade", "").lower() == "websocket"
