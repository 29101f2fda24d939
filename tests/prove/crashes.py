"""The server is killed again and again while thirty calls go on: each is told once, with its right length, and every gap is marked."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path

from tests.live.centre import Centre
from tests.load.crowd import Kind
from tests.prove import load

BUSY = load.Load(
    0,
    (5, 20),
    (Kind("stay", 22, load.TO_PERSON, None), Kind("hasty", 5, load.TO_PERSON, 12), Kind("leave_menu", 3, (), 5)),
    agents=10,
)
FULL_S = 15.0
"""Until all of them are there."""
BETWEEN_S = (8.0, 28.0)
"""Long enough, most of the time, for a caller to come to the end of what he is asked after a talk: else nobody new would come in."""
LONGEST_ABSENCE_S = 6.0
SERVED_S = 20.0
"""After the last start, before everybody hangs up: who waited is served, who talked is asked how it was."""


@dataclass
class Killer:
    """Kills the server so many times, at moments of the seed; `gaps` are those that the store marked in the end."""

    kills: int
    seed: int
    gaps: int = 0

    async def __call__(self, centre: Centre) -> None:
        chance = random.Random(self.seed)
        await asyncio.sleep(FULL_S)
        for number in range(self.kills):
            await asyncio.sleep(chance.uniform(*BETWEEN_S))
            await centre.kill()
            await asyncio.sleep(chance.uniform(0, LONGEST_ABSENCE_S))
            await centre.start()
            print(f"  killed and back: {number + 1} of {self.kills}", flush=True)
        await asyncio.sleep(SERVED_S)
        self.gaps = marked(centre)


def marked(centre: Centre) -> int:
    """Gaps in the centre's store."""
    with sqlite3.connect(centre.folder / "centre.sqlite") as store:
        return int(store.execute("select count(*) from link_gaps").fetchone()[0])


async def run(folder: Path, kills: int, seed: int) -> tuple[load.Outcome, Killer]:
    killer = Killer(kills, seed)
    longest_s = FULL_S + kills * (BETWEEN_S[1] + LONGEST_ABSENCE_S) + SERVED_S
    return await load.run(folder, replace(BUSY, minutes=longest_s / 60), killer), killer


async def prove(folder: Path, seed: int, rounds: int) -> bool:
    """Twice as many kills as rounds."""
    print(f"crashes: {2 * rounds} kills at thirty calls, seed {seed}", flush=True)
    outcome, killer = await run(folder, 2 * rounds, seed)
    print(f"crashes: {outcome.line}; gaps marked: {killer.gaps}", flush=True)
    for one in outcome.differences:
        print(f"  {one}", flush=True)
    return not outcome.differences and outcome.error_s <= load.MOST_ERROR_S and killer.gaps >= killer.kills
