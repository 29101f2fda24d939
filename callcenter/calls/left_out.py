"""What a recording leaves out: an agent whom we took aside, to ask somebody or to keep his customer waiting, is not written down. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from callcenter.calls.belonging import recorded_until, segments_of
from callcenter.floor.call import Call

Stretch = tuple[int, int]
"""From and to, in ms since the epoch."""

ABOUT_MS = 1_000
"""As near as the length of the sound tells what it leaves out."""
MOST_HOLDS = 12
"""With more of them every length could be explained."""


def left_out(call: Call, leg: str, started: int, seconds: float | None) -> tuple[Stretch, ...]:
    """The holds of which the recording of `leg`, begun at `started` (ms) and so long, has no sound.

    A telephone that keeps a customer waiting goes on being recorded. So the length decides: it lacks just the holds that are left out.
    () when it lacks nothing, or when they do not explain what it lacks.
    """
    until = recorded_until(call, leg, started)
    if seconds is None or until is None:
        return ()
    lacks = until - started - round(seconds * 1000)
    holds = [(max(one.began, started), min(one.ended or until, until)) for one in segments_of(call, leg, started) if one.kind == "hold"]
    if lacks <= ABOUT_MS or not holds or len(holds) > MOST_HOLDS:
        return ()
    nearest = min(
        (some for count in range(1, len(holds) + 1) for some in combinations(holds, count)), key=lambda some: abs(lacks - _ms(some))
    )
    return nearest if abs(lacks - _ms(nearest)) <= ABOUT_MS else ()


def heard_at(at: int, started: int, left: Sequence[Stretch]) -> int:
    """Where in a recording begun at `started` the sound of the moment `at` is (ms)."""
    return at - started - sum(max(0, min(at, to) - begin) for begin, to in left)


def _ms(stretches: Sequence[Stretch]) -> int:
    return sum(to - begin for begin, to in stretches)
