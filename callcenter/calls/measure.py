"""How much of a talk was recorded: the sound is looked at, not believed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from callcenter.calls.sound import NoSound, track

SLACK_MS = 2_000
"""A recording that is shorter than its talk by more than this is short."""

BLOCK = 65_536

SIDES = ("agent", "caller")

NAME = re.compile(r"[A-Za-z0-9._-]{1,150}")
"""A channel's id, as Asterisk and we make them."""


@dataclass(frozen=True)
class Measured:
    """`seconds` of sound, None without any; `state`: whole, short, missing. The sums are SHA-256 of each side's file, in hex.

    whole: both sides are there, as long as the talk, and neither is digital silence; else short.
    """

    seconds: float | None
    state: str
    agent_sha256: str | None = None
    caller_sha256: str | None = None


@dataclass(frozen=True)
class _Side:
    seconds: float
    heard: bool
    sha256: str


def measure(folder: Path, leg: str, talked_ms: int) -> Measured:
    """What was recorded on `leg` in a talk of so many milliseconds. Reads both files whole."""
    agent, caller = (_side(folder, leg, side) for side in SIDES)
    sides = [side for side in (agent, caller) if side is not None]
    if not sides:
        return Measured(None, "missing")
    shortest = min(side.seconds for side in sides)
    whole = len(sides) == 2 and all(side.heard for side in sides) and shortest * 1000 >= talked_ms - SLACK_MS
    return Measured(
        round(max(side.seconds for side in sides), 3),
        "whole" if whole else "short",
        agent.sha256 if agent else None,
        caller.sha256 if caller else None,
    )


def file_of(folder: Path, leg: str, side: str) -> Path:
    """The file of one of SIDES of what was recorded on `leg`. Raise NoSound for an id that is no file's name: it would lead elsewhere."""
    if not NAME.fullmatch(leg):
        raise NoSound(f"no recording can be called {leg!r}")
    return folder / f"{leg}-{side}.wav"


def leg_of(name: str) -> str | None:
    """The leg whose recording a file of this name is; None for any other file."""
    for side in SIDES:
        if name.endswith(f"-{side}.wav"):
            return name.removesuffix(f"-{side}.wav")
    return None


def _side(folder: Path, leg: str, side: str) -> _Side | None:
    """None when there is no such WAV file."""
    try:
        path = file_of(folder, leg, side)
        part = track(path)
        with path.open("rb") as file:
            summed = hashlib.sha256(file.read(part.offset))
            heard = False
            for block in iter(lambda: file.read(BLOCK), b""):
                summed.update(block)
                heard = heard or bool(block.strip(b"\0"))
    except (NoSound, OSError):
        return None
    return _Side(part.samples / part.rate, heard, summed.hexdigest())
