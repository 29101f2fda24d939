"""The floor for supervisors, the agent's own state, and whether the centre works."""

from __future__ import annotations

from aiohttp import web

from callcenter.live.agents import Busy, NotSeated
from callcenter.live.keys import AGENTS, FLOOR, HEALTH, PHONE_SECRET, SCREENS, WORDS
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
    """GET /agent/phone: what the browser phone signs in with, {"seat", "uri", "secret"}; 204 for who sits nowhere or has a desk phone."""
    number = signed_in(request).number
    agent = request.app[FLOOR]().agents.get(number)
    secret = await request.app[PHONE_SECRET](agent.seat, number) if agent else None
    still = request.app[FLOOR]().agents.get(number)
    if agent is None or secret is None or still is None or still.seat != agent.seat:
        return web.Response(status=204)
    host = request.url.host or "localhost"
    return web.json_response(
        {"seat": agent.seat, "uri": f"sip:{agent.seat}@{host}", "secret": secret}, headers={"Cache-Control": "no-store"}
    )


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
