"""Ninety calls at once on the real Asterisk, for a while: the record, the telephones and Asterisk's own log count the same, to the call."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.live.centre import Centre, until
from tests.live.record import is_complete
from tests.live.sipp import Key
from tests.load import talks
from tests.load.counts import differences, of_phones, of_queue_log, of_record
from tests.load.crowd import Kind, crowd
from tests.load.shift import Habit, Shift, habits
from tests.load.staff import staff

HOTLINE = "8000000001"
TO_PERSON = (Key(1.5, "1"),)
QUEUE_NUMBER = "6003"
"""Of the queue `orders`, as seats dial it."""
SPECIALIST_S = 6.0
MOST_ERROR_S = 1.0
START_A_SECOND = 3.0
END_S = 240.0
"""The longest that callers who are there may take to end: those who wait are served one after the other."""


@dataclass(frozen=True)
class Load:
    """How busy, for how long. Talks between the two lengths (s)."""

    minutes: float
    talk_s: tuple[float, float]
    callers: tuple[Kind, ...]
    agents: int = 36
    specialists: int = 0


CALLERS = (
    Kind("stay", 62, TO_PERSON, None),
    Kind("patient", 12, TO_PERSON, 60),
    Kind("hasty", 10, TO_PERSON, 15),
    Kind("leave_menu", 6, (), 6),
)
SHORT = Load(3, (12, 40), CALLERS, agents=32, specialists=5)
LONG = Load(30, (20, 90), CALLERS, agents=32, specialists=5)


@dataclass(frozen=True)
class Outcome:
    """What was counted, and every difference in a line."""

    record: Counter[str]
    most_at_once: int
    error_s: float
    differences: Sequence[str]

    @property
    def line(self) -> str:
        counted = ", ".join(f"{key} {self.record[key]}" for key in sorted(self.record))
        most = f"at most {self.most_at_once} calls at once, largest error of a talk {self.error_s:.2f} s"
        return f"{counted}; {most}; differences: {len(self.differences)}"


class TelephoneBroke(Exception):
    """A telephone stopped by itself in the midst of a talk: it cannot be asked what was said."""


def busy_centre(folder: Path) -> Centre:
    """A centre with room for the sound of all of them."""
    low = random.SystemRandom().randrange(20_000, 40_000, 2000)
    return Centre(folder, wrapup_s="2", rtp_low=str(low), rtp_high=str(low + 1999), queue_timeout_s="150")


async def run(
    folder: Path,
    load: Load,
    meanwhile: Callable[[Centre], Awaitable[None]] | None = None,
    beside: Callable[[Centre], AbstractAsyncContextManager[object]] = nullcontext,
) -> Outcome:
    """A busy time from nothing to the last wrap-up; `meanwhile` is done while it is busy and says when it is over.

    `beside` is entered before anybody calls or signs in, and left when all is over. Raises TelephoneBroke.
    """
    centre = busy_centre(folder / "centre")
    colleagues = await staff(centre, load.agents + load.specialists)
    try:
        await centre.start()
        ordinary, specialists = colleagues[: load.agents], colleagues[load.agents :]
        talking = habits(load.agents, load.talk_s, specialists, QUEUE_NUMBER if specialists else None)
        shifts = [Shift(one, habit) for one, habit in zip(ordinary, talking, strict=True)]
        shifts += [Shift(one, Habit(SPECIALIST_S, takes=False)) for one in specialists]
        async with beside(centre):
            numbers = await _busy(centre, folder, load, shifts, meanwhile)
            calls = await whole(centre, len(numbers))
    finally:
        await centre.stop()
    broken = [phone.folder.name for shift in shifts for phone in shift.phones if phone.broke]
    if broken:
        raise TelephoneBroke(", ".join(broken))
    assert Counter(call["from"] for call in calls) == Counter(numbers), "a call is missing, or there twice"
    record = of_record(calls)
    witnesses = {
        "the telephones": of_phones(phone for shift in shifts for phone in shift.phones),
        "queue_log": of_queue_log(centre.folder / "asterisk/log/queue_log"),
    }
    error_s = max(talks.errors(calls, shifts), default=0.0)
    return Outcome(record, most_at_once(calls), error_s, differences(record, witnesses, len(numbers)))


async def _busy(
    centre: Centre, folder: Path, load: Load, shifts: Sequence[Shift], meanwhile: Callable[[Centre], Awaitable[None]] | None
) -> Sequence[str]:
    """The busy time itself; the numbers that called."""
    over = asyncio.Event()
    limit_s = load.minutes * 60 + END_S
    async with asyncio.TaskGroup() as work:
        for shift in shifts:
            work.create_task(shift.work(centre, folder, over))
        crowds = [
            await crowd(centre.sip_port, HOTLINE, folder, kind, f"1391{n}", a_second=START_A_SECOND, limit_s=limit_s)
            for n, kind in enumerate(load.callers)
        ]
        await (meanwhile(centre) if meanwhile else asyncio.sleep(load.minutes * 60))
        numbers = await asyncio.gather(*(one.finish(END_S) for one in crowds))
        over.set()
    return [number for some in numbers for number in some]


async def whole(centre: Centre, count: int) -> Sequence[Mapping[str, Any]]:
    """Every call, as soon as all are over."""

    async def look() -> Sequence[Mapping[str, Any]] | None:
        calls = await centre.calls()
        return calls if len(calls) >= count and all(is_complete(call) for call in calls) else None

    return list(await until(f"{count} whole calls", look, 60))


def most_at_once(calls: Sequence[Mapping[str, Any]]) -> int:
    """The most calls that went on at the same moment."""
    turns = sorted([(call["started"], 1) for call in calls] + [(call["ended"], -1) for call in calls], key=lambda turn: (turn[0], turn[1]))
    going, most = 0, 0
    for _, turn in turns:
        going += turn
        most = max(most, going)
    return most


async def prove(folder: Path, seed: int, rounds: int) -> bool:
    """Half an hour. The seed means nothing here: SIPp keeps its own time."""
    del seed, rounds
    outcome = await run(folder, LONG)
    print(f"load: {LONG.minutes:g} minutes: {outcome.line}", flush=True)
    for one in outcome.differences:
        print(f"  {one}", flush=True)
    return not outcome.differences and outcome.error_s <= MOST_ERROR_S
