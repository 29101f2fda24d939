"""What the pages of flows find in the application."""

from __future__ import annotations

from aiohttp import web

from callcenter.ivr.published.in_use import InUse

FLOWS = web.AppKey("FLOWS", InUse)
