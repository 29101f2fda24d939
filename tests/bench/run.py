"""Everything that is measured, one after the other, at a chosen size."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.busy import Stream, busy
from tests.bench.figures import Figure
from tests.bench.flows import checked
from tests.bench.funnel import funnels
from tests.bench.menu import menus
from tests.bench.messages import BEGIN_S, held, throughput
from tests.bench.pop import pops
from tests.bench.replaying import replays


@dataclass(frozen=True)
class Size:
    """How often each thing is measured. `calls` and `at_once` are the busy stream's, which comes in each of the `rounds`."""

    pops: int = 100
    pages: int = 100
    rounds: int = 5
    calls: int = 1500
    at_once: int = 100
    screens: int = 10
    live_calls: int = 300
    agents: int = 500
    keys: int = 12
    keys_together: int = 60
    callers: tuple[int, ...] = (1, 30, 90)
    entering: int = 60
    flows: int = 40
    calls_a_day: int = 3000
    looks: int = 40


SMALL = Size(
    pops=2,
    pages=4,
    rounds=1,
    calls=10,
    at_once=5,
    screens=2,
    live_calls=10,
    agents=20,
    keys=2,
    keys_together=2,
    callers=(1, 3),
    entering=5,
    flows=2,
    calls_a_day=3,
    looks=2,
)


async def measured(folder: Path, size: Size, streams: Mapping[str, Callable[[], Stream]] | None = None) -> AsyncIterator[Figure]:
    """The figures, each as soon as it is there. `folder` is for everything that is written meanwhile.

    `streams`: recorded busy ones, by what Asterisk was to tell; the first is told again as a tape, too.
    """
    for name in ("replay", "messages", "held", "pop", "menu", "funnel"):
        (folder / name).mkdir()
    streams = streams or {"copied calls": lambda: busy(size.calls, size.at_once, BEGIN_S)}
    for n, (told, stream) in enumerate(streams.items()):
        for figure in await throughput(folder / f"messages/{n}", told, stream(), rounds=size.rounds, watchers=size.screens):
            yield figure
    yield await held(folder / "held", calls=size.live_calls, agents=size.agents)
    for figure in replays(folder / "replay", next(iter(streams.values()))(), min(size.rounds, 3)):
        yield figure
    for figure in await pops(folder / "pop", calls=size.pops, pages=size.pages):
        yield figure
    for figure in await menus(folder / "menu", keys=size.keys, at_least=size.keys_together, callers=size.callers, entering=size.entering):
        yield figure
    yield checked(size.flows)
    for figure in await funnels(folder / "funnel", calls=size.calls_a_day, rounds=size.looks):
        yield figure
