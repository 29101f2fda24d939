"""A message that a caller leaves: recorded, measured, told while he still speaks."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import numpy as np

from callcenter.floor.events import FlowDone
from callcenter.ivr.running.walker import Walk
from callcenter.ivr.sounds.prompts import PromptError
from callcenter.ivr.walking.commands import Record
from callcenter.ivr.walking.place import Place
from callcenter.telephony.line import HungUp, seconds_of

log = logging.getLogger(__name__)

MESSAGE_S = 2.0
"""A recording of this length is a message; below it the caller only heard the tone and left."""

LOOK_S = 0.5
"""How often a message that is being recorded is looked at; Asterisk writes sound 32 KiB at a time."""

BYTES_A_SECOND = 16_000
HEADER, FRAME = 44, 320
"""Bytes of a WAV file's head, and of 20 ms of sound."""
SILENCE = 256
"""Mean amplitude up to which Asterisk takes 20 ms for silence (its dsp.conf's default)."""


async def record(walk: Walk, place: Place, command: Record) -> str:
    """Most callers end a message by hanging up: it is a message all the same, and told as one while they still speak."""
    file = walk.services.recordings / message_name(walk, place)
    await asyncio.to_thread(walk.services.recordings.mkdir, parents=True, exist_ok=True)
    await _tone(walk)
    telling = asyncio.create_task(_tell_message(walk, wav(file)))
    loop, left = asyncio.get_running_loop(), False
    began = loop.time()
    try:
        await walk.line.record(str(file), most_s=command.most_s, silence_s=command.silence_s)
    except HungUp:
        left = True
        log.info("Call %s: the caller ended his message by hanging up", walk.line.call)
    finally:
        telling.cancel()
    if not await asyncio.to_thread(wav(file).exists):
        if left and loop.time() - began < MESSAGE_S:
            return "nothing"  # He was gone before Asterisk began to record.
        log.error("Call %s: the message could not be recorded to %s; the caller is owed a call all the same", walk.line.call, wav(file))
        return "done"
    return "done" if await asyncio.to_thread(seconds_of, wav(file)) >= MESSAGE_S else "nothing"


async def _tell_message(walk: Walk, file: Path) -> None:
    """Tell that there is a message as soon as there is one: the exit of a call must be known when it ends."""
    while await asyncio.to_thread(_spoken_s, file) < MESSAGE_S:  # noqa: ASYNC110 (nobody tells when a file grows)
        await asyncio.sleep(LOOK_S)
    walk.tell(FlowDone(walk.now(), walk.line.call, "voicemail"))


def _spoken_s(file: Path) -> float:
    """Seconds up to the last sound in a message that is still being recorded: who waits in silence leaves none."""
    if not file.exists():
        return 0.0
    with file.open("rb") as recorded:
        data = recorded.read()[HEADER:]
    frames = np.frombuffer(data[: len(data) // FRAME * FRAME], dtype="<i2").reshape(-1, FRAME // 2)
    loud = np.flatnonzero(np.abs(frames.astype(np.int32)).mean(axis=1) > SILENCE)
    return float(loud[-1] + 1) * FRAME / BYTES_A_SECOND if loud.size else 0.0


async def _tone(walk: Walk) -> None:
    try:
        await walk.line.say([str(await walk.services.prompts.tone())])
    except PromptError as wrong:
        log.error("Call %s: no tone before the message: %s", walk.line.call, wrong)


def message_name(walk: Walk, place: Place) -> str:
    """Of the file, without extension: one for each visit."""
    return f"message-{walk.line.call}-{place.step}-{place.visit}"


def wav(file: Path) -> Path:
    return file.with_name(f"{file.name}.wav")
