"""The link to the fake Asterisk is cut again and again, twice in a row, on a machine that has too much to do: all is told as it was.

Before a cut something comes late: what is read (Asterisk stamped it seconds ago), what is told (the stamps themselves are late), what is
written down of the channels. What of it comes after the cut, comes to nobody.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.fake_asterisk.server import FakeAsterisk
from tests.fake_asterisk.session import Session
from tests.fake_asterisk.written import Written
from tests.kills.house import Served
from tests.live.centre import until
from tests.prove.kills import AGENTS, MIX, Outcome, behind, ignored, said, struck
from tests.prove.kills import Tell as TellLine

LATE_S = (0.0, 2.0)
"""So long at the most what Asterisk tells is under way, and what it writes down."""
STAMPED_S = (0.0, 0.8)
"""So late at the most it stamps what it tells: of what is heard nobody knows a better time, and a talk has to be right to the second."""
UNREAD_S = (0.0, 8.0)
"""So long nothing is read: the server gets no processor."""
AGAIN_S = (0.0, 1.5)
"""So soon the link is cut once more, mostly while it is being mended."""
REACH = 20_000
"""So many bytes at the most are still written on the connection that is cut."""
LIVE_LIMIT_S = 60.0


async def cut(server: Served, asterisk: FakeAsterisk, chance: random.Random, written: Written) -> float:
    """Twice in a row; returns when the link is up again. See `Strike`."""
    late, does = chance.choice(((STAMPED_S, asterisk.starve), (LATE_S, written.starve), (LATE_S, partial(_stall, asterisk))))
    does(chance.uniform(*late))
    await asyncio.sleep(chance.uniform(*LATE_S))
    listened = tuple(asterisk.sessions)
    await (_frozen if chance.random() < 0.5 else _cut)(server, asterisk, chance)
    await until("nobody to listen", lambda: _are_cut(listened), LIVE_LIMIT_S)
    gone = time.time()
    await asyncio.sleep(chance.uniform(*AGAIN_S))
    await _cut(server, asterisk, chance)
    logins = asterisk.logins
    await until("a login", lambda: _logged_in(asterisk, logins), LIVE_LIMIT_S)
    await until("a live link", server.healthy, LIVE_LIMIT_S)
    return gone


def _stall(asterisk: FakeAsterisk, seconds: float) -> None:
    for session in asterisk.sessions:
        session.stall(seconds)


async def _cut(server: Served, asterisk: FakeAsterisk, chance: random.Random) -> None:
    """In the middle of what is being told, or at once."""
    if chance.random() < 0.5:
        asterisk.cut()
    for session in asterisk.sessions:
        session.cut_after(chance.randrange(REACH))


async def _frozen(server: Served, asterisk: FakeAsterisk, chance: random.Random) -> None:
    """Cut while nothing is read: what was told before is read seconds later."""
    server.freeze()
    try:
        await asyncio.sleep(chance.uniform(*LATE_S))
        for session in asterisk.sessions:
            session.cut_after(chance.randrange(REACH))
        await asyncio.sleep(chance.uniform(*UNREAD_S))
    finally:
        server.thaw()


async def _are_cut(sessions: Sequence[Session]) -> bool:
    return not any(session.open for session in sessions)


async def _logged_in(asterisk: FakeAsterisk, before: int) -> bool:
    return asterisk.logins > before


async def cuts(folder: Path, seed: int, rounds: int, tell: TellLine = ignored) -> Outcome:
    """So many double cuts with two hundred calls under way."""
    async with behind(folder, seed, AGENTS, MIX) as (server, exchange, asterisk):
        written = exchange.switch.written
        assert written is not None
        return await struck(server, exchange, asterisk, seed, rounds, partial(cut, written=written), tell)


async def prove(folder: Path, seed: int, rounds: int) -> bool:
    """So many double cuts; prints a line for each."""
    print(f"cuts: {rounds} double cuts, seed {seed}", flush=True)
    outcome = await cuts(folder, seed, rounds, partial(print, flush=True))
    for wrong in outcome.compared.ends:
        print(f"  {wrong}")
    return said("cuts", outcome) and not outcome.compared.ends
