"""The server is killed at a moment that nobody chose, and started again: every call is told, once, with its right length."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from tests.live.centre import Centre, until
from tests.live.people import recorded
from tests.live.person import signed_in
from tests.live.record import of_kind, seconds
from tests.live.sipp import Key, caller, desk_phone, tone

HOTLINE = "8000000001"
AGENT, SEAT = "2002", "1011"
PRESSED = ((Key(2, "1"), Key(16, "0"), Key(8, "0")), (Key(6, "1"), Key(14, "0"), Key(8, "0")), ())
"""What three callers press: two want a person, and ask again when nobody heard them; one only listens."""

LATEST_KILL_S = 16.0
LONGEST_ABSENCE_S = 6.0
ALL_KEYS_S = 30
TALK_S = 2.5
MOST_ERROR_S = 1.0


@dataclass(frozen=True)
class Moment:
    """When the server is killed, from the callers' dialling on, and how long it stays away."""

    after_s: float
    away_s: float


@dataclass(frozen=True)
class Outcome:
    """One round: calls dialled and told; the largest difference between a talk in the record and its recording."""

    moment: Moment
    back_s: float
    known: int
    told: int
    talks: int
    error_s: float

    @property
    def line(self) -> str:
        return (
            f"killed {self.moment.after_s:5.2f} s after dialling, away {self.moment.away_s:4.2f} s, back {self.back_s:4.1f} s later: "
            f"{self.told}/{self.known} calls told, {self.talks} talks, error {self.error_s:.2f} s"
        )


def moments(seed: int) -> Iterator[Moment]:
    """Moments without end, the same for the same seed."""
    chance = random.Random(seed)
    while True:
        yield Moment(chance.uniform(0, LATEST_KILL_S), chance.uniform(0, LONGEST_ABSENCE_S))


async def killed_and_back(centre: Centre, folder: Path, number: int, moment: Moment) -> Outcome:
    """One round on a running centre; its number is in the callers' numbers. AssertionError when a call is not whole, or there twice."""
    numbers = [f"0215556{number:03}{n}" for n in range(len(PRESSED))]
    voice = tone(folder / "desk.al", 700)
    phone = desk_phone(centre.sip_port, SEAT, centre.seat_secret(SEAT), folder, hang_up_after_s=TALK_S, sound=voice)
    async with signed_in(centre, AGENT, SEAT) as agent, phone, AsyncExitStack() as stack:
        await agent.ready()
        before, dialled = talks_done(centre), time.monotonic()
        for one, keys in zip(numbers, PRESSED, strict=True):
            await stack.enter_async_context(caller(centre.sip_port, HOTLINE, folder, calling_from=one, keys=keys))
        await asyncio.sleep(moment.after_s)
        await centre.kill()
        await asyncio.sleep(moment.away_s)
        began = time.monotonic()
        await centre.start()
        back = time.monotonic() - began

        async def over() -> bool:
            return talks_done(centre) >= before + 2 and time.monotonic() > dialled + ALL_KEYS_S

        await until("two talks", over, 70)
    calls = await recorded(centre, numbers)
    return Outcome(moment, back, len(numbers), len(calls), *lengths(list(calls.values())))


def talks_done(centre: Centre) -> int:
    """Talks that the agent ended, by Asterisk's own log."""
    return (centre.folder / "asterisk/log/queue_log").read_text(encoding="utf-8").count("|COMPLETEAGENT|")


def lengths(calls: Sequence[dict[str, Any]]) -> tuple[int, float]:
    """How many talks there were, and by how much the record is wrong about the worst of them: Asterisk's own recording knows better."""
    errors = []
    for call in calls:
        talked = sum(seconds(one) for one in of_kind(call, "talk"))
        recorded_s = sum(one["seconds"] or 0 for one in call["recordings"])
        if talked or recorded_s:
            errors.append(abs(talked - recorded_s))
    return len(errors), max(errors, default=0.0)


async def prove(folder: Path, seed: int, rounds: int) -> bool:
    """So many kills, one after the other; prints a line for each and says whether every call was told and every talk's length is right."""
    print(f"restart: {rounds} kills, seed {seed}", flush=True)
    centre = Centre(folder, wrapup_s="3")
    outcomes = []
    try:
        await centre.start()
        for number, moment in enumerate(islice(moments(seed), rounds)):
            outcomes.append(await killed_and_back(centre, folder / f"round-{number}", number, moment))
            print(f"  {number + 1:2} {outcomes[-1].line}", flush=True)
    finally:
        await centre.stop()
    told, known, error = sum(one.told for one in outcomes), sum(one.known for one in outcomes), max(one.error_s for one in outcomes)
    print(f"restart: {told} of {known} calls told, largest error of a talk {error:.2f} s", flush=True)
    return told == known and error <= MOST_ERROR_S
