"""The callbacks of a customer, as a piece of his page."""

from __future__ import annotations

from aiohttp import web

from callcenter.crm.callbacks import words
from callcenter.crm.callbacks.keys import CALLBACKS
from callcenter.store.clock import now_ms
from callcenter.web.rendering import render


async def of_customer(request: web.Request) -> web.StreamResponse:
    """GET /customers/{id}/callbacks"""
    customer = request.match_info["id"]
    if not customer.isdecimal() or len(customer) > 9:
        raise web.HTTPNotFound
    found = await request.app[CALLBACKS].of_customer(int(customer))
    return await render(request, "crm/callbacks_of.html", callbacks=found, words=words, now_ms=now_ms())
