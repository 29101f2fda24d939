"""Signing in and out, and the language."""

from __future__ import annotations

import re

import pytest

from callcenter.web.hub import SIGNED_OUT
from callcenter.web.sign_in import safe_next
from callcenter.web.user import User
from tests.web.frame_app import PASSWORD, csrf, serving, sign_in


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"number": "2001", "password": "wrong"}, "工号或密码不正确"),
        ({"number": "7777", "password": "wrong"}, "工号或密码不正确"),
        ({"number": "2001", "password": ""}, "请填写此项"),
        ({"number": "8001", "password": "x"}, "请等待 30 秒"),
        ({"number": "2001", "password": PASSWORD, "seat": "1009"}, "请从列表中选择一项"),
        ({"number": "2" * 65, "password": "x"}, "最多 64 个字符"),
    ],
)
async def test_an_error_stands_at_its_field_and_nothing_entered_is_lost(fields: dict[str, str], message: str) -> None:
    async with serving() as client:
        answer = await client.post("/sign-in", data={"seat": "1003", "next": "/both", **fields})
        text = await answer.text()
        assert answer.status == 422
        assert message in text
        assert f'value="{fields["number"]}"' in text
        assert f'value="{fields.get("seat", "1003")}"' in text
        assert 'value="/both"' in text
        assert not fields["password"] or f'value="{fields["password"]}"' not in text
        assert "cc_session" not in answer.cookies


async def test_after_sign_in_comes_the_page_that_was_wanted_and_the_seat_is_remembered() -> None:
    async with serving() as client:
        fields = {"number": "2001", "password": PASSWORD, "seat": "1003", "next": "/both"}
        answer = await client.post("/sign-in", data=fields, allow_redirects=False)
        assert answer.headers["Location"] == "/both"
        cookie = answer.cookies["cc_session"]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "Lax", "/", "")
        await client.post("/sign-out", headers=csrf("2001"))
        assert 'value="1003"' in await (await client.get("/sign-in")).text()


async def test_the_phone_is_chosen_at_the_sign_in_and_chosen_again_at_this_computer() -> None:
    told: list[str] = []

    async def seated(_user: User, _seat: str, phone: str) -> None:
        told.append(phone)

    async with serving(seated=seated) as client:
        assert chosen(await (await client.get("/sign-in")).text()) == "fits"
        fields = {"number": "2001", "password": PASSWORD, "seat": "1003", "phone": "desk"}
        wrong = await client.post("/sign-in", data={**fields, "password": "wrong"})
        assert chosen(await wrong.text()) == "desk"
        assert (await client.post("/sign-in", data={**fields, "phone": "fax"})).status == 422
        assert (await client.post("/sign-in", data=fields, allow_redirects=False)).status == 303
        await client.post("/sign-out", headers=csrf("2001"))
        assert chosen(await (await client.get("/sign-in")).text()) == "desk"
    async with serving(seated=seated, overrides={"asterisk": "external"}) as client:
        assert "各分机使用哪种电话由 Asterisk 的配置决定" in await (await client.get("/sign-in")).text()
        assert (await client.post("/sign-in", data=fields, allow_redirects=False)).status == 303
    assert told == ["desk", ""]


def chosen(page: str) -> str:
    """The phone that is preselected."""
    (one,) = re.findall(r'id="phone-(\w+)" autocomplete="off" checked', page)
    return str(one)


async def test_over_https_the_session_cookie_is_secure() -> None:
    async with serving(overrides={"http_origin": "https://desk.example.com"}) as client:
        fields = {"number": "2001", "password": PASSWORD}
        answer = await client.post("/sign-in", data=fields, allow_redirects=False, headers={"Origin": "https://desk.example.com"})
        assert answer.cookies["cc_session"]["secure"] is True


async def test_the_home_page_is_the_first_of_the_menu() -> None:
    async with serving() as client:
        assert (await client.get("/", allow_redirects=False)).headers["Location"] == "/sign-in"
        await sign_in(client, "4001")
        assert (await client.get("/", allow_redirects=False)).headers["Location"] == "/calls"


async def test_signing_out_ends_the_session_and_closes_the_pages() -> None:
    async with serving() as client:
        await sign_in(client, "2001")
        live = await client.ws_connect("/live")
        await live.receive_json(timeout=5)
        answer = await client.post("/sign-out", headers=csrf("2001"), allow_redirects=False)
        assert answer.headers["Location"] == "/sign-in"
        await live.receive(timeout=5)
        assert live.close_code == SIGNED_OUT
        assert (await client.get("/desk", allow_redirects=False)).status == 303


async def test_the_language_is_the_browsers_before_and_the_users_after_sign_in() -> None:
    async with serving() as client:
        assert 'lang="zh-CN"' in await (await client.get("/sign-in")).text()
        await client.post("/language", data={"language": "en", "next": "/sign-in"})
        assert "Staff number" in await (await client.get("/sign-in")).text()
        await sign_in(client, "2001")
        assert 'lang="zh-CN"' in await (await client.get("/desk")).text()
        answer = await client.post("/language", data={"language": "en", "next": "/desk"}, headers=csrf("2001"))
        assert 'lang="en"' in await answer.text()
        assert (await client.post("/language", data={"language": "xx"}, headers=csrf("2001"))).status == 422


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "http://evil.example", "", "evil", "/a\r\nX: y"])
def test_no_other_site_is_the_next_page(path: str) -> None:
    assert safe_next(path) == "/"


def test_a_page_of_our_own_is_the_next_page() -> None:
    assert safe_next("/calls?number=138") == "/calls?number=138"
