"""What the room's handlers find in the application."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from callcenter.comparison.nightly import Nightly
from callcenter.comparison.watch import Watch

WATCH: web.AppKey[Watch] = web.AppKey("WATCH", Watch)
NIGHTLY: web.AppKey[Nightly] = web.AppKey("NIGHTLY", Nightly)
FIGURES: web.AppKey[Callable[[], bytes]] = web.AppKey("FIGURES")
"""Every figure, as Prometheus reads them."""
TOKEN: web.AppKey[str] = web.AppKey("TOKEN", str)
