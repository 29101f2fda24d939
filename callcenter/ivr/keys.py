"""What the pages of flows find in the application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping

from aiohttp import web

from callcenter.ivr.in_use import InUse
from callcenter.ivr.steps import Flow
from callcenter.ivr.visits import Visits

FlowOf = Callable[[str, str], Awaitable[Flow | None]]
"""A flow by its name and version ('' is the one in use); None when there is no such one."""

FLOWS = web.AppKey("FLOWS", InUse)
VISITS = web.AppKey("VISITS", Visits)
FLOW_OF: web.AppKey[FlowOf] = web.AppKey("FLOW_OF")
ACTION_SLOTS: web.AppKey[Callable[[], Mapping[str, Collection[str]]]] = web.AppKey("ACTION_SLOTS")
"""The slots that each named action may fill."""
