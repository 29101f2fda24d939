"""Who is turned away before any flow: the blacklist, the numbers that rules hold back, and the calls that were turned away."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from callcenter.crm.callers import words
from callcenter.crm.callers.keys import CALLERS
from callcenter.crm.callers.rules import DAY_MS, MINUTE_MS
from callcenter.crm.callers.service import AlreadyBarred, NotANumber, NotBarred
from callcenter.web.forms import read_form
from callcenter.web.rendering import render
from callcenter.web.texts import gettext
from callcenter.web.user import signed_in

MAY_CHANGE = frozenset({"supervisor", "admin"})
SHOWN_DAYS = 7
"""For how long calls that were turned away are listed."""
EMPTY: Mapping[str, str] = {"number": "", "reason": "", "until": ""}


async def listed(request: web.Request) -> web.StreamResponse:
    """GET /callers; `number` in the address fills that field."""
    return await _page(request, {**EMPTY, "number": request.query.get("number", "")[:40]}, {})


async def bar(request: web.Request) -> web.StreamResponse:
    """POST /callers: number, reason, and until, a time; empty for good."""
    callers, form, locale = request.app[CALLERS], await read_form(request), request["locale"]
    number, reason = form.text("number", max_length=40), form.text("reason", max_length=400)
    until = form.moment("until", required=False)
    if until is not None and until <= callers.clock():
        form.wrong("until", gettext(locale, "This time is over already."))
    if not form.errors:
        try:
            await callers.bar(number, reason, until, by=signed_in(request).number)
        except NotANumber:
            form.wrong("number", gettext(locale, "This is no telephone number. Withheld numbers cannot be barred."))
        except AlreadyBarred:
            form.wrong("number", gettext(locale, "This number is on the blacklist already."))
    if form.errors:
        return await _page(request, {name: form.raw(name) for name in EMPTY}, form.errors)
    raise web.HTTPSeeOther("/callers")


async def lift(request: web.Request) -> web.StreamResponse:
    """POST /callers/{id}/lift"""
    entry = request.match_info["id"]
    try:
        await request.app[CALLERS].lift(int(entry) if entry.isdecimal() and len(entry) < 10 else 0, by=signed_in(request).number)
    except NotBarred:
        raise web.HTTPConflict(text=gettext(request["locale"], "This number has been taken off the blacklist already.")) from None
    raise web.HTTPSeeOther("/callers")


async def pardon(request: web.Request) -> web.StreamResponse:
    """POST /callers/pardon: number; what was counted against it is forgotten."""
    form = await read_form(request)
    number = form.text("number", max_length=40)
    form.check()
    try:
        await request.app[CALLERS].pardon(number, by=signed_in(request).number)
    except NotANumber:
        raise web.HTTPUnprocessableEntity(text=gettext(request["locale"], "This is no telephone number.")) from None
    raise web.HTTPSeeOther("/callers")


async def _page(request: web.Request, values: Mapping[str, str], errors: Mapping[str, str]) -> web.Response:
    callers = request.app[CALLERS]
    limits = callers.limits
    return await render(
        request,
        "crm/callers.html",
        status=422 if errors else 200,
        barred=await callers.barred(),
        held=await callers.held(),
        turned_away=await callers.turned_away(callers.clock() - SHOWN_DAYS * DAY_MS),
        limits=limits,
        minutes=limits.calls_ms // MINUTE_MS,
        days=limits.marks_ms // DAY_MS,
        may_change=bool(signed_in(request).roles & MAY_CHANGE),
        values=values,
        errors=errors,
        words=words,
    )
