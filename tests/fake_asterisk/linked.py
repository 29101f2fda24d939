"""A real link to the small server, and the inbox that it fills."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from callcenter.floor import events as ev
from callcenter.telephony.ami import Link
from callcenter.telephony.lines import Lines
from tests.fake_asterisk.server import FakeAsterisk


class Inbox:
    """What the link put, with a way to wait for a thing."""

    def __init__(self, most: int = 1000) -> None:
        self.queue: asyncio.Queue[ev.Event] = asyncio.Queue(most)
        self.seen: list[ev.Event] = []

    async def until(self, fits: Callable[[ev.Event], bool], within_s: float = 10.0) -> ev.Event:
        async with asyncio.timeout(within_s):
            while True:
                event = await self.queue.get()
                self.seen.append(event)
                if fits(event):
                    return event

    async def state(self, state: str) -> ev.Event:
        return await self.until(lambda e: e == ev.LinkChanged(e.at, state))


@asynccontextmanager
async def linked(
    asterisk: FakeAsterisk, inbox: Inbox, secret: str = "secret", lines: Lines | None = None, **more: Any
) -> AsyncIterator[Link]:
    lines = lines or Lines(lambda line: None)
    link = Link("127.0.0.1", asterisk.port, "callcenter", secret, inbox.queue.put_nowait, None, lines, **more)
    task = asyncio.create_task(link.run())
    try:
        yield link
    finally:
        await link.close()
        assert task.done()
