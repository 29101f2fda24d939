"""What flows noted about a call, as a piece of the call's page and of the agent's."""

from __future__ import annotations

from aiohttp import web

from callcenter.ivr.actions.keys import REMARKS
from callcenter.web.rendering import render


async def remarks(request: web.Request) -> web.StreamResponse:
    """GET /calls/{id}/remarks: nothing at all where there are none."""
    return await render(request, "ivr/remarks.html", remarks=await request.app[REMARKS].of_call(request.match_info["id"]))
