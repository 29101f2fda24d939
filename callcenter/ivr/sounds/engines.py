"""Engines that speak beside the bundled voice: a command of the site's own, or an HTTP service."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import aiohttp

from callcenter.ivr.sounds.decoder import MOST_BYTES
from callcenter.ivr.sounds.speech import SpeechError
from callcenter.settings import Settings

MOST_SAID = 300
"""Letters that are told of what a failing command said."""

END_S = 2.0

Speak = Callable[[str, str], Awaitable[bytes]]
"""Text and language (zh, en) to a file of sound of any kind. Raises SpeechError."""


@dataclass(frozen=True)
class Engine:
    """`mark` stands for all that decides how it sounds: what was spoken under another mark is spoken anew."""

    mark: str
    speak: Speak


def engine_of(settings: Settings) -> Engine | None:
    """The engine that the settings name; None: the bundled voice alone."""
    if settings.speech == "command":
        words = shlex.split(settings.speech_command)
        speak = partial(by_command, words, settings.speech_voice, settings.speech_timeout_s)
        return Engine(f"command/{settings.speech_command}/{settings.speech_voice}", speak)
    if settings.speech == "http":
        speak = partial(by_http, settings.speech_url, settings.speech_voice, settings.speech_timeout_s)
        return Engine(f"http/{settings.speech_url}/{settings.speech_voice}", speak)
    return None


async def by_command(words: Sequence[str], voice: str, limit_s: float, text: str, language: str) -> bytes:
    """The text on standard input, a sound on standard output. `{language}` and `{voice}` in the command are filled in."""
    pipe = asyncio.subprocess.PIPE
    filled = [word.replace("{language}", language).replace("{voice}", voice) for word in words]
    try:
        running = await asyncio.create_subprocess_exec(*filled, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)
    except OSError as wrong:
        raise SpeechError(f"{filled[0]} cannot be started: {wrong.strerror}") from wrong
    assert running.stdin is not None
    assert running.stdout is not None
    assert running.stderr is not None
    try:
        async with asyncio.timeout(limit_s):
            _, sound, said = await asyncio.gather(_give(running.stdin, text), _taken(running.stdout), _taken(running.stderr))
            status = await running.wait()
    except TimeoutError:
        raise SpeechError(f"{filled[0]} took longer than {limit_s} s") from None
    finally:
        await _end(running)
    if status:
        why = said.decode(errors="replace").strip()[-MOST_SAID:]
        raise SpeechError(f"{filled[0]} ended with {status}{f': {why}' if why else ''}")
    return sound


async def by_http(url: str, voice: str, limit_s: float, text: str, language: str) -> bytes:
    """POST of `{"text": …, "language": "zh", "voice": …}`; the answer's body is the sound."""
    asked = {"text": text, "language": language, "voice": voice}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=limit_s)) as session,
            session.post(url, json=asked, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise SpeechError(f"the voice's service answers {answer.status}")
            return await _taken(answer.content)
    except TimeoutError:
        raise SpeechError(f"the voice's service took longer than {limit_s} s") from None
    except (aiohttp.ClientError, ValueError) as wrong:
        raise SpeechError(f"the voice's service cannot be asked: {wrong or type(wrong).__name__}") from wrong


async def _give(pipe: asyncio.StreamWriter, text: str) -> None:
    with suppress(ConnectionError):  # a command may end without reading all
        pipe.write(text.encode(errors="replace"))
        await pipe.drain()
    pipe.close()


async def _taken(source: asyncio.StreamReader | aiohttp.StreamReader) -> bytes:
    taken = bytearray()
    while piece := await source.read(1 << 16):
        taken += piece
        if len(taken) > MOST_BYTES:
            raise SpeechError(f"what it gave is more than {MOST_BYTES >> 20} MB")
    return bytes(taken)


async def _end(running: asyncio.subprocess.Process) -> None:
    """With all that it started. What it still had to say is read away: a process is not ended before its pipes are."""
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    with suppress(TimeoutError):
        async with asyncio.timeout(END_S):
            for pipe in (running.stdout, running.stderr):
                while pipe and await pipe.read(1 << 16):
                    pass
            await running.wait()
