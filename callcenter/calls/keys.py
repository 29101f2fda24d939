"""What the room's pages find in the application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from callcenter.calls.listening import Listenings
from callcenter.calls.service import Calls
from callcenter.calls.words import StepTitles
from callcenter.hotlines.service import Hotlines

UserNames = Callable[[], Awaitable[Mapping[int, tuple[str, str]]]]
"""Number and name of every user, by id."""

CALLS = web.AppKey("CALLS", Calls)
CALL_HOTLINES = web.AppKey("CALL_HOTLINES", Hotlines)
USER_NAMES: web.AppKey[UserNames] = web.AppKey("USER_NAMES")
STEP_TITLES: web.AppKey[StepTitles] = web.AppKey("STEP_TITLES")
LISTENINGS = web.AppKey("LISTENINGS", Listenings)
