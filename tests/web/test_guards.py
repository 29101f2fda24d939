"""Who may come in, and from where."""

from __future__ import annotations

import aiohttp
import pytest

from tests.web.frame_app import PEOPLE, ROUTES, csrf, serving, sign_in

PAGES = ("/desk", "/floor", "/calls", "/both", "/open")
WHO = {route.path: route.who for route in ROUTES}


@pytest.mark.parametrize("number", PEOPLE)
async def test_each_role_sees_its_pages_and_no_other(number: str) -> None:
    async with serving() as client:
        await sign_in(client, number)
        for path in PAGES:
            allowed = not WHO[path] or bool(PEOPLE[number].roles & WHO[path])
            answer = await client.get(path)
            assert answer.status == (200 if allowed else 403), path
            menu = (await answer.text()).split("</aside>")[0]
            for target in ("/desk", "/floor", "/calls"):
                assert (f'href="{target}"' in menu) == bool(PEOPLE[number].roles & WHO[target])


async def test_who_is_not_signed_in_is_sent_to_sign_in_and_back() -> None:
    async with serving() as client:
        answer = await client.get("/calls?number=138", allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, "/sign-in?next=/calls?number%3D138")
        swapped = await client.get("/calls", headers={"HX-Request": "true", "HX-Current-URL": "http://x/floor"})
        assert (swapped.status, swapped.headers["HX-Redirect"]) == (204, "/sign-in?next=%2Ffloor")
        assert (await client.get("/calls", headers={"Accept": "application/json"})).status == 401
        assert (await client.get("/live", headers={"Upgrade": "websocket", "Connection": "Upgrade"})).status == 401
        assert (await client.get("/open")).status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 204),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"X-CSRF-Token": "csrf-3001"}, 403),
        ({"X-CSRF-Token": ""}, 403),
    ],
)
async def test_a_change_needs_our_origin_and_the_sessions_token(headers: dict[str, str], status: int) -> None:
    async with serving() as client:
        await sign_in(client, "2001")
        answer = await client.post("/change", headers={**csrf("2001"), **headers})
        assert answer.status == status


async def test_a_change_without_an_origin_needs_the_browsers_word() -> None:
    async with serving() as client:
        await sign_in(client, "2001")
        url = client.make_url("/change")
        cookies = client.session.cookie_jar.filter_cookies(url)
        cookie = {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())}
        bare = {**csrf("2001"), **cookie}
        async with aiohttp.ClientSession() as session:
            assert (await session.post(url, headers=bare)).status == 403
            assert (await session.post(url, headers={**bare, "Sec-Fetch-Site": "cross-site"})).status == 403
            assert (await session.post(url, headers={**bare, "Sec-Fetch-Site": "same-origin"})).status == 204


async def test_the_token_may_stand_in_the_form() -> None:
    async with serving() as client:
        await sign_in(client, "2001")
        assert (await client.post("/change", data={"csrf": "csrf-2001"})).status == 204
        assert (await client.post("/change", data={"csrf": "csrf-9001"})).status == 403


async def test_a_websocket_from_elsewhere_is_refused() -> None:
    async with serving() as client:
        await sign_in(client, "2001")
        upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Origin": "http://evil.example"}
        assert (await client.get("/live", headers=upgrade)).status == 403
        assert (await client.get("/sip", headers=upgrade)).status == 403


async def test_behind_a_proxy_the_configured_origin_counts() -> None:
    async with serving(overrides={"http_origin": "https://desk.example.com"}) as client:
        fields = {"number": "2001", "password": "x"}
        assert (await client.post("/sign-in", data=fields)).status == 403
        answer = await client.post("/sign-in", data=fields, headers={"Origin": "https://desk.example.com"})
        assert answer.status == 422
        assert "wss://desk.example.com" in answer.headers["Content-Security-Policy"]


async def test_every_answer_carries_the_security_headers() -> None:
    async with serving() as client:
        for path in ("/sign-in", "/no-such-page", "/"):
            answer = await client.get(path)
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy
            assert f"ws://{client.host}:{client.port}" in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"
            assert "<script>" not in await answer.text()
            assert " style=" not in await answer.text()


async def test_built_files_are_kept_by_browsers() -> None:
    async with serving() as client:
        text = await (await client.get("/sign-in")).text()
        style = text.split('rel="stylesheet" href="')[1].split('"')[0]
        answer = await client.get(style)
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]
