"""Listening to a scenario's recordings: both voices, in every talk that was recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.live.phone.leg import Leg
from tests.live.scenarios.truth import Stretch, TrueCall, ms
from tests.live.sound import from_alaw, samples, share

EDGE_MS = 300
"""So long after its begin and before its end a talk must be heard."""
ENOUGH = 0.5
"""The least share of a tone in what was recorded."""


LAST_BYTES = 6400
"""The last 0.8 s of what a phone heard."""


def hear_each_other(one: Leg, other: Leg) -> None:
    """Where nobody records: what each phone got last is the tone of the other one."""
    for ear, mouth in ((one, other), (other, one)):
        heard = share(from_alaw(bytes(ear.sound.heard[-LAST_BYTES:])), mouth.sound.hertz)
        assert heard >= ENOUGH, f"{ear.phone.user} hears {heard:.0%} of {mouth.phone.user} at {mouth.sound.hertz:g} Hz"


def unheard(true: TrueCall, told: dict[str, Any], recordings: Path) -> list[str]:
    """Each talk of which no recording holds both voices, in one line."""
    return [
        f"{stretch.kind} of {stretch.who}: " + "; ".join(heard)
        for stretch in true.stretches
        if stretch.voices is not None
        for heard in [
            [
                _heard(stretch, one, recordings, out_ms)
                for one in told["recordings"]
                if _covers(one, stretch)
                for out_ms in (0, _held_before(stretch, told))
            ]
        ]
        if "" not in heard
    ]


def _covers(recording: dict[str, Any], stretch: Stretch) -> bool:
    started = ms(recording["started"])
    assert started is not None
    assert stretch.began is not None
    return started <= stretch.began + EDGE_MS and recording["state"] != "missing"


def _held_before(stretch: Stretch, told: dict[str, Any]) -> int:
    """How long the customer had waited for him before (ms): when the server took the agent aside, that was not recorded."""
    holds = [one for one in told["segments"] if one["kind"] == "hold" and one["who"] == stretch.who and one["ended"]]
    lengths = [((ms(one["ended"]) or 0) - (ms(one["started"]) or 0)) for one in holds if (ms(one["started"]) or 0) < (stretch.began or 0)]
    return sum(lengths)


def _heard(stretch: Stretch, recording: dict[str, Any], recordings: Path, out_ms: int) -> str:
    """'' when both are in it; `out_ms` of what was before is not."""
    started = ms(recording["started"])
    assert started is not None and stretch.voices is not None and stretch.began is not None and stretch.ended is not None  # noqa: PT018
    found = []
    for side, hertz in zip(("agent", "caller"), stretch.voices, strict=True):
        sound = samples(recordings / f"{recording['leg']}-{side}.wav")
        begin = started + out_ms
        part = sound[(stretch.began + EDGE_MS - begin) * 8 : (stretch.ended - EDGE_MS - begin) * 8]
        part_share = share(part, hertz) if len(part) else 0.0
        if part_share < ENOUGH:
            found.append(f"{recording['leg']}: {part_share:.0%} of {side} at {hertz:g} Hz")
    return ", ".join(found)
