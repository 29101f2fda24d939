"""Whatever breaks on the link, and in whatever order, it hears Asterisk again; the same seed breaks the same."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from callcenter.floor import events as ev
from tests.fake_asterisk import FakeAsterisk, event
from tests.fake_asterisk.faults import FAULTS, Faults
from tests.fake_asterisk.linked import Inbox, linked

STRIKES = 5
AGAIN_S = 0.5
LIMIT_S = 30.0
"""A half-open link is noticed within 6 s; then it waits a little before it tries again."""


async def hears(asterisk: FakeAsterisk, inbox: Inbox, state: str) -> None:
    """Asterisk says it again and again, until it is heard."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            asterisk.tell("call", event("DeviceStateChange", Device="PJSIP/1001", State=state))
            with suppress(TimeoutError):
                await inbox.until(lambda e: isinstance(e, ev.SeatChanged) and (e.seat, e.state) == ("1001", state), AGAIN_S)
                return


@pytest.mark.parametrize("seed", [0, 2, 9])
async def test_the_link_outlives_what_breaks(seed: int) -> None:
    inbox = Inbox(100_000)
    async with FakeAsterisk() as asterisk, linked(asterisk, inbox):
        await inbox.state("live")
        faults = Faults(asterisk, seed)
        for n in range(STRIKES):
            faults.strike()
            await hears(asterisk, inbox, "INUSE" if n % 2 else "NOT_INUSE")
        assert len(faults.done) == STRIKES


async def test_one_seed_breaks_the_same_and_all_kinds_come() -> None:
    async with FakeAsterisk() as one, FakeAsterisk() as other:
        first, second = Faults(one, 7), Faults(other, 7)
        assert [first.strike() for _ in range(60)] == [second.strike() for _ in range(60)]
        assert set(first.done) == FAULTS.keys()
