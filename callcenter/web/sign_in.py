"""Signing in and out, the language, and where a user lands."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from callcenter.web import rendering
from callcenter.web.app_keys import ACCOUNTS, LEFT, NAV, SEATED, SETTINGS
from callcenter.web.forms import Form, FormError, read_form
from callcenter.web.guards import LANGUAGE_COOKIE, SESSION_COOKIE
from callcenter.web.hub import HUB
from callcenter.web.proxies import asked_from, is_secure
from callcenter.web.texts import LOCALES, gettext
from callcenter.web.user import BadPassword, TooManyTries, User

SEAT_COOKIE = "cc_seat"
PHONE_COOKIE = "cc_phone"
PHONES = ("browser", "desk")
REMEMBERED = {"seat": SEAT_COOKIE, "phone": PHONE_COOKIE}
"""Fields that are the same again when somebody signs in at this computer."""

YEAR_S = 365 * 24 * 3600


async def home(request: web.Request) -> web.StreamResponse:
    """GET /: the first page of the main menu that this user may see."""
    if request["user"] is None:
        raise web.HTTPSeeOther("/sign-in")
    for item in request.app[NAV]:
        if item.who and rendering.may_see(request["user"], item):
            raise web.HTTPSeeOther(item.path)
    raise web.HTTPForbidden


async def show(request: web.Request) -> web.StreamResponse:
    """GET /sign-in"""
    if request["user"] is not None:
        raise web.HTTPSeeOther(safe_next(request.query.get("next", "")))
    remembered = {field: request.cookies.get(cookie, "") for field, cookie in REMEMBERED.items()}
    values = {"number": "", "next": request.query.get("next", ""), **remembered}
    return await form_page(request, values, {}, 200)


async def enter(request: web.Request) -> web.StreamResponse:
    """POST /sign-in: number, password and, for agents, the seat and the phone there."""
    form = await read_form(request)
    try:
        user = await checked(request, form)
    except FormError as wrong:
        values = {name: form.raw(name) for name in ("number", "seat", "phone", "next")}
        return await form_page(request, values, wrong.errors, 422)
    response = see_other(safe_next(form.raw("next")))
    await request.app[ACCOUNTS].close(request.cookies.get(SESSION_COOKIE, ""))
    token = await request.app[ACCOUNTS].open(user, asked_from(request))
    response.set_cookie(SESSION_COOKIE, token, httponly=True, samesite="Lax", secure=is_secure(request), path="/")
    for field, cookie in REMEMBERED.items():
        if form.raw("seat"):
            response.set_cookie(cookie, form.raw(field), max_age=YEAR_S, httponly=True, samesite="Lax", path="/sign-in")
    return response


async def checked(request: web.Request, form: Form) -> User:
    """The user who may come in, seated when he is an agent; FormError with what is wrong."""
    locale = request["locale"]
    number = form.text("number", max_length=64)
    password = form.values.get("password", "")
    if not password:
        form.wrong("password", gettext(locale, "Please fill this in."))
    seat = form.text("seat", max_length=64, required=False)
    phone = form.choice("phone", PHONES, required=False)
    form.check()
    try:
        user = await request.app[ACCOUNTS].check(number, password, asked_from(request))
    except BadPassword:
        raise FormError({"password": gettext(locale, "Number and password do not belong together.")}) from None
    except TooManyTries as wait:
        text = gettext(locale, "Too many tries. Please wait %(seconds)d seconds.") % {"seconds": wait.retry_s}
        raise FormError({"password": text}) from None
    if "agent" in user.roles:
        await request.app[SEATED](user, seat, phone if may_choose_phone(request) else "")
    return user


def may_choose_phone(request: web.Request) -> bool:
    """An Asterisk that somebody else runs offers each seat what it is set up for."""
    return request.app[SETTINGS].asterisk != "external"


async def leave(request: web.Request) -> web.StreamResponse:
    """POST /sign-out; 409 for an agent who cannot leave his seat now: his page stays, and with it his call."""
    if request["user"] is not None:
        try:
            await request.app[LEFT](request["user"])
        except FormError as wrong:
            raise web.HTTPConflict(text=" ".join(wrong.errors.values())) from None
    await request.app[ACCOUNTS].close(request.cookies.get(SESSION_COOKIE, ""))
    if request["user"] is not None:
        request.app[HUB].close_user(request["user"].id)
    response = see_other("/sign-in")
    if rendering.wants_fragment(request):
        response = web.Response(status=204, headers={"HX-Redirect": "/sign-in"})
    response.del_cookie(SESSION_COOKIE, path="/")
    return response


async def choose_language(request: web.Request) -> web.StreamResponse:
    """POST /language: remembered in the browser, and for the user when one is signed in."""
    form = await read_form(request)
    chosen = form.choice("language", LOCALES)
    form.check()
    if request["user"] is not None:
        await request.app[ACCOUNTS].set_language(request["user"], chosen)
    response = see_other(safe_next(form.raw("next")))
    response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR_S, httponly=True, samesite="Lax", path="/")
    return response


async def form_page(request: web.Request, values: dict[str, str], errors: dict[str, str], status: int) -> web.Response:
    context: dict[str, Any] = {"values": values, "errors": errors, "may_choose_phone": may_choose_phone(request)}
    return await rendering.render(request, "frame/sign_in.html", status=status, **context)


def safe_next(path: str) -> str:
    """The page to go to, if it is one of ours; the home page otherwise."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"


def see_other(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})
