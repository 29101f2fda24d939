"""The floor for supervisors, the agent's own state, and whether the centre works."""

from __future__ import annotations

from aiohttp import web

from callcenter.live.agents import Busy, NotSeated
from callcenter.live.keys import AGENTS, HEALTH, PHONE_SECRET, PHONES, SCREENS, WORDS
from callcenter.live.seating import sit
from callcenter.web.forms import read_form
from callcenter.web.rendering import render
from callcenter.web.texts import gettext
from callcenter.web.user import signed_in


async def healthz(request: web.Request) -> web.Response:
    """GET /healthz: 200 when all is well, 503 with what is wrong."""
    health = await request.app[HEALTH]()
    return web.json_response(health.told(), status=200 if health.ok else 503)


async def floor(request: web.Request) -> web.Response:
    """GET /floor"""
    return await render(request, "live/floor.html", live=request.app[SCREENS].whole(request["locale"]))


async def phone(request: web.Request) -> web.Response:
    """GET /agent/phone: what the browser phone signs in with, {"seat", "uri", "secret", "desk_phone"}.

    `desk_phone`: one is registered at this seat until the page's is. 204 for who sits nowhere or has a desk phone.
    """
    user, phones = signed_in(request), request.app[PHONES]
    try:
        seat = request.app[AGENTS].of(user).seat
        if await phones.of(user) == "desk":
            return web.Response(status=204)
        desk_phone = await phones.desk_phone_at(seat)
        secret = await request.app[PHONE_SECRET](seat, user.number)
        if request.app[AGENTS].of(user).seat != seat:
            return web.Response(status=204)
    except NotSeated:
        return web.Response(status=204)
    told = {"seat": seat, "uri": f"sip:{seat}@{request.url.host or 'localhost'}", "secret": secret, "desk_phone": bool(desk_phone)}
    return web.json_response(told, headers={"Cache-Control": "no-store"})


async def choose_phone(request: web.Request) -> web.Response:
    """POST /agent/phone: phone=browser or phone=desk, from now on at this seat."""
    form = await read_form(request)
    chosen = form.choice("phone", ("browser", "desk"))
    form.check()
    if request.app[PHONES].fixed:
        raise web.HTTPConflict(text=gettext(request["locale"], "This seat's phone is set up in Asterisk."))
    try:
        await request.app[AGENTS].use_phone(signed_in(request), chosen)
    except NotSeated:
        raise web.HTTPConflict(text=gettext(request["locale"], "Please take a seat first.")) from None
    except Busy:
        raise web.HTTPConflict(text=gettext(request["locale"], "You cannot change phones during a call.")) from None
    return web.Response(status=204, headers={"HX-Refresh": "true"})


async def take_seat(request: web.Request) -> web.Response:
    """POST /agent/seat"""
    form = await read_form(request)
    seat = form.text("seat", max_length=20)
    form.check()
    await sit(request.app[AGENTS], signed_in(request), seat)
    # The phone in the shell asks for its seat when the shell is loaded.
    return web.Response(status=204, headers={"HX-Refresh": "true"})


async def leave_seat(request: web.Request) -> web.Response:
    """POST /agent/leave"""
    try:
        await request.app[AGENTS].stand(signed_in(request))
    except Busy:
        raise web.HTTPConflict(text=gettext(request["locale"], "You cannot leave your seat during a call.")) from None
    return web.Response(status=204, headers={"HX-Refresh": "true"})


async def change_state(request: web.Request) -> web.Response:
    """POST /agent/state: state=ready, or state=paused and the reason's code."""
    form = await read_form(request)
    ready = form.choice("state", ("ready", "paused")) == "ready"
    reason = "" if ready else form.choice("reason", tuple(request.app[WORDS].reasons))
    form.check()
    try:
        await request.app[AGENTS].want(signed_in(request), ready=ready, reason=reason)
    except NotSeated:
        raise web.HTTPConflict(text=gettext(request["locale"], "Please take a seat first.")) from None
    return web.Response(status=204)
