"""Prompts as sound files: made, or fetched from the store, when first needed and again when they are gone.

Spoken ones are `<folder>/zh_CN/<hash of text and voice>.wav`, recorded ones `<folder>/recorded/<sha256>.wav`.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import re
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from callcenter.ivr.language.known import NamedPrompt
from callcenter.ivr.language.steps import Flow
from callcenter.ivr.language.ways import prompts
from callcenter.ivr.sounds.sound import RATE, Samples, as_wav
from callcenter.ivr.sounds.speaker import Speaker
from callcenter.ivr.sounds.speech import VOICES, WORDS_A_MINUTE, SpeechError, Voice
from callcenter.ivr.walking.commands import Words
from callcenter.store.engine import AWAY

log = logging.getLogger(__name__)

Stored = Callable[[str], Awaitable[bytes | None]]
"""The bytes of a recorded sound by its sha256; None where there is none. Raises one of AWAY."""

FOLDERS: Mapping[str, str] = {"zh": "zh_CN", "en": "en"}
"""Subfolder by language: as the hotlines name theirs, so that the dialplan finds the prompts that it plays itself."""

PASSING = "passing"
"""Subfolder of what was spoken to one caller (his name, his number)."""

PASSING_S = 24 * 3600

UNUSED_S = 30 * 24 * 3600
MADE = re.compile(r"(?:[0-9a-f]{32}|[0-9a-f]{64})\.wav|.*\.part")
"""Files that are named by what they hold, or were never finished; those of the dialplan have names of their own."""

RECORDED = "recorded"
"""Subfolder of what people recorded: copies of what the store has."""

AT_ONCE = 4
"""Prompts that are made ahead at a time: an engine elsewhere answers several."""

STORED_S = 2.0
"""How long a caller waits for the store to give a recorded sound."""


class PromptError(Exception):
    """A prompt cannot be made; says which and why."""


class Prompts:
    """The folder of prompts. Files of the same text and voice are shared; what is missing is made, or fetched, when it is wanted.

    `speaker`: the site's own engine; the bundled `voice` takes its place while it fails. `stored` gives a recorded sound by its sha256.
    """

    def __init__(self, folder: Path, voice: Voice, *, speaker: Speaker | None = None, stored: Stored | None = None) -> None:
        self.folder = folder
        self.speaker = speaker
        self._voice = voice
        self._stored = stored
        self._making: dict[Path, asyncio.Task[None]] = {}

    def path(self, words: Words, language: str) -> Path:
        """Where the sound of these words belongs, without extension, as Asterisk is told."""
        if words.sound:
            return self.folder / RECORDED / words.sound
        return self._spoken(words, language, self.speaker.mark if self.speaker else _bundled(language))

    def _spoken(self, words: Words, language: str, mark: str) -> Path:
        name = hashlib.sha256(f"{mark}\n{words.text}".encode(errors="replace")).hexdigest()[:32]
        folder = self.folder / FOLDERS.get(language, language)
        return (folder if words.fixed else folder / PASSING) / name

    def ready(self, words: Words, language: str) -> Path | None:
        """The path as `file` gives it when the sound is there already."""
        path = self.path(words, language).absolute()
        return path if wav(path).exists() else None

    async def file(self, words: Words, language: str) -> Path:
        """The path without extension, absolute; the sound is there when this returns. PromptError when it cannot be made.

        A recorded sound that cannot be had is spoken instead.
        """
        path = self.path(words, language).absolute()
        if wav(path).exists():
            return path
        try:
            if words.sound:
                return await self._recorded(words, language, path)
            if self.speaker is not None:
                return await self._by_speaker(self.speaker, words, language, path)
            await self._voice.do(lambda voice: _make(voice, words.text, language, wav(path)))
        except (SpeechError, OSError) as wrong:
            raise PromptError(f"cannot make the prompt {words.text[:60]!r} ({language}): {wrong}") from wrong
        return path

    async def _recorded(self, words: Words, language: str, path: Path) -> Path:
        try:
            async with asyncio.timeout(STORED_S):
                sound = await self._stored(words.sound) if self._stored else None
        except AWAY as wrong:
            log.error("the recording of %r is spoken, the store does not give it: %s", words.text[:60], wrong or "no answer")
            return await self.file(replace(words, sound=""), language)
        if sound is None:
            log.error("the recording of %r is spoken, the store has no sound %s", words.text[:60], words.sound)
            return await self.file(replace(words, sound=""), language)
        await asyncio.to_thread(_put, wav(path), sound)
        return path

    async def _by_speaker(self, speaker: Speaker, words: Words, language: str, path: Path) -> Path:
        """By the engine, once however many wait for it; while it fails, by the bundled voice under that one's own name."""
        try:
            if path not in self._making:
                self._making[path] = asyncio.create_task(self._ask(speaker, words, language, path))
            await asyncio.shield(self._making[path])
        except SpeechError:
            path = self._spoken(words, language, _bundled(language)).absolute()
            await self._voice.do(lambda voice: _make(voice, words.text, language, wav(path)))
        return path

    async def _ask(self, speaker: Speaker, words: Words, language: str, path: Path) -> None:
        try:
            sound = await speaker.samples(words.text, language)
            await asyncio.to_thread(_put, wav(path), as_wav(sound))
        finally:
            del self._making[path]

    async def tone(self) -> Path:
        """The tone after which a message is recorded; as `file`."""
        path = (self.folder / "tone").absolute()
        if not wav(path).exists():
            try:
                await asyncio.to_thread(_put, wav(path), as_wav(_tone()))
            except OSError as wrong:
                raise PromptError(f"cannot make the tone: {wrong}") from wrong
        return path

    def missing(self, texts: Iterable[tuple[str, Words]]) -> list[tuple[str, Words]]:
        """Those of these (language, words) that have no file."""
        return [(language, words) for language, words in texts if not wav(self.path(words, language)).exists()]

    async def prepare(self, texts: Iterable[tuple[str, Words]], progress: Callable[[int, int], None]) -> list[str]:
        """Make what is missing of these (language, words), telling `progress(done, of)`; what could not be made, in words."""
        missing = self.missing(texts)
        failed: list[str] = []
        done = 0
        turns = asyncio.Semaphore(AT_ONCE)

        async def make(language: str, words: Words) -> None:
            nonlocal done
            async with turns:
                try:
                    await self.file(words, language)
                except PromptError as wrong:
                    failed.append(str(wrong))
            done += 1
            progress(done, len(missing))

        progress(0, len(missing))
        await asyncio.gather(*(make(language, words) for language, words in missing))
        return failed

    async def put_named(self, named: Mapping[str, NamedPrompt]) -> list[str]:
        """Prompts by name and language (`zh_CN/<name>.wav`), which the dialplan plays without us. What could not be made, in words."""
        failed = []
        for name, prompt in named.items():
            for language, text in prompt.texts.items():
                try:
                    made = await self.file(Words(text, sound=prompt.sounds.get(language, "")), language)
                    await asyncio.to_thread(_copy, wav(made), self.folder / FOLDERS.get(language, language) / f"{name}.wav")
                except (PromptError, OSError) as wrong:
                    failed.append(f"{name}: {wrong}")
        return failed

    def forget_unused(self, texts: Iterable[tuple[str, Words]], now: float | None = None) -> int:
        """Remove the sounds that were not among such (language, words) for `UNUSED_S`; how many files went.

        A file's time is when it was last among them. One that is wanted again in spite of it is made again.
        """
        now = time.time() if now is None else now
        wanted = {wav(self.path(words, language)) for language, words in texts}
        for path in wanted:
            with suppress(FileNotFoundError):
                os.utime(path, (now, now))
        there = [path for name in (*FOLDERS.values(), RECORDED) for path in (self.folder / name).glob("*.*")]
        old = [path for path in there if MADE.fullmatch(path.name) and path not in wanted and path.stat().st_mtime < now - UNUSED_S]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

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


