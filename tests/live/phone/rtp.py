"""The sound of one leg: a tone sent as A-law RTP, keys as RFC 4733 events, and what comes back kept for listening."""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import socket
import struct
import time
from dataclasses import dataclass

import numpy as np

from tests.live.sipp import alaw

ALAW, EVENT = 8, 101
FRAME_S = 0.02
FRAME = 160
KEYS = "0123456789*#ABCD"
KEY_FRAMES = 6
"""Frames of a key's length: 120 ms."""

_ports = itertools.count(random.SystemRandom().randrange(0, 8000, 2), 2)
PORT_LOW, PORT_SPAN = 11_000, 8_900
"""Below the range from which the system gives out ports."""


@dataclass(frozen=True)
class Offer:
    """What a session description says: where the other side listens, which way sound goes, how keys are sent."""

    host: str
    port: int
    direction: str
    event: int


def read_offer(sdp: str) -> Offer:
    host = re.search(r"^c=IN IP4 (\S+)", sdp, re.MULTILINE)
    port = re.search(r"^m=audio (\d+)", sdp, re.MULTILINE)
    direction = re.search(r"^a=(sendrecv|sendonly|recvonly|inactive)", sdp, re.MULTILINE)
    event = re.search(r"^a=rtpmap:(\d+) telephone-event/8000", sdp, re.MULTILINE)
    assert host is not None, f"no address in {sdp!r}"
    assert port is not None, f"no audio in {sdp!r}"
    return Offer(host[1], int(port[1]), direction[1] if direction else "sendrecv", int(event[1]) if event else EVENT)


@dataclass(frozen=True)
class Key:
    """A key that is being pressed: frames left, the time stamp at which it began."""

    number: int
    left: int
    began: int
    sent: asyncio.Future[None]


class Sound:
    """One leg's RTP. Opened by `open`, closed by `close`; `heard` is the A-law that came, `since` when the first packet did."""

    def __init__(self, hertz: float, first_sequence: int) -> None:
        self.heard = bytearray()
        self.hertz = hertz
        self._tone = _tone(hertz)
        self._sequence = first_sequence
        self._stamp = random.SystemRandom().randrange(1 << 31)
        self._source = random.SystemRandom().randrange(1 << 32)
        self._socket = _bound()
        self._port: int = self._socket.getsockname()[1]
        self._to: tuple[str, int] | None = None
        self._event = EVENT
        self._key: Key | None = None
        self._task: asyncio.Task[None] | None = None
        self._version = 0

    def begin_at(self, sequence: int) -> None:
        """Number the packets from here on, before the first one is sent."""
        assert self._task is None, "it speaks already"
        self._sequence = sequence

    def described(self, direction: str = "sendrecv", event: int | None = None) -> str:
        """Our session description."""
        self._version += 1
        keys = self._event if event is None else event
        return (
            f"v=0\r\no=- {self._source} {self._version} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {self._port} RTP/AVP {ALAW} {keys}\r\na=rtpmap:{ALAW} PCMA/8000\r\n"
            f"a=rtpmap:{keys} telephone-event/8000\r\na=fmtp:{keys} 0-15\r\na=ptime:20\r\na={direction}\r\n"
        )

    def send_to(self, sdp: str) -> None:
        """Speak to where the other side listens; called again when that changes."""
        offer = read_offer(sdp)
        self._to, self._event = (offer.host, offer.port), offer.event
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._speak())
            asyncio.get_running_loop().add_reader(self._socket.fileno(), self._hear)

    def press(self, key: str) -> asyncio.Future[None]:
        """Send a key; done when it was sent. One at a time."""
        assert self._key is None, "a key is being pressed"
        sent = asyncio.get_running_loop().create_future()
        self._key = Key(KEYS.index(key), KEY_FRAMES + 3, self._stamp, sent)
        return sent

    def close(self) -> None:
        if self._key is not None and not self._key.sent.done():
            self._key.sent.set_result(None)
        if self._task is not None:
            self._task.cancel()
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._task = None
        self._socket.close()

    async def _speak(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        for n in itertools.count():
            self._send_frame(n)
            due = max(due + FRAME_S, loop.time() - 1)
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _send_frame(self, n: int) -> None:
        kind, marker, stamp, payload = ALAW, 0, self._stamp, self._tone[n * FRAME % len(self._tone) :][:FRAME]
        if self._key is not None:
            kind, marker, stamp, payload = self._event, *self._key_frame(self._key)
        head = struct.pack("!BBHII", 0x80, kind | marker, self._sequence & 0xFFFF, stamp & 0xFFFFFFFF, self._source)
        self._sequence += 1
        self._stamp += FRAME
        if self._to is not None:
            self._socket.sendto(head + payload, self._to)

    def _key_frame(self, key: Key) -> tuple[int, int, bytes]:
        """Marker, time stamp and payload; the last three frames say that it ended."""
        duration = min(KEY_FRAMES, KEY_FRAMES + 4 - key.left) * FRAME
        self._key = Key(key.number, key.left - 1, key.began, key.sent) if key.left > 1 else None
        if self._key is None and not key.sent.done():
            key.sent.set_result(None)
        marker = 0x80 if key.left == KEY_FRAMES + 3 else 0
        return marker, key.began, struct.pack("!BBH", key.number, 0x8A if key.left <= 3 else 0x0A, duration)

    def _hear(self) -> None:
        try:
            packet = self._socket.recv(2048)
        except (BlockingIOError, ConnectionRefusedError):
            return
        if len(packet) > 12 and packet[1] & 0x7F == ALAW:
            self.heard += packet[12:]


def _tone(hertz: float) -> bytes:
    samples = np.sin(2 * np.pi * hertz * np.arange(8000) / 8000) * 8000
    return alaw(samples.astype(np.int16))


def _bound() -> socket.socket:
    while True:
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.setblocking(False)
        try:
            one.bind(("127.0.0.1", PORT_LOW + next(_ports) % PORT_SPAN))
        except OSError:
            one.close()
            continue
        return one


def now() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000
