"""What a route is. The one list of them stands in the layer above all rooms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

ANYONE: frozenset[str] = frozenset()
SIGNED_IN: frozenset[str] = frozenset({"agent", "supervisor", "qa", "admin"})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Route:
    """who: the roles of which one is enough; ANYONE also for those who are not signed in."""

    method: str
    path: str
    handler: Handler
    who: frozenset[str]
    name: str | None = None


@dataclass(frozen=True)
class NavItem:
    """An entry of the main menu. title: an English text marked with N_; icon: a Tabler icon's name; who: as in Route."""

    path: str
    title: str
    icon: str
    who: frozenset[str]