def fixed_texts(flows: Iterable[Flow]) -> list[tuple[str, Words]]:
    """Everything that these flows say that is known before any caller, once, with its language."""
    every = (
        (language, Words(text, sound=prompt.sounds.get(language, "")))
        for flow in flows
        for step in flow.steps.values()
        for prompt in prompts(step)
        for language, text in prompt.texts.items()
        if not prompt.slots or language in prompt.sounds
    )
    return list(dict.fromkeys(every))


def _bundled(language: str) -> str:
    """What decides how the bundled voice sounds."""
    return f"{VOICES.get(language, '')}/{WORDS_A_MINUTE.get(language, 0)}/{RATE}/2"


def _copy(made: Path, target: Path) -> None:
    sound = made.read_bytes()
    if not target.exists() or target.read_bytes() != sound:
        _put(target, sound)


def _make(voice: Voice, text: str, language: str, target: Path) -> None:
    if not target.exists():  # another call may have made it while this one waited for the voice
        _put(target, as_wav(voice.samples(text, language)))


def _tone() -> Samples:
    """A third of a second of 1 kHz, faded in and out so that it does not click."""
    at = np.arange(RATE // 3) / RATE
    fade = np.minimum(1.0, np.minimum(at, at[::-1]) * 100)
    tone: Samples = (np.sin(2 * np.pi * 1000 * at) * fade * 8_000).astype(np.int16)
    return tone


def _put(target: Path, sound: bytes) -> None:
    """Whole or not at all, after a power failure, too: a file that is there is never made again."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=target.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(sound)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(unfinished, 0o644)  # Asterisk may run as another user
        os.replace(unfinished, target)
    except OSError:
        Path(unfinished).unlink(missing_ok=True)
        raise
