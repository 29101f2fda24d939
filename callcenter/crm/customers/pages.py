"""Customers' pages: searching, everything about one, a new one, the notes."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web
from sqlalchemy.exc import IntegrityError

from callcenter.crm.customers import words
from callcenter.crm.customers.keys import CUSTOMERS
from callcenter.crm.customers.service import Card, Customers, NewPhone, NotANumber
from callcenter.web.forms import Form, FormError, read_form
from callcenter.web.rendering import render
from callcenter.web.texts import gettext

MAY_WRITE = frozenset({"agent", "supervisor", "admin"})
FOUND = 50
"""Customers shown of a search."""
NOTES = 4000
"""Letters that the notes on a customer may have."""
NEW: Mapping[str, str] = {
    "name": "",
    "licence_no": "",
    "kind": "retailer",
    "tier": "regular",
    "language": "",
    "phone": "",
    "contact": "",
    "address": "",
    "district": "",
    "notes": "",
    "same_number": "",
}
"""The fields of the form for a new customer, as they stand in it at first."""


async def listed(request: web.Request) -> web.StreamResponse:
    """GET /customers: those found by `q`, part of a name, licence number, contact or telephone number."""
    text = request.query.get("q", "").strip()[:100]
    found = await request.app[CUSTOMERS].search(text, FOUND + 1)
    return await render(request, "crm/customers.html", q=text, customers=found[:FOUND], more=len(found) > FOUND, words=words)


async def one(request: web.Request) -> web.StreamResponse:
    """GET /customers/{id}"""
    card = await _card(request)
    return await _page(request, card, card.customer.notes, {})


async def save_notes(request: web.Request) -> web.StreamResponse:
    """POST /customers/{id}/notes: notes, and was, the notes that the writer saw before."""
    card = await _card(request)
    form = await read_form(request)
    notes = form.text("notes", max_length=NOTES, required=False)
    if _lines(form.raw("was")) != _lines(card.customer.notes):
        message = gettext(request["locale"], "Somebody else changed the notes meanwhile: %(notes)s")
        form.wrong("notes", message % {"notes": card.customer.notes})
    try:
        form.check()
    except FormError as wrong:
        return await _page(request, card, notes, wrong.errors, 422)
    await request.app[CUSTOMERS].note(card.customer.id, _lines(notes))
    raise web.HTTPSeeOther(f"/customers/{card.customer.id}")


async def new(request: web.Request) -> web.StreamResponse:
    """GET /customers/new; `phone` in the address fills that field."""
    values = {**NEW, "phone": request.query.get("phone", "")}
    return await render(request, "crm/new_customer.html", values=values, errors={}, words=words)


async def add(request: web.Request) -> web.StreamResponse:
    """POST /customers: a new customer; goes to his page."""
    form = await read_form(request)
    try:
        customer = await added(request.app[CUSTOMERS], form, request["locale"])
    except FormError as wrong:
        values = {name: form.raw(name) or default for name, default in NEW.items()}
        return await render(request, "crm/new_customer.html", status=422, values=values, errors=wrong.errors, words=words)
    raise web.HTTPSeeOther(f"/customers/{customer}")


async def added(customers: Customers, form: Form, locale: str) -> int:
    """The id of the customer that the form describes, now kept. Raise FormError; a number that others have must be confirmed."""
    name, phone = form.text("name", max_length=120), form.text("phone", max_length=40, required=False)
    licence_no, contact = form.text("licence_no", max_length=40, required=False), form.text("contact", max_length=80, required=False)
    kind, tier = form.choice("kind", words.KINDS, required=False), form.choice("tier", words.TIERS, required=False)
    language = form.choice("language", words.LANGUAGES, required=False)
    address, district = form.text("address", max_length=200, required=False), form.text("district", max_length=80, required=False)
    notes = form.text("notes", max_length=NOTES, required=False)
    form.check()
    await _refuse_known(customers, form, licence_no, phone, locale)
    try:
        return await customers.add(
            name=name,
            licence_no=licence_no or None,
            kind=kind or NEW["kind"],
            tier=tier or NEW["tier"],
            language=language,
            address=address,
            district=district,
            notes=_lines(notes),
            contacts=[(contact, "")] if contact else [],
            phones=[NewPhone(phone, contact or None)] if phone else [],
        )
    except NotANumber:
        raise FormError({"phone": gettext(locale, "This is no telephone number.")}) from None
    except IntegrityError:
        raise FormError({"licence_no": gettext(locale, "Another customer has this licence number.")}) from None


async def _refuse_known(customers: Customers, form: Form, licence_no: str, phone: str, locale: str) -> None:
    holder = await customers.by_licence(licence_no) if licence_no else None
    if holder is not None:
        form.wrong("licence_no", gettext(locale, "%(name)s has this licence number.") % {"name": holder.name})
    if phone and not form.raw("same_number"):
        known = await customers.recognise(phone)
        there = known.several or ((known.customer,) if known.customer else ())
        if there:
            message = gettext(locale, "This number already belongs to %(names)s. Tick below if it belongs to both.")
            form.wrong("phone", message % {"names": ", ".join(customer.name for customer in there)})
            form.wrong("same_number", "")
    form.check()


async def _card(request: web.Request) -> Card:
    customer = request.match_info["id"]
    card = await request.app[CUSTOMERS].card(int(customer)) if customer.isdecimal() and len(customer) < 10 else None
    if card is None:
        raise web.HTTPNotFound
    return card


async def _page(request: web.Request, card: Card, notes: str, errors: Mapping[str, str], status: int = 200) -> web.Response:
    may_write = bool(request["user"].roles & MAY_WRITE)
    return await render(
        request, "crm/customer.html", status=status, card=card, notes=notes, errors=errors, may_write=may_write, words=words
    )


def _lines(text: str) -> str:
    """Text as it is kept: browsers send line ends as CR LF."""
    return text.replace("\r\n", "\n").strip()
