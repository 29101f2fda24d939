"""What the room's pages find in the application."""

from __future__ import annotations

from aiohttp import web

from callcenter.crm.cases.service import Cases
from callcenter.people.service import People

CASES = web.AppKey("CASES", Cases)
CASE_PEOPLE = web.AppKey("CASE_PEOPLE", People)
