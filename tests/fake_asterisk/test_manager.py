"""The small manager says what the real one said (Asterisk 22.10.1, with the rights of manager.conf.j2), and throws slow readers out."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from pathlib import Path

import pytest

from tests.fake_asterisk.actions import stand_behind
from tests.fake_asterisk.agenda import Agenda
from tests.fake_asterisk.exchange import Exchange, Site, at_work
from tests.fake_asterisk.inbound import Pace
from tests.fake_asterisk.people import Mix
from tests.fake_asterisk.rights import key_of
from tests.fake_asterisk.server import FakeAsterisk, event
from tests.live.centre import until

TALK = json.loads((Path(__file__).parent / "manager.json").read_text(encoding="utf-8"))
"""What was asked of the real one, one after the other, and what it answered. The login, by MD5, is left out: its key is another one."""

CHANGES = re.compile(r"\d{9,}(\.\d+)?|(?<=Challenge: )\d+")
"""Times, and the challenge."""
TEXT = re.compile(r"(?<=: ).*(?=\(Priv: )")
"""What a command is for; the fake one does not say."""


def exchange_of(asterisk: FakeAsterisk) -> Exchange:
    site = Site({"8000000001": "orders"}, ("orders",))
    exchange = Exchange(site, Mix(("8000000001",)), 1, asterisk.tell, agenda=Agenda(), pace=Pace())
    for seat in ("1001", "1002"):
        exchange.seat(seat, reachable=False)
    stand_behind(asterisk, exchange)
    return exchange


async def answered(reader: asyncio.StreamReader, like: str) -> str:
    """As many messages as the real one answered with."""
    blocks = like.strip("\n").count("\n\n") + 1
    text = ""
    async with asyncio.timeout(5):
        for _ in range(blocks):
            text += (await reader.readuntil(b"\r\n\r\n")).decode().replace("\r\n", "\n")
    return text


def plain(text: str) -> list[str]:
    return sorted(block.strip("\n") for block in CHANGES.sub("N", TEXT.sub(" ", text)).split("\n\n"))


async def test_it_says_what_the_real_one_said() -> None:
    async with FakeAsterisk() as asterisk, at_work(exchange_of(asterisk)):
        reader, writer = await asyncio.open_connection("127.0.0.1", asterisk.port)
        assert await reader.readline() == b"Asterisk Call Manager/11.0.0\r\n"
        for one in TALK[:-1]:
            writer.write((one["asked"].replace("\n", "\r\n") + "\r\n\r\n").encode())
            said = await answered(reader, one["answered"])
            assert plain(said) == plain(one["answered"]), one["asked"][:80]
            if challenge := re.search(r"Challenge: (\d+)", said):
                key = key_of(challenge[1], asterisk.secret)
                writer.write(f"Action: Login\r\nActionID: 3\r\nAuthType: MD5\r\nUsername: callcenter\r\nKey: {key}\r\n\r\n".encode())
                assert "Authentication accepted" in await answered(reader, "Response\n\nEvent")
        assert await reader.read() == b""


async def test_a_wrong_secret_ends_the_connection_in_the_real_ones_words() -> None:
    async with FakeAsterisk() as asterisk:
        reader, writer = await asyncio.open_connection("127.0.0.1", asterisk.port)
        await reader.readline()
        writer.write((TALK[-1]["asked"].replace("\n", "\r\n") + "\r\n\r\n").encode())
        assert plain((await reader.read()).decode().replace("\r\n", "\n")) == plain(TALK[-1]["answered"])


async def test_who_does_not_read_for_as_long_as_the_writetimeout_is_thrown_out() -> None:
    async with FakeAsterisk(patience_s=0.1) as asterisk:
        text = event("Hold", Uniqueid="1.1") * 10_000

        async def thrown_out() -> bool:
            asterisk.send(text)
            return asterisk.thrown_out == 1

        with socket.create_connection(("127.0.0.1", asterisk.port)):
            await until("the lazy reader to be thrown out", thrown_out)


@pytest.mark.parametrize("kind", ["system", "config"])
async def test_events_of_a_class_that_may_not_be_read_are_not_sent(kind: str) -> None:
    async with FakeAsterisk() as asterisk:
        asterisk.read = asterisk.read - {"system"}
        reader, writer = await asyncio.open_connection("127.0.0.1", asterisk.port)
        await reader.readline()
        writer.write(b"Action: Login\r\nActionID: 1\r\nUsername: callcenter\r\nSecret: secret\r\n\r\n")
        await answered(reader, "Response\n\nEvent")
        asterisk.tell(kind, event("ContactStatus"))
        asterisk.tell("call", event("Hold", Uniqueid="1.1"))
        assert "Hold" in await answered(reader, "Event")
