"""A service is asked at its own address, within a time and a size, and whatever it answers the caller goes on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from callcenter.ivr.actions.http import Reply, Service, Taken, Web, ask_http
from callcenter.ivr.actions.once import Acts
from callcenter.ivr.actions.running import Actions
from callcenter.ivr.language.action import Answer
from callcenter.store.engine import Store
from tests.ivr_actions.asking import asked
from tests.ivr_actions.services import HUNDRED_MB, Far, far_service

LIMIT_S = 10.0
"""A service that is given a second, or a fraction of one, has not kept anybody waiting for it."""

OK = Reply(200, "found", {"/state": "ok"}, {"amount": Taken("/balance/amount", "money")})
STATE = Reply(200, "found", {"/state": "ok"})


@pytest.fixture
async def far() -> AsyncIterator[Far]:
    async with far_service() as one:
        yield one


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with Web() as opened:
        yield opened


def service(url: str, *replies: Reply, **more: Any) -> Service:
    given: dict[str, Any] = {
        "name": "balance",
        "title": None,
        "what": "Tells what a customer owes.",
        "url": url,
        "method": "GET",
        "inputs": {},
        "headers": {},
        "secret_file": "",
        "body": {},
        "limit_s": 1,
        "most_kib": 64,
        "effect": False,
        "same_again": False,
        "replies": replies or (STATE, Reply(404, "none")),
        "called": {},
    }
    return Service(**{**given, **more})


async def done(web: Web, one: Service, **inputs: str) -> Answer:
    return await Actions([ask_http(web, one)], Acts(Store("sqlite+aiosqlite://"))).do("balance", asked(**inputs))


async def test_what_it_answers_becomes_result_and_slots(web: Web, far: Far) -> None:
    assert await done(web, service(f"{far.url}/good", OK)) == Answer("found", {"amount": "1234.5"})
    assert await done(web, service(f"{far.url}/unknown")) == Answer("none")


async def test_the_first_reply_that_fits_counts(web: Web, far: Far) -> None:
    off = Reply(200, "blocked", {"/on": "false"})
    on = Reply(200, "found", {"/on": "true"}, {"note": Taken("/note", "text")})
    assert await done(web, service(f"{far.url}/good", off, on, Reply(200, "other"))) == Answer("found", {"note": "one line"})


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/hangs", "no answer within 1 s"),
        ("/drips", "no answer within 1 s"),
        ("/broken", "answered with status 500"),
        ("/long", "answered more than 64 KiB"),
        ("/breaks_off", "127.0.0.1 did not answer: ClientPayloadError"),
        ("/elsewhere", "status 302, a redirect, which is not followed"),
        ("/packed", "packed its answer"),
        ("/says?text=<html>", "no JSON"),
        ("/says?text=", "no JSON"),
        ("/says?text=null", "values that mean nothing here"),
        ("/says?text={}", "values that mean nothing here"),
        ("/says?text=[]", "values that mean nothing here"),
        ('/says?text={"state":"other"}', "values that mean nothing here"),
        ('/says?text={"state":["ok"]}', "values that mean nothing here"),
        ("/says?text=NaN", "no JSON"),
        ("/deep", "no JSON"),
        (f"/says?text=1{'0' * 5000}", "no JSON"),
    ],
)
async def test_a_service_that_is_not_well(web: Web, far: Far, path: str, told: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        async with asyncio.timeout(LIMIT_S):
            assert await done(web, service(far.url + quote(path, safe="/?="))) == Answer("failed")
    assert told in caplog.text
    assert len(caplog.records) == 1
    assert far.sent < HUNDRED_MB / 10


async def test_a_hundred_megabytes_are_not_read(web: Web, far: Far) -> None:
    assert (await done(web, service(f"{far.url}/long", limit_s=10))).result == "failed"
    assert far.sent < HUNDRED_MB / 10


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"state":"ok"}', "no text or number at /balance/amount"),
        ('{"state":"ok","balance":{"amount":null}}', "no text or number at /balance/amount"),
        ('{"state":"ok","balance":{"amount":"much"}}', "slot 'amount': expected an amount"),
        ('{"state":"ok","balance":{"amount":1e400000000}}', "slot 'amount': expected an amount"),
        ('{"state":"ok","balance":[1]}', "no text or number at /balance/amount"),
    ],
)
async def test_a_value_that_cannot_be_spoken(web: Web, far: Far, content: str, told: str, caplog: pytest.LogCaptureFixture) -> None:
    url = f"{far.url}/says?text={quote(content)}"
    assert (await done(web, service(url, OK))).result == "failed"
    assert told in caplog.text


async def test_a_service_that_hangs_is_left_alone_for_a_while(far: Far, caplog: pytest.LogCaptureFixture) -> None:
    now = 100.0
    async with Web(lambda: now) as web:
        hangs, good = service(f"{far.url}/hangs"), service(f"{far.url}/good", name="other")
        results = await asyncio.gather(*(done(web, hangs) for _ in range(4)))
        assert [one.result for one in results] == ["failed"] * 4
        asked_before = len(far.asked)
        assert (await done(web, hangs)).result == "failed"
        assert "is left alone for 15 s: 3 times in a row it did not answer" in caplog.text
        assert len(far.asked) == asked_before
        assert (await Actions([ask_http(web, good)], Acts(Store("sqlite+aiosqlite://"))).do("other", asked())).result == "found"
        now += 15
        far.release.set()
        assert (await done(web, service(f"{far.url}/good"))).result == "found"
        assert (await done(web, service(f"{far.url}/broken"))).result == "failed"
        assert (await done(web, service(f"{far.url}/good"))).result == "found"


async def test_nobody_keys_a_service_to_sleep_for_the_others(web: Web, far: Far) -> None:
    for path in ("/broken", "/says?text=x", "/unknown/{item}", "/elsewhere") * 3:
        assert (await done(web, service(f"{far.url}{path}", STATE, inputs={"item": "text"}), item="..")).result == "failed"
    assert (await done(web, service(f"{far.url}/good"))).result == "found"


async def test_nobody_there(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    assert (await done(web, service("http://127.0.0.1:9/x"))).result == "failed"
    assert "127.0.0.1 did not answer" in caplog.text


async def test_what_is_keyed_in_stays_a_value(web: Web, far: Far) -> None:
    one = service(f"{far.url}/good/{{item}}/x?q={{item}}&l={{language}}", inputs={"item": "text"})
    assert (await done(web, one, item="a/../../b?x=1&y#z %2e 好")).result == "found"
    sent = "a%2F..%2F..%2Fb%3Fx%3D1%26y%23z%20%252e%20%E5%A5%BD"
    assert far.asked[0][1] == f"/good/{sent}/x?q={sent}&l=zh"


@pytest.mark.parametrize("item", [".", "..", "..."])
async def test_dots_lead_nowhere(web: Web, far: Far, item: str, caplog: pytest.LogCaptureFixture) -> None:
    assert (await done(web, service(f"{far.url}/good/{{item}}/x", inputs={"item": "text"}), item=item)).result == "failed"
    assert far.asked == []
    assert "another address" in caplog.text


async def test_the_secret_goes_in_its_header_and_nowhere_else(web: Web, far: Far, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    secret = tmp_path / "token"
    secret.write_text("s3cret\n")
    one = service(f"{far.url}/good", headers={"Authorization": "Bearer {secret}"}, secret_file=str(secret))
    assert (await done(web, one)).result == "found"
    assert far.asked[0][2]["Authorization"] == "Bearer s3cret"
    secret.write_text("new\r\nEvil: yes")
    assert (await done(web, one)).result == "failed"
    secret.unlink()
    assert (await done(web, one)).result == "failed"
    assert len(far.asked) == 1
    assert "its secret cannot be read" in caplog.text
    assert "s3cret" not in caplog.text
    assert "Evil" not in caplog.text


async def test_a_body_is_json_and_an_effect_bears_its_key(store: Store, web: Web, far: Far) -> None:
    body: Mapping[str, str] = {"text": 'He said: "{item}"', "call": "{call}"}
    one = service(f"{far.url}/good", method="POST", inputs={"item": "text"}, body=body, effect=True, same_again=True)
    actions = Actions([ask_http(web, one)], Acts(store))
    for _ in range(2):
        assert (await actions.do("balance", asked(item='x", "admin": "yes'))).result == "found"
    assert len(far.asked) == 1
    method, _path, headers, sent = far.asked[0]
    assert (method, headers["Idempotency-Key"]) == ("POST", "call-1/step/2")
    assert sent == '{"text": "He said: \\"x\\", \\"admin\\": \\"yes\\"", "call": "call-1"}'


async def test_no_cookie_goes_from_one_caller_to_the_next(web: Web, far: Far) -> None:
    for _ in range(2):
        assert (await done(web, service(f"{far.url}/cookie"))).result == "found"
    assert "Cookie" not in far.asked[1][2]


async def test_chinese_in_its_own_charset(web: Web, far: Far) -> None:
    one = service(f"{far.url}/chinese", replace(STATE, slots={"note": Taken("/note", "text")}))
    assert await done(web, one) == Answer("found", {"note": "已到货"})


async def test_no_proxy_out_of_the_environment(web: Web, far: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert (await done(web, service(f"{far.url}/good"))).result == "found"


async def test_before_it_is_opened_nothing_is_asked(far: Far) -> None:
    assert (await done(Web(), service(f"{far.url}/good"))).result == "failed"
    assert far.asked == []
