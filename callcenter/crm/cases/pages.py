"""Cases' pages: the list, one case and what is done about it, the cases of a call and of a customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from callcenter.crm.cases import words
from callcenter.crm.cases.keys import CASE_PEOPLE, CASES
from callcenter.crm.cases.service import AlreadyClosed, Case, CaseFilter
from callcenter.crm.customers.keys import CUSTOMERS
from callcenter.store.clock import now_ms
from callcenter.web.app_keys import SETTINGS
from callcenter.web.forms import Form, FormError, read_form
from callcenter.web.rendering import render
from callcenter.web.texts import gettext
from callcenter.web.user import User, signed_in

SHOWN = 200
"""Cases on the list at most."""
TEXT = 4000
"""Letters that a result or a note may have."""
ABOVE = frozenset({"supervisor", "admin"})
"""Who may settle and hand over everybody's cases; the others their own."""
MAY_WRITE = frozenset({"agent"}) | ABOVE
MAY_OPEN_CALLS = frozenset({"qa", "supervisor", "admin"})


def may_settle(case: Case, user: User) -> bool:
    return case.state == "open" and (case.owner == user.id or bool(user.roles & ABOVE))


async def listed(request: web.Request) -> web.StreamResponse:
    """GET /cases: filtered by state, kind, owner (a user's id, or mine) and overdue; open ones by deadline."""
    user, now, zone = signed_in(request), now_ms(), request.app[SETTINGS].zone
    values = {name: request.query.get(name, default) for name, default in (("state", "open"), ("kind", ""), ("owner", ""), ("overdue", ""))}
    people = await request.app[CASE_PEOPLE].names()
    found: list[Case] = []
    errors: dict[str, str] = {}
    try:
        found = await request.app[CASES].find(wanted(values, user, [str(id) for id in people], request["locale"], zone, now))
    except FormError as wrong:
        errors = wrong.errors
    customers = await request.app[CUSTOMERS].some([case.customer for case in found if case.customer is not None])
    return await render(
        request,
        "crm/cases.html",
        status=422 if errors else 200,
        cases=found[:SHOWN],
        more=len(found) > SHOWN,
        customers=customers,
        people=people,
        values=values,
        errors=errors,
        words=words,
        now_ms=now,
    )


def wanted(values: Mapping[str, str], user: User, people: list[str], locale: str, zone: ZoneInfo, now: int) -> CaseFilter:
    """The filter that the list's fields say; FormError when one of them cannot be used."""
    form = Form(values, locale, zone)
    state = form.choice("state", (*words.STATES, "all"))
    kind = form.choice("kind", words.KINDS, required=False)
    owner = form.choice("owner", ("mine", *people), required=False)
    form.check()
    overdue = bool(form.raw("overdue"))
    return CaseFilter(
        state="open" if overdue else None if state == "all" else state,
        kind=kind or None,
        owner=user.id if owner == "mine" else int(owner) if owner else None,
        due_before=now if overdue else None,
        limit=SHOWN + 1,
    )


async def one(request: web.Request) -> web.StreamResponse:
    """GET /cases/{number}"""
    return await _page(request, await _case(request))


async def note(request: web.Request) -> web.StreamResponse:
    """POST /cases/{number}/notes: text, what was done."""
    case, form = await _case(request), await read_form(request)
    text = form.text("text", max_length=TEXT)
    if form.errors:
        return await _page(request, case, form, 422)
    await request.app[CASES].note(case.number, text, by=signed_in(request).id)
    raise web.HTTPSeeOther(f"/cases/{case.number}")


async def close(request: web.Request) -> web.StreamResponse:
    """POST /cases/{number}/close: result, how it was settled."""
    case, form = await _settling(request), await read_form(request)
    result = form.text("result", max_length=TEXT)
    if form.errors:
        return await _page(request, case, form, 422)
    try:
        await request.app[CASES].close(case.number, result, by=signed_in(request).id)
    except AlreadyClosed:
        raise web.HTTPConflict(text=gettext(request["locale"], "This case has been settled already.")) from None
    raise web.HTTPSeeOther(f"/cases/{case.number}")


async def reassign(request: web.Request) -> web.StreamResponse:
    """POST /cases/{number}/owner: owner, a user's id, and why."""
    case, form = await _settling(request), await read_form(request)
    people = await request.app[CASE_PEOPLE].names()
    owner = form.choice("owner", [str(id) for id in people if id != case.owner])
    why = form.text("why", max_length=400, required=False)
    if form.errors:
        return await _page(request, case, form, 422)
    told = " ".join(people[int(owner)])
    try:
        await request.app[CASES].reassign(case.number, owner=int(owner), why=f"{told}: {why}" if why else told, by=signed_in(request).id)
    except AlreadyClosed:
        raise web.HTTPConflict(text=gettext(request["locale"], "This case has been settled already.")) from None
    raise web.HTTPSeeOther(f"/cases/{case.number}")


async def of_call(request: web.Request) -> web.StreamResponse:
    """GET /calls/{id}/cases: the fragment on the call's page."""
    cases = await request.app[CASES].of_call(request.match_info["id"])
    return await _fragment(request, cases, gettext(request["locale"], "No case came of this call."))


async def of_customer(request: web.Request) -> web.StreamResponse:
    """GET /customers/{id}/cases: the fragment on the customer's page."""
    customer = request.match_info["id"]
    if not customer.isdecimal() or len(customer) > 9:
        raise web.HTTPNotFound
    cases = await request.app[CASES].of_customer(int(customer))
    return await _fragment(request, cases, gettext(request["locale"], "This customer has no cases."))


async def _fragment(request: web.Request, cases: list[Case], nothing: str) -> web.StreamResponse:
    people = await request.app[CASE_PEOPLE].names()
    return await render(request, "crm/cases_of.html", cases=cases, nothing=nothing, people=people, words=words, now_ms=now_ms())


async def _case(request: web.Request) -> Case:
    case = await request.app[CASES].one(request.match_info["number"])
    if case is None:
        raise web.HTTPNotFound
    return case


async def _settling(request: web.Request) -> Case:
    """The case, if this user may settle it or hand it over; 403, or 409 when it is settled."""
    case = await _case(request)
    if case.state == "closed":
        raise web.HTTPConflict(text=gettext(request["locale"], "This case has been settled already."))
    if not may_settle(case, signed_in(request)):
        raise web.HTTPForbidden(text=gettext(request["locale"], "Only its owner or a supervisor may do this."))
    return case


async def _page(request: web.Request, case: Case, form: Form | None = None, status: int = 200) -> web.Response:
    """The case, with what was typed into its forms and what is wrong with it."""
    user = signed_in(request)
    customer = await request.app[CUSTOMERS].one(case.customer) if case.customer is not None else None
    context: dict[str, Any] = {
        "case": case,
        "customer": customer,
        "events": await request.app[CASES].events(case.number),
        "people": await request.app[CASE_PEOPLE].names(),
        "may_write": bool(user.roles & MAY_WRITE),
        "may_settle": may_settle(case, user),
        "may_open_call": bool(user.roles & MAY_OPEN_CALLS),
        "typed": {name: form.raw(name) if form else "" for name in ("text", "result", "owner", "why")},
        "errors": form.errors if form else {},
        "words": words,
        "now_ms": now_ms(),
    }
    return await render(request, "crm/case.html", status=status, **context)
