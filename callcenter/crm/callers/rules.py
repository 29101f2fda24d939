"""Who is turned away before any flow, and why. Pure."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("nuisance", "silent")
"""What agents say of a call; a call that is turned away for it has the exit of this name."""

OF_DISPOSITION = {"nuisance": "nuisance", "no_voice": "silent"}
"""The dispositions that mark a caller."""

IN_VAIN = ("abandoned_ivr", "silent")
"""Exits of calls in which nobody was asked for. Who waited in a queue in vain wants something and is no nuisance."""

MINUTE_MS, DAY_MS = 60_000, 86_400_000


@dataclass(frozen=True, slots=True)
class Limits:
    """`calls` within `calls_ms` that asked for nobody, or `marks` within `marks_ms` by agents, make a caller a nuisance. Silent calls are
    forgotten after a day: most of them are a bad line."""

    calls: int = 20
    calls_ms: int = 10 * MINUTE_MS
    marks: int = 2
    marks_ms: int = 7 * DAY_MS
    silent_ms: int = DAY_MS


@dataclass(frozen=True, slots=True)
class Against:
    """What the record holds of a number: a standing entry of the blacklist; marks by kind, and calls in vain, within the limits' times.

    `customer`: the number is a customer's.
    """

    barred: bool = False
    customer: bool = False
    nuisance: int = 0
    silent: int = 0
    in_vain: int = 0


def treatment(limits: Limits, against: Against) -> str:
    """'' or the exit of whom no flow is for. A customer is turned away by a person's decision alone."""
    if against.barred:
        return "blacklisted"
    if against.customer:
        return ""
    if against.nuisance >= limits.marks or against.in_vain >= limits.calls:
        return "nuisance"
    return "silent" if against.silent >= limits.marks else ""
