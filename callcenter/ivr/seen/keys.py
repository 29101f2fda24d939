"""What the pages about callers in flows find in the application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping

from aiohttp import web

from callcenter.ivr.language.steps import Flow
from callcenter.ivr.seen.visits import Visits

FlowOf = Callable[[str, str], Awaitable[Flow | None]]
"""A flow by its name and version ('' is the one in use); None when there is no such one."""

VISITS = web.AppKey("VISITS", Visits)
FLOW_OF: web.AppKey[FlowOf] = web.AppKey("FLOW_OF")
ACTION_SLOTS: web.AppKey[Callable[[], Mapping[str, Collection[str]]]] = web.AppKey("ACTION_SLOTS")
"""The slots that each named action may fill."""
