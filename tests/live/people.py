"""Callers and agents for tests: a caller who dials and stays to the end, an agent with a desk phone at a seat."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.live.centre import Centre, until
from tests.live.person import Person, signed_in
from tests.live.record import is_complete
from tests.live.sipp import Telephone, caller, desk_phone


@dataclass(frozen=True)
class Desk:
    """An agent at a seat and the telephone there."""

    agent: Person
    phone: Telephone


@asynccontextmanager
async def desk(centre: Centre, number: str, seat: str, folder: Path, *, ready: bool = True, **phone: Any) -> AsyncIterator[Desk]:
    """An agent who sits down and is ready, and who leaves the seat when the block is left."""
    async with (
        signed_in(centre, number, seat) as agent,
        desk_phone(centre.sip_port, seat, centre.seat_secret(seat), folder, **phone) as telephone,
    ):
        if ready:
            await agent.ready()
        try:
            yield Desk(agent, telephone)
        finally:
            await until(f"{number} may leave seat {seat}", lambda: left(agent))


async def left(agent: Person) -> bool:
    return await agent.post("/agent/leave") == 204


async def dial(centre: Centre, hotline: str, folder: Path, number: str, **how: Any) -> Telephone:
    """Dial, do what is said, and stay to the end; SIPp must find nothing wrong."""
    async with caller(centre.sip_port, hotline, folder, calling_from=number, **how) as phone:
        assert await phone.done() == 0, f"{number}: see {phone.folder}"
        return phone


async def recorded(centre: Centre, numbers: Iterable[str], limit_s: float = 30) -> dict[str, dict[str, Any]]:
    """The one call from each of these numbers, as soon as all are over and every segment has ended."""
    wanted = set(numbers)

    async def look() -> dict[str, dict[str, Any]] | None:
        calls = [call for call in await centre.calls() if call["from"] in wanted]
        done = {call["from"]: call for call in calls if is_complete(call)}
        assert len({call["call"] for call in calls}) == len({call["from"] for call in calls}), "a call is there twice"
        return done if done.keys() == wanted else None

    return dict(await until(f"the calls from {', '.join(sorted(wanted))}", look, limit_s))
