"""Moving a call from the desk: whom one can ask or send to, the click that does it, and the customers who are parked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from babel import Locale

from callcenter.desk.desk import DESK
from callcenter.desk.words import NOT_POSSIBLE, REFUSED
from callcenter.floor.agent import Agent
from callcenter.hotlines.numbers import normalise, to_dial
from callcenter.live.agents import NotSeated
from callcenter.live.control import NotPossible
from callcenter.live.moves import Target
from callcenter.routing.outbound import refusal
from callcenter.settings import Settings
from callcenter.web.forms import read_form
from callcenter.web.texts import gettext
from callcenter.web.user import signed_in

KINDS = ("agent", "queue", "outside", "flow")
MOVED = {"HX-Trigger": "moved"}
"""Tells the browser that the dialog can close."""
BESIDE_THE_FIELD = {"HX-Retarget": "#desk-move-error", "HX-Reswap": "textContent"}


async def targets(request: web.Request) -> web.Response:
    """GET /desk/targets?act=ask|send: what the dialog shows: colleagues as they are now, queues, hotlines."""
    desk, user = request.app[DESK], signed_in(request)
    act = "send" if request.query.get("act") == "send" else "ask"
    return web.Response(text=desk.targets.dialog(user.number, act, request["locale"]), content_type="text/html")


async def move(request: web.Request) -> web.Response:
    """POST /desk/move: act=ask or send, target=agent:2002, queue:orders, outside:13800138000 or flow:8000000001."""
    desk = request.app[DESK]
    form = await read_form(request)
    act = form.choice("act", ("ask", "send"))
    kind, _, to = form.text("target", max_length=60).partition(":")
    form.check()
    if kind not in KINDS or not _is_there(request, kind, to) or (kind == "flow" and act == "ask"):
        raise web.HTTPNotFound
    agent = _agent(request)
    if kind == "outside":
        to, wrong = dialled(to, request.app[DESK].settings, request["locale"])
        if wrong:
            return web.Response(text=wrong, status=422, headers=BESIDE_THE_FIELD)
    target = Target(kind, to)
    return await _done(request, desk.moves.ask(agent, target) if act == "ask" else desk.moves.send(agent, target))


async def consult(request: web.Request) -> web.Response:
    """POST /desk/consult: do=hand_over, take_back, together, toggle or let_go with whom the agent asks."""
    moves = request.app[DESK].moves
    acts: Mapping[str, Callable[[Agent], Awaitable[None]]] = {
        "hand_over": moves.hand_over,
        "take_back": moves.take_back,
        "together": moves.bring_together,
        "toggle": moves.toggle,
        "let_go": moves.let_go,
    }
    form = await read_form(request)
    do = form.choice("do", tuple(acts))
    form.check()
    return await _done(request, acts[do](_agent(request)))


async def drop(request: web.Request) -> web.Response:
    """POST /desk/drop: who is let go out of the conference."""
    form = await read_form(request)
    who = form.text("who", max_length=40)
    form.check()
    return await _done(request, request.app[DESK].moves.drop(_agent(request), who))


async def hold(request: web.Request) -> web.Response:
    """POST /desk/hold: until /desk/consult takes the customer back."""
    return await _done(request, request.app[DESK].moves.hold(_agent(request)))


async def park(request: web.Request) -> web.Response:
    """POST /desk/park"""
    return await _done(request, request.app[DESK].moves.park(_agent(request)))


async def pick_up(request: web.Request) -> web.Response:
    """POST /desk/pick-up: the parked call."""
    form = await read_form(request)
    call = form.text("call", max_length=100)
    form.check()
    return await _done(request, request.app[DESK].moves.pick_up(_agent(request), call))


async def _done(request: web.Request, act: Awaitable[None]) -> web.Response:
    try:
        await act
    except NotPossible as wrong:
        raise web.HTTPConflict(text=gettext(request["locale"], NOT_POSSIBLE[wrong.why])) from None
    return web.Response(status=204, headers=MOVED)


def _agent(request: web.Request) -> Agent:
    try:
        return request.app[DESK].agents.of(signed_in(request))
    except NotSeated:
        raise web.HTTPConflict(text=gettext(request["locale"], "Please take a seat first.")) from None


def _is_there(request: web.Request, kind: str, to: str) -> bool:
    words = request.app[DESK].words
    return to in words.queues if kind == "queue" else to in words.hotlines if kind == "flow" else bool(to)


def dialled(number: str, settings: Settings, locale: str) -> tuple[str, str]:
    """The number as the carrier takes it, and a sentence that says why it is never dialled and what is; '' when it may be."""
    known = normalise(number, settings.home)
    number = to_dial(known, settings.home) if known is not None else number
    why = refusal(number, settings.home, settings.dialled_countries)
    if not why:
        return number, ""
    names = Locale.parse(locale).territories
    countries = gettext(locale, ", ").join(names.get(one, one) for one in (settings.country, *sorted(settings.dialled_countries)))
    return number, gettext(locale, REFUSED[why]) % {"countries": countries}
