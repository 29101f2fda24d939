"""Every route and who may: decided here a second time, on purpose. A route that is not in this table fails the tests."""

from __future__ import annotations

import dataclasses
import re

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from callcenter.settings import read
from callcenter.urls import ROUTES
from callcenter.web.app_keys import ACCOUNTS
from callcenter.web.hub import Hub
from callcenter.web.server import build
from tests.web.frame_app import PEOPLE, BookOfAccounts

ANYBODY = "anybody"
ALL = "agent supervisor qa admin"
WORK = "agent supervisor admin"
LEAD = "supervisor admin"
WATCH = "supervisor qa admin"

EXPECTED = {
    "GET /": ANYBODY,
    "GET /sign-in": ANYBODY,
    "POST /sign-in": ANYBODY,
    "POST /sign-out": ANYBODY,
    "POST /language": ANYBODY,
    "GET /live": ALL,
    "GET /sip": ANYBODY,  # whose phone it may be is decided by the seat; in demo mode also the newcomer's
    "GET /healthz": ANYBODY,
    "GET /metrics": ANYBODY,  # the handler asks for the token or an administrator
    "GET /comparison/floor": ANYBODY,  # the handler asks for the token or an administrator
    "GET /comparison": WATCH,
    "POST /comparison": WATCH,
    "GET /phone": ANYBODY,  # in demo mode only
    "GET /phone/config": ANYBODY,  # in demo mode only
    "GET /desk": "agent",
    "POST /desk/wrapup": "agent",
    "POST /desk/caller": "agent",
    "POST /desk/customers": "agent",
    "GET /desk/targets": "agent",
    "POST /desk/move": "agent",
    "POST /desk/consult": "agent",
    "POST /desk/drop": "agent",
    "POST /desk/hold": "agent",
    "POST /desk/park": "agent",
    "POST /desk/pick-up": "agent",
    "GET /agent/phone": "agent",
    "POST /agent/phone": "agent",
    "POST /agent/seat": "agent",
    "POST /agent/leave": "agent",
    "POST /agent/state": "agent",
    "GET /callbacks": WORK,
    "POST /callbacks/{id}/dial": "agent",
    "POST /callbacks/{id}/close": WORK,
    "GET /callbacks/{id}/messages/{n}": ALL,
    "GET /customers": ALL,
    "POST /customers": WORK,
    "GET /customers/new": WORK,
    "GET /customers/{id}": ALL,
    "POST /customers/{id}/notes": WORK,
    "GET /customers/{id}/calls": ALL,
    "GET /customers/{id}/cases": ALL,
    "GET /customers/{id}/orders": ALL,
    "GET /customers/{id}/callbacks": ALL,
    "GET /cases": ALL,
    "GET /cases/{number}": ALL,
    "POST /cases/{number}/notes": WORK,
    "POST /cases/{number}/close": WORK,
    "POST /cases/{number}/owner": WORK,
    "GET /floor": WATCH,
    "GET /calls": WATCH,
    "GET /calls/{id}": WATCH,
    "GET /gaps": WATCH,
    "GET /flows": WATCH,
    "POST /flows": LEAD,
    "GET /flows/new": LEAD,
    "POST /flows/files": LEAD,
    "GET /flows/{name}": LEAD,
    "POST /flows/{name}/draft": LEAD,
    "POST /flows/{name}/take": LEAD,
    "POST /flows/{name}/publish": LEAD,
    "GET /flows/{name}/drawing": LEAD,
    "GET /flows/{name}/differences": LEAD,
    "GET /flows/{name}/history": LEAD,
    "GET /flows/{name}/file": LEAD,
    "GET /flows/{name}/versions/{number}": LEAD,
    "POST /flows/{name}/versions/{number}/use": LEAD,
    "GET /flows/{name}/funnel": WATCH,
    "GET /flows/{name}/picture": WATCH,
    "GET /flows/{name}/picture.svg": WATCH,
    "GET /flows/{name}/picture/steps/{step}": WATCH,
    "GET /flows/{name}/simulate": LEAD,
    "POST /flows/{name}/simulate": LEAD,
    "GET /calls/{id}/cases": WATCH,
    "GET /calls/{id}/callbacks": WATCH,
    "GET /calls/{id}/note": WATCH,
    "GET /calls/{id}/remarks": ALL,
    "GET /recordings/{id}": WATCH,
    "GET /prompts": LEAD,
    "POST /prompts": LEAD,
    "GET /prompts/new": LEAD,
    "POST /prompts/publish": LEAD,
    "GET /prompts/spoken": LEAD,
    "GET /prompts/sounds/{sha}": LEAD,
    "GET /prompts/{name}": LEAD,
    "POST /prompts/{name}": LEAD,
    "POST /prompts/{name}/back": LEAD,
    "POST /prompts/{name}/remove": LEAD,
    "POST /prompts/{name}/{language}": LEAD,
    "GET /surveys": WATCH,
    "GET /surveys/questions/new": LEAD,
    "POST /surveys/questions": LEAD,
    "GET /surveys/questions/{id}": LEAD,
    "POST /surveys/questions/{id}": LEAD,
    "POST /surveys/questions/{id}/retire": LEAD,
    "GET /callers": WATCH,
    "POST /callers": LEAD,
    "POST /callers/pardon": LEAD,
    "POST /callers/{id}/lift": LEAD,
    "GET /hours": ALL,
    "GET /hours/special-days/new": LEAD,
    "POST /hours/special-days": LEAD,
    "GET /hours/special-days/{id}": LEAD,
    "POST /hours/special-days/{id}": LEAD,
    "POST /hours/special-days/{id}/remove": LEAD,
    "GET /hours/{hotline}/week": LEAD,
    "POST /hours/{hotline}/week": LEAD,
    "GET /hours/{hotline}/emergency": LEAD,
    "POST /hours/{hotline}/emergency": LEAD,
    "POST /hours/{hotline}/emergency/end": LEAD,
}
ROLES = ("", *ALL.split())


