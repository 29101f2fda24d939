"""The agent's one page."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web
from sqlalchemy.exc import IntegrityError

from callcenter.crm.customers.service import Customer, NewPhone
from callcenter.desk.card import Card, other_number
from callcenter.desk.desk import DESK
from callcenter.desk.wrapup import read, save
from callcenter.floor.call import ANONYMOUS, Call
from callcenter.floor.events import CallerKnown
from callcenter.hotlines.numbers import normalise
from callcenter.web.forms import Form, FormError, read_form
from callcenter.web.rendering import render
from callcenter.web.texts import gettext
from callcenter.web.user import User, signed_in

SAVED = {"HX-Trigger": "saved"}
"""Tells the browser that what was typed need not be kept any longer."""


async def show(request: web.Request) -> web.Response:
    """GET /desk"""
    desk, user, locale = request.app[DESK], signed_in(request), request["locale"]
    forms, _clocks = await desk.wrapups(user, locale)
    return await render(
        request,
        "desk/page.html",
        card=desk.pop.html(user.number, locale),
        forms=forms,
        parked=desk.targets.parked(locale),
        work=await desk.work.html(user.id, user.number, locale),
    )


async def wrap_up(request: web.Request) -> web.Response:
    """POST /desk/wrapup: saved once however often it is sent. While the agent still talks, the form stays for more."""
    desk, user = request.app[DESK], signed_in(request)
    form = await read_form(request)
    call = await _talked_on(request, form.raw("call"), user)
    try:
        entered = read(form, desk.choices, user, desk.records.home, desk.clock())
    except FormError as wrong:
        return await _form_again(request, call, form, errors=wrong.errors, status=422)
    await save(desk.records, of_whom(desk.pop.card(call.id), call), user, entered)
    desk.work.refresh(user.id, user.number)
    live = desk.floor().calls.get(call.id)
    if live is not None:
        desk.pop.refresh(live)
    agent = desk.floor().agents.get(user.number)
    if agent is not None and agent.call == call.id and agent.state == "talking":
        return await _form_again(request, call, form)
    if agent is not None and agent.call == call.id and agent.state == "wrapup":
        desk.agents.wrapped_up(user, call.id)
    desk.forms.take_down(call.id, user.number)
    return web.Response(status=204, headers=SAVED)


async def choose_caller(request: web.Request) -> web.Response:
    """POST /desk/caller: which of several customers with one number is calling."""
    desk = request.app[DESK]
    form = await read_form(request)
    call = _own(request, form.raw("call"))
    number = form.whole("customer", low=1, high=2**31 - 1)
    form.check()
    customer = await desk.records.customers.one(number)
    if customer is None:
        raise web.HTTPNotFound
    _know(request, call, customer)
    return web.Response(status=204)


async def new_customer(request: web.Request) -> web.Response:
    """POST /desk/customers: the unknown caller becomes a customer with this number."""
    desk = request.app[DESK]
    form = await read_form(request)
    call = _own(request, form.raw("call"))
    try:
        customer = await _added(request, form, call)
    except FormError as wrong:
        return await render(
            request,
            "desk/new_customer.html",
            status=422,
            call=call,
            number=other_number(call),
            values=form.values,
            errors=wrong.errors,
        )
    found = await desk.records.customers.one(customer)
    if found is not None:
        _know(request, call, found)
    return web.Response(status=204, headers=SAVED)


async def _added(request: web.Request, form: Form, call: Call) -> int:
    desk = request.app[DESK]
    name = form.text("name", max_length=120)
    licence_no = form.text("licence_no", max_length=40, required=False)
    contact = form.text("contact", max_length=80, required=False)
    form.check()
    number = other_number(call)
    known = number != ANONYMOUS and normalise(number, desk.records.home) is not None
    try:
        return await desk.records.customers.add(
            name=name,
            licence_no=licence_no or None,
            contacts=((contact, ""),) if contact else (),
            phones=(NewPhone(number, contact or None),) if known else (),
        )
    except IntegrityError:
        message = gettext(request["locale"], "Another customer has this licence number.")
        raise FormError({"licence_no": message}) from None


def of_whom(card: Card | None, call: Call) -> Call:
    """The call with its customer: the one on the card when the store was away while the caller should have been recognised."""
    known = card.customer.customer.id if card is not None and card.customer is not None else None
    return replace(call, customer=call.customer or known)


def _know(request: web.Request, call: Call, customer: Customer) -> None:
    desk = request.app[DESK]
    desk.put(CallerKnown(desk.clock(), call=call.id, customer=customer.id, name=customer.name, tier=customer.tier))


def _own(request: web.Request, id: str) -> Call:
    """The call if it is still on the floor; 410 when it is over, 404 when it rings at and is talked on by others alone."""
    floor, user = request.app[DESK].floor(), signed_in(request)
    call, agent = floor.calls.get(id), floor.agents.get(user.number)
    if call is None:
        raise web.HTTPGone(text=gettext(request["locale"], "This call is over and its wrap-up too."))
    if user.number not in call.agents and not (agent is not None and agent.call == id):
        raise web.HTTPNotFound
    return call


async def _talked_on(request: web.Request, id: str, user: User) -> Call:
    """The call, of the floor or of the record; 404 for one the user did not talk on."""
    desk = request.app[DESK]
    agent = desk.floor().agents.get(user.number)
    call = desk.floor().calls.get(id)
    if call is None:
        call = await desk.records.calls.one(id)
    dialling = agent is not None and agent.call == id
    if call is None or not (dialling or user.number in call.agents):
        raise web.HTTPNotFound
    return call


async def _form_again(
    request: web.Request, call: Call, form: Form, *, errors: dict[str, str] | None = None, status: int = 200
) -> web.Response:
    desk, user = request.app[DESK], signed_in(request)
    # What was opened by a save is shown as a number; the fields are free for the next one.
    values = form.values if errors else {**form.values, "case_kind": "", "case_text": "", "promise": ""}
    cases = [case.number for case in await desk.records.cases.of_call(call.id)]
    html = desk.forms.html(call, user.number, request["locale"], values=values, errors=errors or {}, cases=cases)
    return web.Response(text=html, content_type="text/html", status=status, headers=SAVED if status == 200 else {})
