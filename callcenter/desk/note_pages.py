"""What the agents wrote about a call, as a piece of the call's page."""

from __future__ import annotations

from aiohttp import web

from callcenter.desk.desk import DESK
from callcenter.web.rendering import render


async def of_call(request: web.Request) -> web.StreamResponse:
    """GET /calls/{id}/note"""
    records = request.app[DESK].records
    dispositions = {word.code: word.title(request["locale"]) for word in await records.people.dispositions()}
    return await render(
        request,
        "calls/notes.html",
        notes=await records.notes.of_call(request.match_info["id"]),
        people=await records.people.names(),
        dispositions=dispositions,
    )
