"""Any file of sound in, a telephone's sound out; the work is done by a process of its own (decode.py)."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from callcenter.ivr.sounds.sound import millis
from callcenter.web.texts import N_

MOST_BYTES = 20 << 20
MOST_S = 120
"""A prompt is no longer than this."""

LIMIT_S = 40.0
"""How long the other process may take, waiting for a core included."""

WHYS: Mapping[str, str] = {
    "no_sound": N_("This is no sound that can be read: WAV, MP3, OGG, M4A or FLAC was expected."),
    "too_long": N_("This sound is too long: two minutes at most."),
    "too_big": N_("This file is too big: 20 MB at most."),
    "silent": N_("Nothing can be heard in this sound."),
    "empty": N_("This file is empty."),
    "too_slow": N_("This sound could not be read in time; please try again."),
}
"""What may be wrong with a file, in words."""


class NoSound(Exception):
    """`why` is a key of WHYS."""

    def __init__(self, why: str) -> None:
        super().__init__(WHYS[why])
        self.why = why


@dataclass(frozen=True)
class Sound:
    """A WAV of 8 kHz, mono, 16 bit, of even level; `sha` is the SHA-256 of its bytes."""

    sha: str
    wav: bytes
    ms: int


def sound_of(wav: bytes) -> Sound:
    """A WAV of our own making with its name and length."""
    return Sound(hashlib.sha256(wav).hexdigest(), wav, millis(wav))


class Decoder:
    """Takes files one after the other: whoever uploads many must not take the cores from those who call."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)

    async def decode(self, file: bytes, most_s: float = MOST_S) -> Sound:
        """The first sound in a file. Raise NoSound."""
        if not file:
            raise NoSound("empty")
        if len(file) > MOST_BYTES:
            raise NoSound("too_big")
        async with self._turn:
            word, _, wav = (await _by_process(file, most_s)).partition(b"\n")
        if word != b"done":
            # A process that was broken by the file says nothing.
            raise NoSound(word.decode() or "no_sound")
        return sound_of(wav)


async def _by_process(file: bytes, most_s: float) -> bytes:
    words = [sys.executable, "-m", "callcenter.ivr.sounds.decode", str(most_s)]
    pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    running = await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe, stderr=nowhere)
    try:
        async with asyncio.timeout(LIMIT_S):
            said, _ = await running.communicate(file)
    except TimeoutError:
        raise NoSound("too_slow") from None
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()
    return said
