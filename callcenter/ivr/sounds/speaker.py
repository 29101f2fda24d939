"""The site's own engine as long as it speaks: while it fails, it is left alone for a while and the bundled voice takes its place."""

from __future__ import annotations

import asyncio
import io
import logging
import time
import wave
from collections.abc import Callable

import numpy as np
import soxr

from callcenter.ivr.sounds.decoder import Decoder, NoSound
from callcenter.ivr.sounds.engines import Engine
from callcenter.ivr.sounds.sound import RATE, Samples, Silent, for_telephone, samples_of
from callcenter.ivr.sounds.speech import SpeechError

log = logging.getLogger(__name__)

REST_S = 30.0
"""How long an engine that failed is not asked again: a caller must not wait for it at every prompt."""

AT_ONCE = 2
"""Texts that are spoken at a time: who calls needs the cores, too."""

RATES = range(4_000, 192_001)
"""Samples a second that a voice may have; a file that tells another rate would become as long as it likes."""


class Speaker:
    """Asks the engine, counts its failures. `trouble` says why it does not speak, '' while it does."""

    def __init__(self, engine: Engine, decoder: Decoder, now: Callable[[], float] = time.monotonic) -> None:
        self.mark = engine.mark
        self.trouble = ""
        self.failures = 0
        self._engine = engine
        self._decoder = decoder
        self._now = now
        self._failed = -REST_S
        self._turns = asyncio.Semaphore(AT_ONCE)

    @property
    def resting(self) -> bool:
        return bool(self.trouble) and self._now() - self._failed < REST_S

    async def samples(self, text: str, language: str) -> Samples:
        """The text spoken by the engine, as a telephone carries it. Raise SpeechError."""
        async with self._turns:
            if self.resting:
                raise SpeechError(self.trouble)
            try:
                sound = await self._spoken(text, language)
            except SpeechError as wrong:
                self._gave_up(str(wrong))
                raise
            if self.trouble:
                log.info("the engine speaks again")
                self.trouble = ""
            return sound

    async def _spoken(self, text: str, language: str) -> Samples:
        file = await self._engine.speak(text, language)
        try:
            plain = await asyncio.to_thread(_plain, file)
            return samples_of((await self._decoder.decode(file)).wav) if plain is None else plain
        except (NoSound, Silent) as wrong:
            raise SpeechError(f"what it gave is no sound ({wrong})") from None

    def _gave_up(self, why: str) -> None:
        self.failures += 1
        self._failed = self._now()
        if not self.trouble:
            log.error("the engine does not speak, the bundled voice does: %s", why)
        self.trouble = why


def _plain(file: bytes) -> Samples | None:
    """What a WAV of 16 bit holds; None for anything else."""
    try:
        with wave.open(io.BytesIO(file), "rb") as source:
            sides, width, rate = source.getnchannels(), source.getsampwidth(), source.getframerate()
            frames = source.readframes(source.getnframes())
    except (wave.Error, EOFError):
        return None
    if width != 2 or not sides or rate not in RATES:
        return None
    whole = np.frombuffer(frames[: len(frames) // (2 * sides) * 2 * sides], dtype="<i2")
    sound = (whole.reshape(-1, sides).mean(axis=1) / 32_768).astype(np.float32)
    return for_telephone(soxr.resample(sound, rate, RATE) if len(sound) else sound)
