"""How much of a talk was recorded: the sound is looked at, not believed."""

from __future__ import annotations

from pathlib import Path

from callcenter.calls.sound import NoSound, track

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
        part = track(path)
        with path.open("rb") as file:
            file.seek(part.offset)
            heard = any(block.strip(b"\0") for block in iter(lambda: file.read(BLOCK), b""))
    except (NoSound, OSError):
        return None
    return part.samples / part.rate, heard
