"""Who asked, behind proxies: only those that are trusted are believed."""

from __future__ import annotations

import ipaddress

import pytest

from callcenter.web.proxies import came_from
from callcenter.web.user import User
from tests.web.frame_app import PASSWORD, BookOfAccounts, serving

TRUSTED = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("2001:db8::/32"))
HTTPS = {"X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(
    ("peer", "forwarded", "caller"),
    [
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["1.1.1.1, 203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["1.1.1.1, 203.0.113.7, 10.9.9.9"], "203.0.113.7"),
        ("10.0.0.1", ["1.1.1.1", "203.0.113.7", "10.9.9.9"], "203.0.113.7"),
        ("10.0.0.1", ["10.1.1.1, 10.2.2.2"], "10.1.1.1"),
        ("203.0.113.7", ["1.1.1.1"], "203.0.113.7"),
        ("203.0.113.7", ["10.0.0.1"], "203.0.113.7"),
        ("10.0.0.1", ["203.0.113.7:4711"], "203.0.113.7"),
        ("10.0.0.1", ["[2001:db9::1]:4711"], "2001:db9::1"),
        ("2001:db8::5", ["2001:DB9:0::1"], "2001:db9::1"),
        ("::ffff:10.0.0.1", ["::ffff:203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["203.0.113.7, unknown"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.7, "], "10.0.0.1"),
        ("10.0.0.1", ["'; drop table, 10.0.0.2"], "10.0.0.2"),
        ("", ["203.0.113.7"], ""),
    ],
)
def test_the_right_most_address_that_is_no_trusted_proxys_counts(peer: str, forwarded: list[str], caller: str) -> None:
    assert came_from(peer, forwarded, TRUSTED) == caller
    assert came_from(peer, forwarded, ()) == peer


class Witness(BookOfAccounts):
    """Remembers from where people tried to sign in."""

    def __init__(self) -> None:
        super().__init__()
        self.tried: list[str] = []

    async def check(self, number: str, password: str, address: str) -> User:
        self.tried.append(address)
        return await super().check(number, password, address)


@pytest.mark.parametrize(("trusted", "counted"), [("", "127.0.0.1"), ("10.0.0.0/8", "127.0.0.1"), ("127.0.0.0/8", "203.0.113.7")])
async def test_tries_are_counted_for_whom_a_trusted_proxy_names(trusted: str, counted: str) -> None:
    accounts = Witness()
    async with serving(overrides={"trusted_proxies": trusted}, accounts=accounts) as client:
        fields = {"number": "2001", "password": "wrong"}
        await client.post("/sign-in", data=fields, headers={"X-Forwarded-For": "1.1.1.1, 203.0.113.7"})
    assert accounts.tried == [counted]


@pytest.mark.parametrize(("trusted", "secure"), [("", ""), ("10.0.0.0/8", ""), ("127.0.0.1", True)])
async def test_a_cookie_is_for_https_alone_when_a_trusted_proxy_speaks_it(trusted: str, secure: str | bool) -> None:
    async with serving(overrides={"trusted_proxies": trusted}) as client:
        origin = f"https://{client.host}:{client.port}"
        fields = {"number": "2001", "password": PASSWORD}
        answer = await client.post("/sign-in", data=fields, allow_redirects=False, headers={"Origin": origin, **HTTPS})
        assert answer.status == 303
        assert answer.cookies["cc_session"]["secure"] == secure


@pytest.mark.parametrize(("trusted", "said", "status"), [("127.0.0.1", "https", 403), ("127.0.0.1", "http", 422), ("", "https", 422)])
async def test_where_the_browser_speaks_https_no_page_without_it_may_ask(trusted: str, said: str, status: int) -> None:
    async with serving(overrides={"trusted_proxies": trusted}) as client:
        fields = {"number": "2001", "password": "wrong"}
        origin = f"http://{client.host}:{client.port}"
        answer = await client.post("/sign-in", data=fields, headers={"Origin": origin, "X-Forwarded-Proto": f"https, {said}"})
        assert answer.status == status
