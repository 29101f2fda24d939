"""The flow that a page shows, by name and version."""

from __future__ import annotations

from collections.abc import Callable

from callcenter.ivr.seen_keys import FlowOf
from callcenter.ivr.steps import Flow
from callcenter.ivr.versions import Flows


def flow_of(flows: Callable[[], Flows]) -> FlowOf:
    """Of the flows in use; '' is the version in use."""

    async def found(name: str, version: str) -> Flow | None:
        flow = flows().by_name.get(name)
        return flow if flow is not None and version in ("", flow.version) else None

    return found
