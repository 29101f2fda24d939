"""The mouth and ear of a telephone: A-law silence is spoken, keys are pressed (RFC 4733), and when a packet of sound came is known."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

PACKET_S = 0.02
SAMPLES = 160
ALAW, EVENT = 8, 96
SILENCE = b"\xd5" * SAMPLES
KEYS = "0123456789*#"
KEY_PACKETS = 4
LIMIT_S = 30.0
SO_TIMESTAMPNS = 35
"""Linux: the kernel tells of each packet when it came (seconds and nanoseconds of the clock on the wall)."""


class Stamped(socket.socket):
    """`came`: when the last packet came (s of time.perf_counter()). Whoever reads it may have waited for a core meanwhile."""

    came = 0.0

    def recvfrom(self, bufsize: int, flags: int = 0) -> tuple[bytes, tuple[str, int]]:
        data, told, _, sender = self.recvmsg(bufsize, socket.CMSG_SPACE(16), flags)
        self.came = time.perf_counter()
        for level, kind, stamp in told:
            if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
                seconds, nanoseconds = struct.unpack("qq", stamp)
                self.came -= (time.time_ns() - seconds * 1_000_000_000 - nanoseconds) / 1e9
        return data, sender


class Handset(asyncio.DatagramProtocol):
    """Times are seconds of time.perf_counter(). `voice` is the A-law of one packet that it says all the time."""

    def __init__(self, ear: Stamped | None = None) -> None:
        self.port = 0
        self.heard_at = 0.0
        self.voice = SILENCE
        self._ear = ear
        self._far: tuple[str, int] | None = None
        self._transport: asyncio.DatagramTransport | None = None
        self._next = asyncio.Event()
        self._sequence = 0
        self._at = 0
        self._pressing = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard_at = self._ear.came if self._ear else time.perf_counter()
        self._far = addr
        self._next.set()

    async def sound(self) -> float:
        """Wait for the next packet; when it came."""
        self._next.clear()
        await asyncio.wait_for(self._next.wait(), LIMIT_S)
        return self.heard_at

    async def quiet(self, for_s: float) -> None:
        """Wait until nothing was heard for so long."""
        while (rest := self.heard_at + for_s - time.perf_counter()) > 0:  # noqa: ASYNC110 (nobody tells when nothing comes)
            await asyncio.sleep(rest)

    async def press(self, key: str) -> float:
        """Press a key for 80 ms; when it was let go. Asterisk, too, counts a key when it is let go."""
        self._pressing = True
        began = self._at
        for held in range(1, KEY_PACKETS + 1):
            self._send_key(key, began, held * SAMPLES, first=held == 1)
            await asyncio.sleep(PACKET_S)
        let_go = time.perf_counter()
        for _ in range(3):
            self._send_key(key, began, KEY_PACKETS * SAMPLES, over=True)
        self._at = began + (KEY_PACKETS + 1) * SAMPLES
        self._pressing = False
        return let_go

    async def speak(self) -> None:
        """What its voice is, packet by packet, until cancelled."""
        while True:
            if not self._pressing:
                self._send(ALAW, self._at, self.voice)
                self._at += SAMPLES
            await asyncio.sleep(PACKET_S)

    def _send_key(self, key: str, at: int, held: int, *, first: bool = False, over: bool = False) -> None:
        self._send(EVENT | (0x80 if first else 0), at, struct.pack("!BBH", KEYS.index(key), 10 | (0x80 if over else 0), held))

    def _send(self, kind: int, at: int, payload: bytes) -> None:
        if self._far is None or self._transport is None:
            return
        self._sequence += 1
        head = struct.pack("!BBHII", 0x80, kind, self._sequence & 0xFFFF, at & 0xFFFFFFFF, 0x51AB)
        self._transport.sendto(head + payload, self._far)


@asynccontextmanager
async def handset(*, speaking: bool = True) -> AsyncIterator[Handset]:
    """One on a free port. Who does not speak sends nothing but his keys, as telephones do that suppress silence."""
    ear = Stamped(socket.AF_INET, socket.SOCK_DGRAM)
    ear.setblocking(False)
    ear.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    ear.bind(("127.0.0.1", 0))
    transport, one = await asyncio.get_running_loop().create_datagram_endpoint(lambda: Handset(ear), sock=ear)
    voice = asyncio.create_task(one.speak()) if speaking else None
    try:
        yield one
    finally:
        if voice is not None:
            voice.cancel()
        transport.close()
