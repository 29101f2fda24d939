"""What the room's pages find in the application."""

from __future__ import annotations

from aiohttp import web

from callcenter.crm.callbacks.service import Callbacks

CALLBACKS = web.AppKey("CALLBACKS", Callbacks)
