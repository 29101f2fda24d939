"""What the pages about callers in flows find in the application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from callcenter.ivr.language.action import Action
from callcenter.ivr.language.steps import Flow
from callcenter.ivr.seen.visits import Visits

FlowOf = Callable[[str, str], Awaitable[Flow | None]]
"""A flow by its name and version ('' is the one in use); None when there is no such one."""

VISITS = web.AppKey("VISITS", Visits)
FLOW_OF: web.AppKey[FlowOf] = web.AppKey("FLOW_OF")
FLOW_ACTIONS: web.AppKey[Callable[[], Mapping[str, Action]]] = web.AppKey("FLOW_ACTIONS")
"""The actions that flows may name."""
