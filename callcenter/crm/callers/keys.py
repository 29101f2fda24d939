"""What the room's pages find in the application."""

from __future__ import annotations

from aiohttp import web

from callcenter.crm.callers.service import Callers

CALLERS = web.AppKey("CALLERS", Callers)
