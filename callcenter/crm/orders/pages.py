"""Orders' pages: a customer's orders."""

from __future__ import annotations

from aiohttp import web

from callcenter.crm.orders import words
from callcenter.crm.orders.keys import ORDERS
from callcenter.web.rendering import render

SHOWN = 8
"""Orders shown of a customer."""


async def of_customer(request: web.Request) -> web.StreamResponse:
    """GET /customers/{id}/orders: the fragment on the customer's page."""
    customer = request.match_info["id"]
    if not (customer.isascii() and customer.isdecimal()) or len(customer) > 9:
        raise web.HTTPNotFound
    orders = await request.app[ORDERS].of_customer(int(customer), SHOWN + 1)
    return await render(request, "crm/orders_of.html", orders=orders[:SHOWN], more=len(orders) > SHOWN, words=words)
