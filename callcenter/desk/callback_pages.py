"""The calls we owe: the list, dialling one by a click, closing it with a result."""

from __future__ import annotations

from contextlib import suppress

from aiohttp import web

from callcenter.crm.callbacks.service import RESULTS, AlreadyClosed, Callback, CallbackFilter, NoSuchCallback
from callcenter.desk.desk import CALLBACKS, DESK
from callcenter.desk.move_pages import dialled
from callcenter.desk.words import NOT_POSSIBLE, TEMPLATES
from callcenter.live.agents import NotSeated
from callcenter.live.control import NotPossible
from callcenter.web.forms import read_form
from callcenter.web.rendering import fragment, render
from callcenter.web.texts import gettext
from callcenter.web.user import signed_in

STATES = ("open", "done")


async def listed(request: web.Request) -> web.Response:
    """GET /callbacks?state=open|done&queue=…&mine=1"""
    desk, user = request.app[DESK], signed_in(request)
    state = request.query.get("state", "open")
    queue = request.query.get("queue", "")
    mine = request.query.get("mine", "") == "1"
    found = await desk.records.callbacks.owed(
        CallbackFilter(state=state if state in STATES else "open", queues=(queue,) if queue in desk.words.queues else None)
    )
    shown = [one for one in found if not mine or any(ask.by == user.id for ask in one.asks)]
    return await render(
        request,
        "desk/callbacks.html",
        callbacks=shown,
        customers=await desk.records.customers.some([one.customer for one in shown if one.customer is not None]),
        people=await desk.records.people.names(),
        state=state,
        queue=queue,
        mine=mine,
        words=desk.words,
        now=desk.clock(),
        may_dial="agent" in user.roles,
        **TEMPLATES,
    )


async def dial(request: web.Request) -> web.Response:
    """POST /callbacks/{id}/dial: the agent's own phone rings, then the customer is dialled."""
    desk, user, locale = request.app[DESK], signed_in(request), request["locale"]
    callback = await _one(request)
    if callback.state != "open":
        raise web.HTTPConflict(text=gettext(locale, "A colleague has closed this callback."))
    if not callback.number:
        raise web.HTTPConflict(text=gettext(locale, "There is no number to dial: only a message was left."))
    number, never = dialled(callback.number, desk.settings, locale)
    if never:
        raise web.HTTPForbidden(text=never)
    try:
        call = await desk.control.call(desk.agents.of(user), number, callback.id)
    except NotSeated:
        raise web.HTTPConflict(text=gettext(locale, "Please take a seat first.")) from None
    except NotPossible as wrong:
        raise web.HTTPConflict(text=gettext(locale, NOT_POSSIBLE[wrong.why])) from None
    with suppress(AlreadyClosed):  # by a colleague just now; the phone rings already
        await desk.records.callbacks.attempt(callback.id, call, by=user.id)
    return web.Response(status=204)


async def close(request: web.Request) -> web.Response:
    """POST /callbacks/{id}/close with result and note."""
    desk, user, locale = request.app[DESK], signed_in(request), request["locale"]
    callback = await _one(request)
    form = await read_form(request)
    result = form.choice("result", RESULTS)
    note = form.text("note", max_length=1000, required=False)
    form.check()
    try:
        await desk.records.callbacks.close(callback.id, result, by=user.id, note=note)
    except (AlreadyClosed, NoSuchCallback):
        raise web.HTTPConflict(text=gettext(locale, "A colleague has closed this callback.")) from None
    desk.hub.publish(CALLBACKS, lambda locale: fragment(desk.settings, locale, "live/gone.html", id=f"callback-{callback.id}"))
    desk.work.refresh(user.id, user.number)
    return web.Response(status=204, headers={"HX-Trigger": "saved"})


async def _one(request: web.Request) -> Callback:
    id = request.match_info["id"]
    found = await request.app[DESK].records.callbacks.one(int(id)) if id.isdecimal() and len(id) < 10 else None
    if found is None:
        raise web.HTTPNotFound
    return found
