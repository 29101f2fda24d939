"""What the room's pages find in the application."""

from __future__ import annotations

from aiohttp import web

from callcenter.hotlines.hours import Hours
from callcenter.hotlines.service import Hotlines

HOURS = web.AppKey("HOURS", Hours)
HOTLINES = web.AppKey("HOTLINES", Hotlines)
