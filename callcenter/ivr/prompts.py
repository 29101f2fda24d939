"""Prompts as sound files: `<folder>/zh_CN/<hash>.wav`, made when first needed and again when they are gone."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
import time
import wave
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO

import numpy as np

from callcenter.ivr.commands import Words
from callcenter.ivr.sound import RATE, Samples
from callcenter.ivr.speech import VOICES, WORDS_A_MINUTE, SpeechError, Voice
from callcenter.ivr.steps import Flow
from callcenter.ivr.ways import prompts

FOLDERS: Mapping[str, str] = {"zh": "zh_CN", "en": "en"}
"""Subfolder by language: as the hotlines name theirs, so that the dialplan finds the prompts that it plays itself."""

PASSING = "passing"
"""Subfolder of what was spoken to one caller (his name, his number)."""

PASSING_S = 24 * 3600


class PromptError(Exception):
    """A prompt cannot be made; says which and why."""


class Prompts:
    """The folder of prompts. Files of the same text and voice are shared; `voice` makes those that are missing."""

    def __init__(self, folder: Path, voice: Voice) -> None:
        self.folder = folder
        self._voice = voice

    def path(self, words: Words, language: str) -> Path:
        """Where the sound of these words belongs, without extension, as Asterisk is told."""
        voice = f"{VOICES.get(language, '')}/{WORDS_A_MINUTE.get(language, 0)}/{RATE}/2"
        name = hashlib.sha256(f"{voice}\n{words.text}".encode(errors="replace")).hexdigest()[:32]
        folder = self.folder / FOLDERS.get(language, language)
        return (folder if words.fixed else folder / PASSING) / name

    async def file(self, words: Words, language: str) -> Path:
        """The path without extension, absolute; the sound is there when this returns. PromptError when it cannot be made."""
        path = self.path(words, language).absolute()
        if not wav(path).exists():
            try:
                await self._voice.do(lambda voice: _make(voice, words.text, language, wav(path)))
            except (SpeechError, OSError) as wrong:
                raise PromptError(f"cannot make the prompt {words.text[:60]!r} ({language}): {wrong}") from wrong
        return path

    async def tone(self) -> Path:
        """The tone after which a message is recorded; as `file`."""
        path = (self.folder / "tone").absolute()
        if not wav(path).exists():
            try:
                await self._voice.do(lambda _voice: _put(wav(path), _tone()))
            except OSError as wrong:
                raise PromptError(f"cannot make the tone: {wrong}") from wrong
        return path

    def missing(self, texts: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Those of these (language, text) that have no file."""
        return [(language, text) for language, text in texts if not wav(self.path(Words(text), language)).exists()]

    async def prepare(self, texts: Iterable[tuple[str, str]], progress: Callable[[int, int], None]) -> list[str]:
        """Make what is missing of these (language, text), telling `progress(done, of)`; what could not be made, in words."""
        missing = self.missing(texts)
        failed = []
        progress(0, len(missing))
        for done, (language, text) in enumerate(missing, 1):
            try:
                await self.file(Words(text), language)
            except PromptError as wrong:
                failed.append(str(wrong))
            progress(done, len(missing))
        return failed

    async def put_named(self, named: Mapping[str, Mapping[str, str]]) -> list[str]:
        """Prompts by name and language (`zh_CN/<name>.wav`), which the dialplan plays without us. What could not be made, in words."""
        failed = []
        for name, texts in named.items():
            for language, text in texts.items():
                try:
                    made = await self.file(Words(text), language)
                    await asyncio.to_thread(_copy, wav(made), wav(made.with_name(name)))
                except (PromptError, OSError) as wrong:
                    failed.append(f"{name}: {wrong}")
        return failed

    def forget_passing(self, now: float | None = None) -> int:
        """Remove what was spoken to one caller longer than a day ago; how many files went."""
        oldest = (time.time() if now is None else now) - PASSING_S
        old = [path for path in self.folder.glob(f"*/{PASSING}/*.wav") if path.stat().st_mtime < oldest]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


def wav(path: Path) -> Path:
    """The file of a path without extension."""
    return path.with_name(f"{path.name}.wav")


def fixed_texts(flows: Iterable[Flow]) -> list[tuple[str, str]]:
    """Every (language, text) of these flows that is known before any caller, once."""
    every = (
        (language, text)
        for flow in flows
        for step in flow.steps.values()
        for prompt in prompts(step)
        if not prompt.slots
        for language, text in prompt.texts.items()
    )
    return list(dict.fromkeys(every))


def _copy(made: Path, target: Path) -> None:
    sound = made.read_bytes()
    if target.exists() and target.read_bytes() == sound:
        return
    unfinished = target.with_name(f"{target.name}.part")
    unfinished.write_bytes(sound)
    os.replace(unfinished, target)


def _make(voice: Voice, text: str, language: str, target: Path) -> None:
    if not target.exists():  # another call may have made it while this one waited for the voice
        _put(target, voice.samples(text, language))


def _tone() -> Samples:
    """A third of a second of 1 kHz, faded in and out so that it does not click."""
    at = np.arange(RATE // 3) / RATE
    fade = np.minimum(1.0, np.minimum(at, at[::-1]) * 100)
    tone: Samples = (np.sin(2 * np.pi * 1000 * at) * fade * 8_000).astype(np.int16)
    return tone


def _put(target: Path, sound: Samples) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=target.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            _write(file, sound)
        os.chmod(unfinished, 0o644)  # Asterisk may run as another user
        os.replace(unfinished, target)
    except OSError:
        Path(unfinished).unlink(missing_ok=True)
        raise


def _write(file: IO[bytes], sound: Samples) -> None:
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(sound.tobytes())
