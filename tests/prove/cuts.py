"""The link to the fake Asterisk is cut again and again, twice in a row, on a machine that has too much to do: all is told as it was.

Before a cut something comes late: what is read (Asterisk stamped it seconds ago), what is told (the stamps themselves are late), what is
written down of the channels. What of it comes after the cut, comes to nobody.
"""

from __future__ import annotations

import asyncio
import random
import time
from functools import partial
from pathlib import Path

from tests.fake_asterisk.server import FakeAsterisk
from tests.fake_asterisk.written import Written
from tests.kills.house import Served
from tests.live.centre import until
from tests.prove.kills import AGENTS, MIX, Outcome, behind, ignored, said, struck
from tests.prove.kills import Tell as TellLine

LATE_S = (0.0, 2.0)
"""So long at the most things wait."""
LATER_S = (0.0, 4.0)
"""So long nothing is read: longer than the answer to a ping may take."""
AGAIN_S = (0.0, 1.5)
"""So soon the link is cut once more, mostly while it is being mended."""
REACH = 20_000
"""So many bytes at the most are still read of the one that is cut."""
LIVE_LIMIT_S = 60.0


async def cut(server: Served, asterisk: FakeAsterisk, chance: random.Random, written: Written) -> float:
    """Twice in a row; returns when the link is up again. See `Strike`."""
    chance.choice((asterisk.starve, written.starve, partial(_stall, asterisk)))(chance.uniform(*LATE_S))
    if chance.random() < 0.5:
        _stall(asterisk, chance.uniform(*LATER_S))
    await asyncio.sleep(chance.uniform(*LATE_S))
    _cut(asterisk, chance)
    await until("nobody to listen", lambda: _is_deserted(asterisk), LIVE_LIMIT_S)
    gone = time.time()
    await asyncio.sleep(chance.uniform(*AGAIN_S))
    _cut(asterisk, chance)
    logins = asterisk.logins
    await until("a login", lambda: _logged_in(asterisk, logins), LIVE_LIMIT_S)
    await until("a live link", server.healthy, LIVE_LIMIT_S)
    return gone


def _stall(asterisk: FakeAsterisk, seconds: float) -> None:
    for session in asterisk.sessions:
        session.stall(seconds)


def _cut(asterisk: FakeAsterisk, chance: random.Random) -> None:
    """In the middle of what is being told, or at once."""
    if chance.random() < 0.5:
        asterisk.cut()
    for session in asterisk.sessions:
        session.cut_after(chance.randrange(REACH))


async def _is_deserted(asterisk: FakeAsterisk) -> bool:
    return not any(session.open for session in asterisk.sessions)


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
    return said("cuts", await cuts(folder, seed, rounds, partial(print, flush=True)))
