"""A small centre for the frame's own tests: accounts in a dictionary, a page for each kind of user, a page that breaks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from markupsafe import Markup

from callcenter.settings import read
from callcenter.web.errors import Unavailable
from callcenter.web.forms import FormError
from callcenter.web.hub import Hub
from callcenter.web.rendering import render
from callcenter.web.routes import ANYONE, SIGNED_IN, NavItem, Route
from callcenter.web.server import FRAME_ROUTES, build
from callcenter.web.texts import gettext
from callcenter.web.user import BadPassword, TooManyTries, User

PASSWORD = "a right password"
PEOPLE = {
    "2001": User(1, "2001", "李秀英", frozenset({"agent"}), "zh_CN", "1001"),
    "3001": User(2, "3001", "王芳", frozenset({"supervisor"}), "zh_CN"),
    "4001": User(3, "4001", "Ann Lee", frozenset({"qa"}), "en"),
    "9001": User(4, "9001", "赵敏", frozenset({"admin"}), "zh_CN"),
}
LIVE_PAGE = Markup(
    '<span data-watch="floor"></span><ul id="list"></ul><b id="ticking" data-since="1000"></b>'
    '<form data-draft="note" hx-post="/change" hx-swap="none">'
    '<input name="note" id="note" data-key="alt+n"><button id="save">Save</button></form>'
    '<button id="break" hx-get="/broken">Break</button>'
)

Client = TestClient[web.Request, web.Application]


class BookOfAccounts:
    """Accounts and sessions in memory. A number that begins with 8 has tried too often."""

    def __init__(self) -> None:
        self.people = dict(PEOPLE)
        self.sessions: dict[str, str] = {}

    async def check(self, number: str, password: str, address: str) -> User:
        if number.startswith("8"):
            raise TooManyTries(30)
        if number not in self.people or password != PASSWORD:
            raise BadPassword
        return self.people[number]

    async def open(self, user: User, address: str) -> str:
        token = f"token-{user.number}-{len(self.sessions)}"
        self.sessions[token] = user.number
        return token

    async def find(self, token: str) -> tuple[User, str] | None:
        number = self.sessions.get(token)
        return None if number is None else (self.people[number], f"csrf-{number}")

    async def close(self, token: str) -> None:
        self.sessions.pop(token, None)

    async def set_language(self, user: User, language: str) -> None:
        self.people[user.number] = replace(user, language=language)


async def page(request: web.Request) -> web.Response:
    return await render(request, "frame/error.html", code=200, title=f"Page {request.path}", text=LIVE_PAGE, request_id="")


async def broken(request: web.Request) -> web.Response:
    raise RuntimeError("a secret in a traceback")


async def away(request: web.Request) -> web.Response:
    raise Unavailable


async def change(request: web.Request) -> web.Response:
    return web.Response(status=204)


async def sit(user: User, seat: str, phone: str) -> None:
    if seat == "1009":
        raise FormError({"seat": gettext(user.language, "Please choose one of the list.")})


ROUTES = (
    *FRAME_ROUTES,
    Route("GET", "/desk", page, frozenset({"agent"})),
    Route("GET", "/floor", page, frozenset({"supervisor", "admin"})),
    Route("GET", "/calls", page, frozenset({"qa", "supervisor"})),
    Route("GET", "/both", page, SIGNED_IN),
    Route("GET", "/open", page, ANYONE),
    Route("GET", "/broken", broken, SIGNED_IN),
    Route("GET", "/away", away, SIGNED_IN),
    Route("POST", "/change", change, SIGNED_IN),
)
NAV = (
    NavItem("/desk", "Phone", "headset", frozenset({"agent"})),
    NavItem("/floor", "Seat", "layout-dashboard", frozenset({"supervisor", "admin"})),
    NavItem("/calls", "Answer", "list-search", frozenset({"qa", "supervisor"})),
    NavItem("/both", "Keypad", "users", SIGNED_IN),
)


def build_app(hub: Hub, accounts: BookOfAccounts, overrides: dict[str, Any] | None = None, **arguments: Any) -> web.Application:
    return build(read({}, overrides or {}), ROUTES, accounts, hub, NAV, **{"seated": sit, **arguments})


@asynccontextmanager
async def serving(
    hub: Hub | None = None, overrides: dict[str, Any] | None = None, accounts: BookOfAccounts | None = None, **arguments: Any
) -> AsyncIterator[Client]:
    """A browser without JavaScript in front of the running application. It says where it comes from, as browsers do."""
    app = build_app(hub or Hub(), accounts or BookOfAccounts(), overrides, **arguments)
    server = TestServer(app)
    await server.start_server()
    async with TestClient(server, headers={"Origin": str(server.make_url("/")).rstrip("/")}) as client:
        yield client


async def sign_in(client: Client, number: str, seat: str = "") -> None:
    fields = {"number": number, "password": PASSWORD, "seat": seat}
    async with client.post("/sign-in", data=fields, allow_redirects=False) as answer:
        assert answer.status == 303, await answer.text()


def csrf(number: str) -> dict[str, str]:
    return {"X-CSRF-Token": f"csrf-{number}"}
