"""What the room's pages find in the application."""

from __future__ import annotations

from aiohttp import web

from callcenter.crm.surveys.service import Surveys

SURVEYS = web.AppKey("SURVEYS", Surveys)
