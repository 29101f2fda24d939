"""Who is signed in, as every page sees him, and what the frame asks of the room that keeps the accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from aiohttp import web


@dataclass(frozen=True)
class User:
    """A signed-in user. number: the one he signs in with (工号); language: zh_CN or en; seat: where he sits, for agents."""

    id: int
    number: str
    name: str
    roles: frozenset[str]
    language: str
    seat: str | None = None


class BadPassword(Exception):
    """Number and password do not belong together. The same for an account that does not exist."""


class TooManyTries(Exception):
    """No further try is looked at for retry_s seconds."""

    def __init__(self, retry_s: int) -> None:
        super().__init__(f"try again in {retry_s} s")
        self.retry_s = retry_s


class Accounts(Protocol):
    """What the frame asks of whoever keeps users and their sessions."""

    async def check(self, number: str, password: str, address: str) -> User:
        """The user, or BadPassword, or TooManyTries. address: where the try came from."""
        ...

    async def open(self, user: User, address: str) -> str:
        """Begin a session and give its secret token."""
        ...

    async def find(self, token: str) -> tuple[User, str] | None:
        """The user of a living session and the session's CSRF token."""
        ...

    async def close(self, token: str) -> None:
        """End a session; nothing happens when there is none."""
        ...

    async def set_language(self, user: User, language: str) -> None: ...


def signed_in(request: web.Request) -> User:
    """The user of a request whose route asks for a role; 401 where nobody is signed in."""
    user = request["user"]
    if not isinstance(user, User):
        raise web.HTTPUnauthorized
    return user
