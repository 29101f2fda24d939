"""What the room's pages find in the application."""

from __future__ import annotations

from aiohttp import web

from callcenter.crm.orders.service import Orders

ORDERS = web.AppKey("ORDERS", Orders)
