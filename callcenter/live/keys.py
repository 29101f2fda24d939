"""What the room's handlers find in the application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from callcenter.floor.floor import Floor
from callcenter.live.agents import Agents
from callcenter.live.control import Control
from callcenter.live.health import Health
from callcenter.live.phones import Phones
from callcenter.live.screens import Screens
from callcenter.live.words import Words

PhoneSecret = Callable[[str, str], Awaitable[str]]
"""What the page of the user of this number signs in with at the seat where he sits with the browser."""

FLOOR: web.AppKey[Callable[[], Floor]] = web.AppKey("FLOOR")
AGENTS: web.AppKey[Agents] = web.AppKey("AGENTS", Agents)
CONTROL: web.AppKey[Control] = web.AppKey("CONTROL", Control)
SCREENS: web.AppKey[Screens] = web.AppKey("SCREENS", Screens)
WORDS: web.AppKey[Words] = web.AppKey("WORDS", Words)
PHONES: web.AppKey[Phones] = web.AppKey("PHONES", Phones)
HEALTH: web.AppKey[Callable[[], Awaitable[Health]]] = web.AppKey("HEALTH")
PHONE_SECRET: web.AppKey[PhoneSecret] = web.AppKey("PHONE_SECRET")
