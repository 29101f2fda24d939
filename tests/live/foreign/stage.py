"""The people of a foreign site: three seats, whoever calls from outside, and whoever is called there."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.live.foreign.done import Done
from tests.live.foreign.site import SECRET, Site, free_settings, site
from tests.live.phone.leg import Leg
from tests.live.phone.phone import Phone, open_phone

SEATS = ("1001", "1002", "1003")


@dataclass
class Stage:
    """`outside` rings when the trunk is dialled. Each caller has a number of his own."""

    site: Site
    seats: dict[str, Phone]
    outside: Phone
    stack: AsyncExitStack
    done: list[Done] = field(default_factory=list)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(13800000001))

    async def calls(self, number: str) -> Leg:
        """Somebody outside dials one of the site's numbers."""
        phone = await self.stack.enter_async_context(open_phone(self.site.sip_port, str(next(self.numbers))))
        return await phone.dial(number)

    async def rings(self, seat: str) -> Leg:
        return await self.seats[seat].rings()

    def was(self, leg: Leg, to: str, exit: str, *agents: str, direction: str = "inbound") -> Done:
        """Write down a call that began with this leg; its segments follow."""
        one = Done(leg.phone.user, to, exit, direction, agents)
        self.done.append(one)
        return one


@asynccontextmanager
async def stage(name: str, folder: Path) -> AsyncIterator[Stage]:
    """A foreign site with its telephones signed in."""
    async with AsyncExitStack() as stack:
        settings = free_settings(folder)
        outside = await stack.enter_async_context(open_phone(settings.sip_port, "outside"))
        running = await stack.enter_async_context(site(name, settings, outside.port))
        seats = {seat: await stack.enter_async_context(open_phone(running.sip_port, seat, SECRET)) for seat in SEATS}
        async with AsyncExitStack() as callers:
            yield Stage(running, seats, outside, callers)
