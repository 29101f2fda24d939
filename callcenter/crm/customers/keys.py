"""What the room's pages find in the application."""

from __future__ import annotations

from aiohttp import web

from callcenter.crm.customers.service import Customers

CUSTOMERS = web.AppKey("CUSTOMERS", Customers)
