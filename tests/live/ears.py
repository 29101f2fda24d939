"""Ears for many callers: each hears at a port of its own, whatever plays its signalling."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import numpy as np

from tests.live.sound import from_alaw, share

RTP_HEAD = 12
ALAW = 8
WINDOW = 800
"""Samples of a tenth of a second."""
LOUD = 500


class Ear(asyncio.DatagramProtocol):
    """What came to one port, in the order in which it came."""

    def __init__(self) -> None:
        self.port = 0
        self._heard = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) > RTP_HEAD and data[1] & 0x7F == ALAW:
            self._heard += data[RTP_HEAD:]

    def tones(self, of: Sequence[float]) -> list[float]:
        """The tones that were heard, one after the other: one that goes on, or comes again after silence, counts once."""
        sound = from_alaw(bytes(self._heard))
        heard: list[float] = []
        for window in sound[: len(sound) // WINDOW * WINDOW].reshape(-1, WINDOW):
            if np.abs(window).max() < LOUD:
                continue
            for hertz in of:
                if share(window, hertz) > 0.8 and heard[-1:] != [hertz]:
                    heard.append(hertz)
        return heard


@asynccontextmanager
async def ears(count: int) -> AsyncIterator[list[Ear]]:
    """So many, on free ports."""
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(count):
            transport, ear = await asyncio.get_running_loop().create_datagram_endpoint(Ear, local_addr=("127.0.0.1", 0))
            stack.callback(transport.close)
            made.append(ear)
        yield made
