"""Everything that is measured, one after the other, at a chosen size."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.menu import menus
from tests.bench.messages import throughput
from tests.bench.pop import pops


@dataclass(frozen=True)
class Size:
    """How often each thing is measured. `calls` and `at_once` are the busy stream's, in each of its `rounds`."""

    pops: int = 100
    pages: int = 100
    rounds: int = 8
    calls: int = 300
    at_once: int = 100
    screens: int = 10
    keys: int = 25


SMALL = Size(pops=2, pages=4, rounds=1, calls=10, at_once=5, screens=2, keys=2)


async def measured(folder: Path, size: Size) -> AsyncIterator[Figure]:
    """The figures, each as soon as it is there. `folder` is for everything that is written meanwhile."""
    for name in ("messages", "pop", "menu"):
        (folder / name).mkdir()
    rounds = throughput(folder / "messages", rounds=size.rounds, calls=size.calls, at_once=size.at_once, watchers=size.screens)
    for figure in await rounds:
        yield figure
    for figure in await pops(folder / "pop", calls=size.pops, pages=size.pages):
        yield figure
    for figure in await menus(folder / "menu", keys=size.keys):
        yield figure
