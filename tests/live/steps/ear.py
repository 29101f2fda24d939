"""A caller who listens: SIPp dials and offers our port for the sound; which prompt is heard there is found by comparing with its file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from callcenter.ivr.sounds.prompts import Prompts, wav
from callcenter.ivr.walking.commands import Words
from tests.bench.rtp import ALAW, SAMPLES, SILENCE, Handset
from tests.live.centre import until
from tests.live.sipp import Telephone, alaw, caller
from tests.live.sound import from_alaw, samples

RATE = 8000
WINDOW = 2 * RATE
"""So much of a prompt's begin is compared; of a shorter one all of it."""
LEAST = RATE // 2
ALIKE = 0.8
"""The correlation, from -1 to 1, from which two sounds are the same one; different prompts stay below 0.4."""
TONE = alaw((np.sin(2 * np.pi * 500 * np.arange(SAMPLES) / RATE) * 8000).astype(np.int16))
HEAD = 12
QUIET = 200.0


class Ear(Handset):
    """Keeps what it hears, packet after packet; silence in which nothing is sent takes no place."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = bytearray()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        super().datagram_received(data, addr)
        if len(data) > HEAD and data[1] & 0x7F == ALAW:
            self.heard += data[HEAD:]

    async def say(self, seconds: float) -> None:
        """Speak for a while; a tone, which Asterisk takes for speech."""
        self.voice = TONE
        await asyncio.sleep(seconds)
        self.voice = SILENCE


class Book:
    """What each text sounds like: the centre's own files of prompts, as no voice says the same twice alike.

    `fixed`: the texts that a flow says to everybody; the others are made for one caller.
    """

    def __init__(self, prompts: Prompts, fixed: Collection[str]) -> None:
        self._prompts = prompts
        self._fixed = fixed

    async def sound(self, text: str, language: str) -> np.ndarray:
        """All of it, from its first sound to its last."""
        path = wav(self._prompts.path(Words(text, fixed=text in self._fixed), language))
        await until(f"the centre has made {text!r}", partial(asyncio.to_thread, path.exists), 15)
        whole = samples(path)
        loud = np.flatnonzero(np.abs(whole) > QUIET)
        return whole[loud[0] : loud[-1] + 1]


@dataclass
class Caller:
    """Somebody in a call, from number `number`."""

    number: str
    telephone: Telephone
    ear: Ear
    book: Book
    _since: int = field(default=0)

    async def hears(
        self, text: str, language: str = "zh", limit_s: float = 15.0, least_s: float = WINDOW / RATE, *, end: bool = False
    ) -> None:
        """Wait until this prompt is heard after what was heard before: its first `least_s`, or its end."""
        whole, most = await self.book.sound(text, language), int(least_s * RATE)
        wanted = whole[-most:] if end else whole[:most]
        assert len(wanted) >= LEAST, f"too short to be known again: {text}"

        async def look() -> bool:
            came = bytes(self.ear.heard[self._since :])
            at = await asyncio.to_thread(place, wanted, came)
            # What was compared and is not it need not be compared again.
            self._since += max(0, len(came) - len(wanted) + 1) if at is None else at + len(wanted)
            return at is not None

        await until(f"{self.number} hears {text!r}", look, limit_s)

    async def press(self, keys: str) -> None:
        for key in keys:
            await self.ear.press(key)

    async def is_hung_up(self, limit_s: float = 20.0) -> None:
        """The other side ends the call."""
        assert await self.telephone.done(limit_s) == 0, f"{self.number}: see {self.telephone.folder}"

    async def hangs_up(self) -> None:
        self.telephone.hang_up()
        assert await self.telephone.done(10) == 0, f"{self.number}: see {self.telephone.folder}"


def place(wanted: np.ndarray, heard: bytes) -> int | None:
    """Where (in samples) this sound is in what was heard; None when it is not there."""
    if len(heard) < len(wanted):
        return None
    sound, pattern = from_alaw(heard), wanted - wanted.mean()
    size = 1 << (len(sound) + len(pattern) - 1).bit_length()
    matched = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(pattern, size)), size)[: len(sound) - len(pattern) + 1]
    power = np.concatenate(([0.0], np.cumsum(sound**2)))
    energy = np.sqrt(np.maximum(power[len(pattern) :] - power[: -len(pattern)], 1.0) * (pattern**2).sum())
    best = int(np.argmax(matched / energy))
    return best if matched[best] / energy[best] >= ALIKE else None


@asynccontextmanager
async def calling(sip_port: int, hotline: str, number: str, folder: Path, book: Book) -> AsyncIterator[Caller]:
    """Dial; hung up at the latest when the block is left."""
    transport, ear = await asyncio.get_running_loop().create_datagram_endpoint(Ear, local_addr=("127.0.0.1", 0))
    speaking = asyncio.create_task(ear.speak())
    try:
        async with caller(sip_port, hotline, folder, calling_from=number, media_port=ear.port) as telephone:
            yield Caller(number, telephone, ear, book)
    finally:
        speaking.cancel()
        transport.close()
