"""Orders' pages: a customer's orders."""

from __future__ import annotations

from aiohttp import web

from callcenter.crm.orders import words
from callcenter.crm.orders.keys import ORDERS
from callcenter.web.rendering import render

SHOWN = 8
"""Orders shown of a customer."""


async def of_customer(request: web.Request) -> web.StreamResponse:
    """GET /customers/{id}/orders: the fragment on the customer's page; `last`: so many of the newest ones, for the agent's."""
    customer = request.match_info["id"]
    if not (customer.isascii() and customer.isdecimal()) or len(customer) > 9:
        raise web.HTTPNotFound
    last = request.query.get("last", "")
    shown = min(int(last), SHOWN) if last.isascii() and last.isdecimal() and len(last) < 3 else SHOWN
    orders = await request.app[ORDERS].of_customer(int(customer), shown + 1)
    return await render(request, "crm/orders_of.html", orders=orders[:shown], more=len(orders) > shown and not last, words=words)
