"""What the frame's handlers find in the application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from callcenter.settings import Settings
from callcenter.web.routes import NavItem
from callcenter.web.user import Accounts, User

Seated = Callable[[User, str, str], Awaitable[None]]
"""Called for an agent whose password was right, with the seat he named and the phone he chose there (browser, desk, '' for what fits).

FormError({"seat": …}) when he cannot sit there.
"""
Left = Callable[[User], Awaitable[None]]
"""Called when a user signs out; FormError when he cannot leave now."""
SipAllowed = Callable[[web.Request], str | None]
"""The seat whose phone this request may be, or None."""
SipGone = Callable[[User | None, str], Awaitable[None]]
"""Called when the browser's end of a phone's WebSocket is gone, with the user and the name that SipAllowed gave."""

SETTINGS = web.AppKey("SETTINGS", Settings)
ACCOUNTS: web.AppKey[Accounts] = web.AppKey("ACCOUNTS")
NAV: web.AppKey[Sequence[NavItem]] = web.AppKey("NAV")
SEATED: web.AppKey[Seated] = web.AppKey("SEATED")
LEFT: web.AppKey[Left] = web.AppKey("LEFT")
PHONE_URL: web.AppKey[str | None] = web.AppKey("PHONE_URL")
SIP_ALLOWED: web.AppKey[SipAllowed] = web.AppKey("SIP_ALLOWED")
SIP_GONE: web.AppKey[SipGone] = web.AppKey("SIP_GONE")
