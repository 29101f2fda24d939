"""A second manager user, who reads every class and has no filter: all that Asterisk tells, byte by byte."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from callcenter.settings import Settings, read
from callcenter.telephony import pbx
from tests.live.centre import Centre

USER = "listener"
ANSWER_S = 10.0


@asynccontextmanager
async def listening(centre: Centre, path: Path) -> AsyncIterator[None]:
    """Write to `path` all that Asterisk tells meanwhile. AssertionError when it ends the connection before."""
    settings, secret = read(centre.environ), secrets.token_hex(16)
    _allow(settings, secret)
    reader, writer = await asyncio.open_connection("127.0.0.1", settings.ami_port, limit=1 << 22)
    writer.write(f"Action: Login\r\nUsername: {USER}\r\nSecret: {secret}\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), ANSWER_S)
    assert b"Response: Success" in answer, answer
    keeping = asyncio.create_task(_keep(reader, path))
    try:
        yield
        assert not keeping.done(), "Asterisk ended the listener's connection"
    finally:
        keeping.cancel()
        writer.close()


def _allow(settings: Settings, secret: str) -> None:
    with (settings.asterisk_dir / "etc/manager.conf").open("a") as file:
        file.write(f"\n[{USER}]\nsecret = {secret}\nread = all\nwrite =\nwritetimeout = 5000\n")
    pbx.ordered(settings, "manager reload")


async def _keep(reader: asyncio.StreamReader, path: Path) -> None:
    with path.open("wb") as file:
        while told := await reader.read(1 << 20):
            file.write(told)