async def reached(request: web.Request) -> web.Response:
    """What stands for every handler: the guards let the request through."""
    return web.Response(status=299)


def test_every_route_is_decided_on_purpose() -> None:
    who = {f"{route.method} {route.path}": frozenset(route.who) for route in ROUTES}
    assert who == {path: frozenset() if roles == ANYBODY else frozenset(roles.split()) for path, roles in EXPECTED.items()}
    assert len(who) == len(ROUTES), "a route is there twice"


def test_only_what_changes_nothing_is_a_get() -> None:
    assert {route.method for route in ROUTES} == {"GET", "POST"}


@pytest.fixture
def app() -> web.Application:
    routes = [dataclasses.replace(route, handler=reached) for route in ROUTES]
    return build(read({}), routes, BookOfAccounts(), Hub(), ())


def number_of(role: str) -> str:
    return next(user.number for user in PEOPLE.values() if role in user.roles)


async def signed_in(app: web.Application, role: str) -> dict[str, str]:
    """The cookie and the token of somebody with this role; nothing for nobody."""
    if not role:
        return {}
    number = number_of(role)
    book = app[ACCOUNTS]
    token = await book.open(PEOPLE[number], "")
    return {"Cookie": f"cc_session={token}", "X-CSRF-Token": f"csrf-{number}"}


async def test_each_role_gets_what_it_may_and_nothing_else(app: web.Application) -> None:
    async with TestClient(TestServer(app)) as client:
        origin = {"Origin": str(client.make_url("/")).rstrip("/")}
        for role in ROLES:
            headers = {**origin, **await signed_in(app, role)}
            for path, roles in EXPECTED.items():
                method, template = path.split()
                answer = await client.request(method, re.sub(r"{\w+}", "1", template), headers=headers, allow_redirects=False)
                wanted = 299 if roles == ANYBODY or role in roles.split() else 403 if role else 303
                assert answer.status == wanted, (role or "nobody", path, answer.status)


async def test_what_changes_something_comes_from_our_own_page_with_its_token(app: web.Application) -> None:
    async with TestClient(TestServer(app)) as client:
        own = str(client.make_url("/")).rstrip("/")
        headers = await signed_in(app, "agent")
        for path in (path for path in EXPECTED if path.startswith("POST")):
            url = re.sub(r"{\w+}", "1", path.split()[1])
            for origin in ("https://evil.example", "null", "http://[", f"{own}.evil.example", own.replace("127.0.0.1", "127.0.0.2"), ""):
                answer = await client.post(url, headers={**headers, "Origin": origin}, allow_redirects=False)
                assert answer.status == 403, (path, origin)
            assert (await client.post(url, headers=headers, allow_redirects=False)).status == 403, f"{path} without an Origin"
            if path != "POST /sign-in":
                for token in ("", "x", "csrf-9001", "\udcff"):
                    answer = await client.post(url, headers={**headers, "Origin": own, "X-CSRF-Token": token}, allow_redirects=False)
                    assert answer.status == 403, (path, token)


async def test_a_socket_opens_for_our_own_pages_alone(app: web.Application) -> None:
    async with TestClient(TestServer(app)) as client:
        for role in ROLES:
            headers = {**await signed_in(app, role), "Upgrade": "websocket", "Connection": "Upgrade"}
            for path in ("/live", "/sip"):
                for origin in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {}):
                    assert (await client.get(path, headers={**headers, **origin})).status == 403, (role, path, origin)
