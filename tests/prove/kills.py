"""The server is killed again and again while calls are under way at the fake Asterisk, which knows what really happened."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from callcenter.calls.tables import LinkGapRow
from callcenter.migrations.run import upgrade
from callcenter.store.engine import Store
from tests.fake_asterisk.actions import stand_behind
from tests.fake_asterisk.agenda import Agenda
from tests.fake_asterisk.exchange import Exchange, at_work, written_in
from tests.fake_asterisk.inbound import Pace
from tests.fake_asterisk.people import Mix
from tests.fake_asterisk.server import FakeAsterisk
from tests.kills.compared import Compared, compare
from tests.kills.house import SITE, Served, furnish, seats
from tests.live.centre import until
from tests.live.record import is_complete

AGENTS = 160
CALLS = 200
ALIVE_S = (0.0, 2.5)
"""How long a server lives after it said that all is well."""
AWAY_S = (0.0, 1.5)
MIX = Mix(tuple(SITE.hotlines), clicks=0.5)
RUSH_S = 2.0
WHOLE_S = 60.0
EDGE_MS = 100
"""What was last heard may bear a stamp of Asterisk's that is so much later."""


Tell = Callable[[str], None]


def ignored(line: str) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Outcome:
    """What came of a number of strikes; `live`: calls under way at each; `back_s`: how long each took until all was well again.

    `marked_s`: seconds of which the record says that nobody listened.
    """

    seed: int
    times: int
    live: tuple[int, ...]
    back_s: tuple[float, ...]
    marked_s: float
    unmarked: int
    compared: Compared

    @property
    def holds(self) -> bool:
        return self.compared.holds and not self.unmarked

    @property
    def line(self) -> str:
        size = f"{min(self.live)} to {max(self.live)} calls under way, back after {max(self.back_s):.1f} s at most"
        marks = f"{self.unmarked} gaps unmarked, {self.marked_s:.0f} s marked for {sum(self.back_s):.0f} s away"
        return f"{self.times} times, seed {self.seed}, {size}; {self.compared.line}; {marks}"


@asynccontextmanager
async def behind(folder: Path, seed: int, agents: int, mix: Mix) -> AsyncIterator[tuple[Served, Exchange, FakeAsterisk]]:
    """A server that is not started yet, before an exchange at work."""
    template = folder / "template.sqlite"
    await upgrade(f"sqlite+aiosqlite:///{template}")
    data_dir = folder / "centre"
    secret = await furnish(data_dir, template, agents)
    written = written_in(data_dir)
    try:
        async with FakeAsterisk(secret) as asterisk:
            asterisk.keeps_asked = False
            exchange = Exchange(SITE, mix, seed, asterisk.tell, agenda=Agenda(), pace=Pace(), written=written)
            for seat in seats(agents):
                exchange.seat(seat)
            stand_behind(asterisk, exchange)
            async with at_work(exchange):
                yield Served(data_dir, asterisk.port), exchange, asterisk
    finally:
        written.close()


Strike = Callable[[Served, FakeAsterisk, random.Random], Awaitable[float]]
"""Breaks something and comes back when all is well again; since when (s) nobody listened."""


async def kill(server: Served, asterisk: FakeAsterisk, chance: random.Random) -> float:
    """kill -9, and a start a moment later."""
    gone = time.time()
    await server.kill()
    await asyncio.sleep(chance.uniform(*AWAY_S))
    await server.start()
    return gone


async def killed(folder: Path, seed: int, kills: int, *, tell: Tell = ignored) -> Outcome:
    """So many kills of one server, one after the other, at random moments, with two hundred calls under way."""
    async with behind(folder, seed, AGENTS, MIX) as (server, exchange, asterisk):
        return await struck(server, exchange, asterisk, seed, kills, kill, tell)


async def struck(
    server: Served, exchange: Exchange, asterisk: FakeAsterisk, seed: int, times: int, strike: Strike, tell: Tell = ignored
) -> Outcome:
    """What came of so many strikes at random moments, one after the other, with two hundred calls under way."""
    chance = random.Random(seed)
    moments: list[float] = []
    live, back = [], []
    try:
        await server.start()
        exchange.keep_busy(CALLS)
        await until(f"{CALLS} calls", lambda: _busy(exchange, CALLS), 30)
        for _ in range(times):
            await asyncio.sleep(chance.uniform(*ALIVE_S))
            live.append(len(exchange.live))
            began = time.time()
            moments.append(await strike(server, asterisk, chance))
            back.append(time.time() - began)
            tell(f"  {len(back):3} struck with {live[-1]} calls, back after {back[-1]:.1f} s (processor {server.processor_s:.1f} s)")
        exchange.rush(RUSH_S)
        record = await whole(server, exchange)
        gaps = await gaps_of(server.folder)
        truth = (json.dumps(call.told(), ensure_ascii=False) for call in exchange.truth.calls.values())
        (server.folder / "truth.jsonl").write_text("\n".join(truth), encoding="utf-8")
    finally:
        await server.stop()
    unmarked = sum(not any(_marks(gap, gone) for gap in gaps) for gone in moments)
    return Outcome(seed, times, tuple(live), tuple(back), marked_s(gaps), unmarked, compare(exchange.truth.calls.values(), record))


async def _busy(exchange: Exchange, calls: int) -> bool:
    return len(exchange.live) >= calls


async def whole(server: Served, exchange: Exchange) -> Sequence[dict[str, Any]]:
    """The record when nobody calls any more and everything has been written; as it is when that takes too long."""

    async def nobody() -> bool:
        return not exchange.live

    await until("the last caller to leave", nobody, 30)
    until_s = time.monotonic() + WHOLE_S
    while True:
        await asyncio.sleep(1.0)
        record = await server.calls()
        if len(record) >= len(exchange.truth.calls) and all(is_complete(call) for call in record):
            return record
        if time.monotonic() > until_s:
            return record


async def gaps_of(folder: Path) -> Sequence[LinkGapRow]:
    store = Store(f"sqlite+aiosqlite:///{folder / 'centre.sqlite'}")
    try:
        async with store.transaction() as session:
            return (await session.scalars(select(LinkGapRow))).all()
    finally:
        await store.close()


def marked_s(gaps: Sequence[LinkGapRow]) -> float:
    """How long they are together (s), what two of them mark counted once."""
    marked, until = 0, 0
    for gap in sorted(gaps, key=lambda one: one.began):
        ended = gap.ended or gap.began
        marked += max(0, ended - max(gap.began, until))
        until = max(until, ended)
    return marked / 1000


def _marks(gap: LinkGapRow, gone: float) -> bool:
    """Whether the gap says that nobody listened from `gone` (s) on. Two kills may be in one: the server between wrote no row."""
    return gap.began <= gone * 1000 + EDGE_MS and gap.ended is not None and gone * 1000 <= gap.ended


async def prove(folder: Path, seed: int, rounds: int) -> bool:
    """So many kills at 200 calls; prints a line for each."""
    print(f"kills: {rounds} kills at {CALLS} calls, seed {seed}", flush=True)
    return said("kills", await killed(folder, seed, rounds, tell=partial(print, flush=True)))


def said(what: str, outcome: Outcome) -> bool:
    """Print what came of a proof; whether it holds."""
    for wrong in outcome.compared.faults or outcome.compared.wrong[:20]:
        print(f"  {wrong}")
    print(f"{what}: {outcome.line}", flush=True)
    return outcome.holds
