"""What a program on this machine shows to be let in: a token in a file that the server's own user alone can read."""

from __future__ import annotations

import hmac
import os
from pathlib import Path
from secrets import token_urlsafe

from aiohttp import web

from callcenter.comparison.keys import TOKEN
from callcenter.web.user import User

NAME = "watch.token"
"""The file, in data_dir."""


def token(folder: Path) -> str:
    """The token, made when there is none. Raises OSError."""
    path = folder / NAME
    if not path.exists():
        partial = folder / f".{NAME}.{os.getpid()}"
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(token_urlsafe(32))
        partial.replace(path)
    return path.read_text(encoding="ascii").strip()


def let_in(request: web.Request) -> None:
    """Administrators, and whoever shows the token. Raises HTTPUnauthorized or HTTPForbidden.

    Where a request comes from says nothing: behind a proxy everybody comes from this machine.
    """
    shown = request.headers.get("Authorization", "")
    expected = f"Bearer {request.app[TOKEN]}"
    user = request["user"]
    if hmac.compare_digest(shown.encode(errors="replace"), expected.encode()):
        return
    if not isinstance(user, User):
        raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"})
    if "admin" not in user.roles:
        raise web.HTTPForbidden
