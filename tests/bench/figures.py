"""A measured figure and its one line of text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

WIDE = 64
TENS = 10
"""Smaller times are told to a hundredth."""
HEAD = f"{'':{WIDE}}{'p50':>10}{'p95':>10}{'p99':>10}  {'':12}{'ratio':>6}{'of p95':>8}"


@dataclass(frozen=True)
class Figure:
    """`values` are the single measurements. Of a rate, p95 is what 95 of 100 reached; of a time, what 95 of 100 kept within.

    `ratio` and `tail` are those of its p50 and p95 to another figure's.
    """

    name: str
    values: Sequence[float]
    unit: str
    rate: bool = False
    ratio: float | None = None
    tail: float | None = None

    def at(self, percent: float) -> float:
        """The percentile, by the nearest rank: a value that was measured."""
        ranked = sorted(self.values, reverse=self.rate)
        return ranked[max(0, math.ceil(percent / 100 * len(ranked)) - 1)]

    @property
    def line(self) -> str:
        numbers = "".join(self._told(self.at(p)) for p in (50, 95, 99))
        beside = "" if self.ratio is None or self.tail is None else f"{self.ratio:>6.2f}{self.tail:>8.2f}"
        return f"{self.name:{WIDE}}{numbers}  {self.unit:12}{beside}".rstrip()

    def _told(self, value: float) -> str:
        return f"{value:>10,.0f}" if self.rate else f"{value:>10.{2 if value < TENS else 1}f}"


def beside(one: Figure, other: Figure) -> Figure:
    """`one` with its ratios to `other`."""
    return Figure(one.name, one.values, one.unit, one.rate, one.at(50) / other.at(50), one.at(95) / other.at(95))


def peak_mb(pid: int) -> float:
    """The most memory that a process ever held (resident, MiB)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"the kernel does not tell the peak memory of process {pid}")
