"""What is pushed: in order, once a language, only to who may see it; and who falls behind is cut off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse

from callcenter.web.browser import CUT_OFF, QUEUE_SIZE
from callcenter.web.hub import Hub
from callcenter.web.user import User
from tests.web.frame_app import Client, serving, sign_in

LIMIT_S = 10


async def plain_picture(user: User, topic: str, locale: str) -> list[str]:
    return ["<p>picture</p>"]


@pytest.fixture
def hub() -> Hub:
    hub = Hub()
    hub.allow("floor", lambda user, topic: True)
    hub.picture("", plain_picture)
    hub.allow("agent:", lambda user, topic: topic == f"agent:{user.number}")
    return hub


@pytest.fixture
async def client(hub: Hub) -> AsyncIterator[Client]:
    async with serving(hub) as client:
        await sign_in(client, "2001")
        yield client


async def heard(live: ClientWebSocketResponse) -> dict[str, Any]:
    """The next message that is no beat."""
    while True:
        message: dict[str, Any] = await live.receive_json(timeout=LIMIT_S)
        if "beat" not in message:
            return message


async def watching(client: Client, *topics: str, allowed: int | None = None) -> ClientWebSocketResponse:
    """A page that watches, once it has the pictures of all it may see."""
    live = await client.ws_connect("/live")
    await live.send_json({"watch": list(topics)})
    await pictured(live, len(topics) if allowed is None else allowed)
    return live


async def pictured(live: ClientWebSocketResponse, count: int = 1) -> None:
    for _ in range(count):
        assert (await heard(live))["html"] == "<p>picture</p>"


async def test_the_picture_comes_first_and_then_what_was_pushed_meanwhile(client: Client, hub: Hub) -> None:
    asked, taken = asyncio.Event(), asyncio.Event()

    async def picture(user: User, topic: str, locale: str) -> list[str]:
        asked.set()
        await taken.wait()
        return [f"<p>picture of {topic} for {user.number} in {locale}</p>"]

    hub.picture("floor", picture)
    live = await client.ws_connect("/live")
    await live.send_json({"watch": ["floor"]})
    await asyncio.wait_for(asked.wait(), LIMIT_S)
    hub.publish("floor", lambda locale: "<p>1</p>")
    hub.send("floor", {"n": 2})
    taken.set()
    assert await heard(live) == {"topic": "floor", "html": "<p>picture of floor for 2001 in zh_CN</p>"}
    assert await heard(live) == {"topic": "floor", "html": "<p>1</p>"}
    assert await heard(live) == {"topic": "floor", "event": {"n": 2}}


async def test_a_thousand_pushes_arrive_in_order(client: Client, hub: Hub) -> None:
    live = await watching(client, "floor")
    for batch in range(10):
        for n in range(100):
            hub.send("floor", {"n": batch * 100 + n})
        assert [(await heard(live))["event"]["n"] for _ in range(100)] == list(range(batch * 100, batch * 100 + 100))


async def test_html_is_rendered_once_a_language_and_not_at_all_for_nobody(hub: Hub) -> None:
    rendered: list[str] = []

    def html(locale: str) -> str:
        rendered.append(locale)
        return f"<p>{locale}</p>"

    async with serving(hub) as client:
        hub.publish("floor", html)
        assert rendered == []
        await sign_in(client, "2001")
        first = await watching(client, "floor")
        second = await watching(client, "floor")
        await sign_in(client, "4001")
        third = await watching(client, "floor")
        hub.publish("floor", html)
        assert sorted(rendered) == ["en", "zh_CN"]
        assert [(await heard(live))["html"] for live in (first, second, third)] == ["<p>zh_CN</p>", "<p>zh_CN</p>", "<p>en</p>"]


async def test_nobody_watches_what_is_not_his(client: Client, hub: Hub) -> None:
    live = await watching(client, "agent:2002", "secret", "agent:2001", allowed=1)
    for topic in ("agent:2002", "secret", "agent:2001"):
        hub.send(topic, {"for": topic})
    assert await heard(live) == {"topic": "agent:2001", "event": {"for": "agent:2001"}}


async def test_watching_replaces_what_was_watched(client: Client, hub: Hub) -> None:
    live = await watching(client, "floor")
    await live.send_json({"watch": ["agent:2001"]})
    await pictured(live)
    hub.send("floor", {})
    hub.send("agent:2001", {})
    assert (await heard(live))["topic"] == "agent:2001"


async def test_the_beat_tells_time_and_link_and_a_change_at_once(client: Client, hub: Hub) -> None:
    live = await client.ws_connect("/live")
    first = await live.receive_json(timeout=LIMIT_S)
    assert first["link"] == "lost"
    assert first["beat"] > 1_700_000_000_000
    hub.link = "live"
    async with asyncio.timeout(1.5):
        while (await live.receive_json())["link"] != "live":
            pass


async def test_a_browser_that_falls_behind_is_cut_off_and_the_others_are_not(client: Client, hub: Hub) -> None:
    slow = await watching(client, "floor")
    big = "x" * 200_000
    async with asyncio.timeout(30):
        while hub.users():
            hub.publish("floor", lambda locale: big)
            await asyncio.sleep(0)
    back = await watching(client, "floor")
    hub.send("floor", {"back": True})
    assert (await heard(back))["event"] == {"back": True}
    await slow.close()


async def test_one_that_falls_behind_but_reads_on_is_told_why(client: Client, hub: Hub) -> None:
    live = await watching(client, "floor")
    for n in range(QUEUE_SIZE + 10):
        hub.send("floor", {"n": n})
    async with asyncio.timeout(LIMIT_S):
        while not live.closed:
            await live.receive()
    assert live.close_code == CUT_OFF


@pytest.mark.parametrize("nonsense", ["{", '{"watch": "floor"}', '{"watch": [1]}', "[]", '{"watch": [' + '"x",' * 200 + '"y"]}'])
async def test_nonsense_closes_the_socket(client: Client, nonsense: str) -> None:
    live = await client.ws_connect("/live")
    await live.send_str(nonsense)
    async with asyncio.timeout(LIMIT_S):
        while not live.closed:
            await live.receive()
    assert live.close_code == 1007


async def test_a_picture_that_fails_closes_the_socket_so_that_the_page_comes_back(client: Client, hub: Hub) -> None:
    async def picture(user: User, topic: str, locale: str) -> list[str]:
        raise RuntimeError("no picture")

    hub.picture("floor", picture)
    live = await client.ws_connect("/live")
    await live.send_json({"watch": ["floor"]})
    async with asyncio.timeout(LIMIT_S):
        while not live.closed:
            await live.receive()
    assert live.close_code == 1011
