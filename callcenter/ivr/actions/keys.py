"""What the room's pages find in the application."""

from __future__ import annotations

from aiohttp import web

from callcenter.ivr.actions.remarks import Remarks

REMARKS = web.AppKey("REMARKS", Remarks)
