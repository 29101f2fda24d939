"""The bundled voice: text to sound. The engine keeps one state for the whole process and is not thread-safe."""

from __future__ import annotations

import asyncio
import ctypes
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Lock
from types import TracebackType

import espeakng_loader
import numpy as np
import soxr

from callcenter.ivr.sounds.sound import RATE, Samples, Silent, for_telephone

VOICES: Mapping[str, str] = {"zh": "cmn", "en": "en-us"}
WORDS_A_MINUTE: Mapping[str, int] = {"zh": 165, "en": 160}

_SYNCHRONOUS = 2
_UTF8 = 1
_SPEED = 1

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class SpeechError(Exception):
    """The engine cannot speak this, or is not there."""


class Voice:
    """The engine, from `open()` to `close()`. `speak` may be awaited by any number of tasks."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="voice")

    async def __aenter__(self) -> Voice:
        return self

    async def __aexit__(self, _kind: type[BaseException] | None, _raised: BaseException | None, _trace: TracebackType | None) -> None:
        await self.close()

    async def close(self) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)

    async def do(self, work: Callable[[Voice], None]) -> None:
        """Run `work(self)` in the voice's thread, where `samples` may be called."""
        await asyncio.get_running_loop().run_in_executor(self._thread, work, self)

    def samples(self, text: str, language: str) -> Samples:
        """The sound of a text, 8 kHz mono; SpeechError when there is none. Only in the voice's thread."""
        with _ONE_AT_A_TIME:
            engine = _engine()
            spoken = engine.speak(text, language)
        return _for_telephone(spoken, engine.rate)


_ONE_AT_A_TIME = Lock()


@cache
def _engine() -> _Engine:
    # Once in a process: the library that is begun a second time goes on with pointers into what it has freed.
    return _Engine()


class _Engine:
    """espeak-ng by ctypes."""

    def __init__(self) -> None:
        try:
            self._lib = ctypes.CDLL(str(espeakng_loader.get_library_path()))
            self.rate = int(self._lib.espeak_Initialize(_SYNCHRONOUS, 0, str(espeakng_loader.get_data_path()).encode(), 0))
        except OSError as wrong:
            raise SpeechError(f"the voice cannot be loaded: {wrong}") from wrong
        if self.rate <= 0:
            raise SpeechError("the voice's data cannot be read")
        self._heard = bytearray()
        self._callback = _Callback(self._hear)  # kept: the engine calls it as long as it lives
        self._lib.espeak_SetSynthCallback(self._callback)

    def _hear(self, wave: ctypes._Pointer[ctypes.c_short], count: int, _events: int | None) -> int:
        if wave and count > 0:
            self._heard += ctypes.string_at(wave, count * 2)
        return 0

    def speak(self, text: str, language: str) -> Samples:
        voice = VOICES.get(language)
        if voice is None:
            raise SpeechError(f"there is no voice for {language!r}; there are {', '.join(VOICES)}")
        self._heard.clear()
        encoded = text.encode("utf-8", errors="replace").replace(b"\0", b"")
        if self._lib.espeak_SetVoiceByName(voice.encode()) != 0:
            raise SpeechError(f"the voice {voice} cannot be loaded")
        self._lib.espeak_SetParameter(_SPEED, WORDS_A_MINUTE[language], 0)
        failed = self._lib.espeak_Synth(encoded, len(encoded) + 1, 0, 1, 0, _UTF8, None, None) or self._lib.espeak_Synchronize()
        if failed:
            raise SpeechError(f"the voice gave up (code {failed})")
        return np.frombuffer(bytes(self._heard), dtype=np.int16)


def _for_telephone(spoken: Samples, rate: int) -> Samples:
    if not len(spoken):
        raise SpeechError("nothing in it can be spoken")
    try:
        return for_telephone(soxr.resample(spoken.astype(np.float32) / 32_768, rate, RATE))
    except Silent:
        raise SpeechError("nothing in it can be spoken") from None
