"""A talk's sound for the browser: one stereo WAV (agent left, caller right) made while it is sent, out of two mono files."""

from __future__ import annotations

import asyncio
import re
import struct
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HEADER = 44
"""Bytes of the WAV header that we write."""
FRAME = 4
"""Bytes of one stereo sample, 16 bits a side."""
BLOCK = 16_000
"""Samples read at a time: two seconds at 8 kHz."""

SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class NoSound(Exception):
    """There is no sound to play: the file is missing, or is no mono 16-bit WAV."""


class BadRange(Exception):
    """The bytes asked for are not there; `size` is how many there are."""

    def __init__(self, size: int) -> None:
        super().__init__(f"there are {size} bytes")
        self.size = size


@dataclass(frozen=True)
class Track:
    """One side: where its samples begin in the file, how many there are, and how many a second."""

    path: Path
    offset: int
    samples: int
    rate: int


@dataclass(frozen=True)
class Stereo:
    """Both sides; one that is missing is silent. Never both."""

    agent: Track | None
    caller: Track | None

    @property
    def rate(self) -> int:
        return next(track.rate for track in (self.agent, self.caller) if track)

    @property
    def samples(self) -> int:
        return max(track.samples for track in (self.agent, self.caller) if track)

    @property
    def size(self) -> int:
        """Bytes of the whole WAV."""
        return HEADER + self.samples * FRAME


def stereo(folder: Path, leg: str) -> Stereo:
    """Both sides of what was recorded on `leg`; raise NoSound when neither can be played, or the sides differ in rate.

    The files are named by us: a leg with any other letter than a Uniqueid has is refused.
    """
    if not SAFE_NAME.fullmatch(leg):
        raise NoSound(leg)
    sides = [_track_or_none(folder / f"{leg}-{side}.wav") for side in ("agent", "caller")]
    rates = {track.rate for track in sides if track}
    if len(rates) != 1:
        raise NoSound(leg)
    return Stereo(*sides)


def track(path: Path) -> Track:
    """The samples of a mono 16-bit WAV file; raise NoSound. A file still being written counts as far as it has come."""
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            return _read_header(file.read(4096), size, path)
    except OSError as wrong:
        raise NoSound(f"{path.name}: {wrong.strerror}") from wrong


def _track_or_none(path: Path) -> Track | None:
    try:
        found = track(path)
    except NoSound:
        return None
    return found if found.samples else None


def _read_header(head: bytes, size: int, path: Path) -> Track:
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise NoSound(f"{path.name}: no WAV file")
    rate, place = 0, 12
    while place + 8 <= len(head):
        name, length = head[place : place + 4], struct.unpack_from("<I", head, place + 4)[0]
        place += 8
        if name == b"fmt " and place + 16 <= len(head):
            kind, sides, rate, _, _, bits = struct.unpack_from("<HHIIHH", head, place)
            if (kind, sides, bits) != (1, 1, 16) or not rate:
                raise NoSound(f"{path.name}: not mono with 16 bits")
        if name == b"data" and rate:
            # The length in the header is written when the file is closed: the file's own size is the truth until then.
            return Track(path, place, max(0, size - place) // 2, rate)
        place += length + length % 2
    raise NoSound(f"{path.name}: no samples")


def header(samples: int, rate: int) -> bytes:
    """The WAV header of so many stereo samples of 16 bits."""
    data = samples * FRAME
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", data + HEADER - 8, b"WAVE", b"fmt ", 16, 1, 2, rate, rate * FRAME, FRAME, 16, b"data", data
    )


def pieces(sound: Stereo, start: int, stop: int) -> Iterator[bytes]:
    """The bytes of the WAV from `start` to before `stop`, a few seconds at a time."""
    if start < HEADER:
        yield header(sound.samples, sound.rate)[start:stop]
    first, last = max(start, HEADER) - HEADER, stop - HEADER
    at = first // FRAME
    while at * FRAME < last:
        count = min(BLOCK, sound.samples - at)
        block = _interleaved(sound, at, count)
        begin = at * FRAME
        yield block[max(0, first - begin) : min(len(block), last - begin)]
        at += count


def _interleaved(sound: Stereo, at: int, count: int) -> bytes:
    both = np.zeros((count, 2), dtype="<i2")
    for side, part in enumerate((sound.agent, sound.caller)):
        if part is not None:
            samples = _samples(part, at, count)
            both[: len(samples), side] = samples
    return both.tobytes()


def _samples(part: Track, at: int, count: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    with part.path.open("rb") as file:
        file.seek(part.offset + at * 2)
        raw = file.read(max(0, min(count, part.samples - at)) * 2)
    return np.frombuffer(raw[: len(raw) // 2 * 2], dtype="<i2")


async def stream(sound: Stereo, start: int, stop: int) -> AsyncIterator[bytes]:
    """`pieces`, each read off the event loop."""
    source = pieces(sound, start, stop)
    while (piece := await asyncio.to_thread(next, source, None)) is not None:
        yield piece


def byte_range(asked: str | None, size: int) -> tuple[int, int] | None:
    """What a Range header asks for as (start, stop), stop excluded; None for everything. Raise BadRange.

    Several ranges in one request, and units other than bytes, are answered with everything, as RFC 9110 allows.
    """
    found = re.fullmatch(r"bytes=([0-9]{0,18})-([0-9]{0,18})", (asked or "").replace(" ", ""))
    if found is None or found.group(0) == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
    if start >= size or stop <= start:
        raise BadRange(size)
    return start, stop
