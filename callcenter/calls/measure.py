"""How much of a talk was recorded: the sound is looked at, not believed."""

from __future__ import annotations

import struct
from pathlib import Path

SLACK_MS = 2_000
"""A recording that is shorter than its talk by more than this is short."""

BLOCK = 65_536


def measure(folder: Path, leg: str, talked_ms: int) -> tuple[float | None, str]:
    """Seconds of sound and the state of what was recorded on `leg`; (None, "missing") without any.

    whole: both sides are there, as long as the talk, and neither is digital silence; else short.
    """
    sides = [side for side in (_side(folder / f"{leg}-{name}.wav") for name in ("agent", "caller")) if side is not None]
    if not sides:
        return None, "missing"
    seconds = max(length for length, _ in sides)
    shortest = min(length for length, _ in sides)
    whole = len(sides) == 2 and all(sound for _, sound in sides) and shortest * 1000 >= talked_ms - SLACK_MS
    return round(seconds, 3), "whole" if whole else "short"


def _side(path: Path) -> tuple[float, bool] | None:
    """Seconds, and whether anything is to be heard; None when there is no such WAV file."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
            start, frame_bytes_a_second = _samples(head)
            file.seek(start)
            size = path.stat().st_size - start
            sound = any(block.strip(b"\0") for block in iter(lambda: file.read(BLOCK), b""))
    except OSError:
        return None
    return (max(0, size) / frame_bytes_a_second, sound) if frame_bytes_a_second else None


def _samples(head: bytes) -> tuple[int, int]:
    """Where the samples begin and how many bytes a second has; (0, 0) when this is no WAV file."""
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return 0, 0
    place, rate = 12, 0
    while place + 8 <= len(head):
        name, length = head[place : place + 4], struct.unpack_from("<I", head, place + 4)[0]
        place += 8
        if name == b"fmt " and place + 12 <= len(head):
            rate = struct.unpack_from("<I", head, place + 8)[0]
        if name == b"data":
            return place, rate
        place += length + length % 2
    return 0, 0
