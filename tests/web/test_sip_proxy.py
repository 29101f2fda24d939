"""The phone's WebSocket is passed on to Asterisk's, both ways, and both ends are told when one goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer, unused_port

from callcenter.web.user import User
from tests.web.frame_app import csrf, serving, sign_in

LIMIT_S = 10

REGISTER = "REGISTER sip:x SIP/2.0\r\nFrom: <sip:1001@x>;tag=1\r\nTo: <sip:1001@x>\r\n\r\n"
BYE = "SIP/2.0 200 bye\r\n\r\n"


@asynccontextmanager
async def far_end(closed: asyncio.Event) -> AsyncIterator[int]:
    """A WebSocket that speaks sip and answers each text with itself; BYE makes it hang up. Gives its port."""

    async def ws(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("sip",))
        await socket.prepare(request)
        async for message in socket:
            if message.data == BYE:
                break
            await socket.send_str(message.data)
        await socket.close()
        closed.set()
        return socket

    app = web.Application()
    app.router.add_get("/ws", ws)
    async with TestServer(app) as server:
        assert server.port is not None
        yield server.port


class Gone:
    """Notes who is gone."""

    def __init__(self) -> None:
        self.who: asyncio.Queue[tuple[User | None, str]] = asyncio.Queue()

    async def __call__(self, user: User | None, name: str) -> None:
        await self.who.put((user, name))


def settings(port: int) -> dict[str, Any]:
    return {"asterisk_http_port": port}


async def test_messages_pass_both_ways_and_a_closed_browser_is_told() -> None:
    closed, gone = asyncio.Event(), Gone()
    async with far_end(closed) as port, serving(overrides=settings(port), sip_gone=gone) as client:
        await sign_in(client, "2001")
        phone = await client.ws_connect("/sip", protocols=("sip",))
        assert phone.protocol == "sip"
        for text in (REGISTER, "SIP/2.0 200 王建国\r\n\r\n"):
            await phone.send_str(text)
            assert await phone.receive_str(timeout=LIMIT_S) == text
        await phone.close()
        await asyncio.wait_for(closed.wait(), LIMIT_S)
        user, name = await asyncio.wait_for(gone.who.get(), LIMIT_S)
        assert user is not None
        assert (user.number, name) == ("2001", "1001")


async def test_when_asterisk_closes_the_phone_is_asked_to_come_again() -> None:
    async with far_end(asyncio.Event()) as port, serving(overrides=settings(port)) as client:
        await sign_in(client, "2001")
        phone = await client.ws_connect("/sip", protocols=("sip",))
        await phone.send_str(BYE)
        assert (await phone.receive(timeout=LIMIT_S)).type is WSMsgType.CLOSE
        assert phone.close_code == 1013


async def test_when_asterisk_is_away_the_phone_is_asked_to_come_again() -> None:
    gone = Gone()
    async with serving(overrides=settings(unused_port()), sip_gone=gone) as client:
        await sign_in(client, "2001")
        phone = await client.ws_connect("/sip", protocols=("sip",))
        assert (await phone.receive(timeout=LIMIT_S)).type is WSMsgType.CLOSE
        assert phone.close_code == 1013
        assert (await asyncio.wait_for(gone.who.get(), LIMIT_S))[1] == "1001"


async def test_who_has_no_seat_has_no_phone_and_only_sip_is_spoken() -> None:
    async with far_end(asyncio.Event()) as port, serving(overrides=settings(port)) as client:
        upgrade = {"Upgrade": "websocket", "Connection": "Upgrade"}
        assert (await client.get("/sip", headers=upgrade)).status == 403
        await sign_in(client, "3001")
        assert (await client.get("/sip", headers=upgrade)).status == 403
        await sign_in(client, "2001")
        other = await client.ws_connect("/sip")
        await other.receive(timeout=LIMIT_S)
        assert other.close_code == 1008


async def test_a_phone_speaks_for_its_own_seat_alone() -> None:
    async with far_end(asyncio.Event()) as port, serving(overrides=settings(port)) as client:
        await sign_in(client, "2001")
        phone = await client.ws_connect("/sip", protocols=("sip",))
        await phone.send_str(REGISTER.replace("1001", "1002"))
        assert (await phone.receive(timeout=LIMIT_S)).type is WSMsgType.CLOSE
        assert phone.close_code == 1008


async def test_who_has_left_his_seat_has_nothing_more_to_say_there() -> None:
    seats = ["1001"]
    async with far_end(asyncio.Event()) as port, serving(overrides=settings(port), sip_allowed=lambda _request: seats[-1]) as client:
        await sign_in(client, "2001")
        phone = await client.ws_connect("/sip", protocols=("sip",))
        await phone.send_str(REGISTER)
        assert await phone.receive_str(timeout=LIMIT_S) == REGISTER
        seats.append("1002")
        await phone.send_str(REGISTER)
        assert (await phone.receive(timeout=LIMIT_S)).type is WSMsgType.CLOSE
        assert phone.close_code == 1008


async def test_who_signs_out_has_no_phone_any_more() -> None:
    async with far_end(asyncio.Event()) as port, serving(overrides=settings(port)) as client:
        await sign_in(client, "2001")
        phone = await client.ws_connect("/sip", protocols=("sip",))
        await phone.send_str(REGISTER)
        assert await phone.receive_str(timeout=LIMIT_S) == REGISTER
        assert (await client.post("/sign-out", headers=csrf("2001"), allow_redirects=False)).status == 303
        assert (await phone.receive(timeout=LIMIT_S)).type is WSMsgType.CLOSE
        assert phone.close_code == 4002
