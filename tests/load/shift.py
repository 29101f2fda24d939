"""An agent's working day at a desk phone: ready, talk after talk, a short break in which the phone signs in again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.live.centre import Centre, until
from tests.live.people import left
from tests.live.person import Person, signed_in
from tests.live.sipp import Telephone, desk_phone
from tests.load.staff import PASSWORD, Colleague

BREAK_S = 540.0
"""A phone's sign-in lasts 600 s, and SIPp has only one scenario: it signs in again between two of its lives."""


@dataclass(frozen=True)
class Habit:
    """How long an agent talks, and where he sends his callers then (None: he hangs up). `takes`: calls of the queue, too."""

    talk_s: float
    refer_to: str | None = None
    takes: bool = True


@dataclass
class Shift:
    """One agent at work until `over` is set. `phones` are all the lives of his telephone, for what they saw."""

    colleague: Colleague
    habit: Habit
    phones: list[Telephone] = field(default_factory=list)

    async def work(self, centre: Centre, folder: Path, over: asyncio.Event) -> None:
        number, seat = self.colleague.number, self.colleague.seat
        async with signed_in(centre, number, seat, PASSWORD) as agent:
            while not over.is_set():
                phone = desk_phone(
                    centre.sip_port,
                    seat,
                    centre.seat_secret(seat),
                    folder,
                    answer_after_s=0.4,
                    hang_up_after_s=self.habit.talk_s,
                    refer_to=self.habit.refer_to,
                    limit_s=2 * BREAK_S,
                )
                async with phone as telephone:
                    self.phones.append(telephone)
                    if self.habit.takes:
                        await until(f"{number} is ready", lambda: _says(agent, state="ready"), 30)
                    await _until_break(over)
                    await until(f"{number} may have a break", lambda: _says(agent, state="paused", reason="break"), 30)
                    await telephone.finish(self.habit.talk_s + 60)
            await until(f"{number} may leave", lambda: left(agent), 30)


async def _says(agent: Person, **state: str) -> bool:
    """Whether the server took it: it may be away."""
    try:
        return await agent.post("/agent/state", **state) == 204
    except aiohttp.ClientConnectionError:
        return False


async def _until_break(over: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(over.wait(), BREAK_S)
    except TimeoutError:
        return


def habits(count: int, talk_s: tuple[float, float], specialists: Sequence[Colleague], queue_number: str | None) -> Sequence[Habit]:
    """Habits of so many agents: talks spread evenly between the two lengths. Each specialist has one colleague who sends him callers,
    and as many more send theirs back into the queue.
    """
    low, high = talk_s
    step = (high - low) / max(1, count - 1)
    to: list[str | None] = [one.seat for one in specialists]
    if queue_number:
        to += [queue_number] * len(specialists)
    every = max(1, count // max(1, len(to)))
    return [Habit(low + n * step, to[n // every] if n % every == 0 and n // every < len(to) else None) for n in range(count)]
