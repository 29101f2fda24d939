"""Nobody is dialled twice, and every request has a fate, wherever the link is cut."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from callcenter.floor.events import LinkChanged
from callcenter.telephony.actions import originate_seat_then_number
from callcenter.telephony.ami import Link
from callcenter.telephony.fate import ActionRefused, Deadline, LinkLost
from tests.fake_asterisk.actions import stand_behind
from tests.fake_asterisk.agenda import Agenda
from tests.fake_asterisk.exchange import Exchange, Site, at_work
from tests.fake_asterisk.inbound import Pace
from tests.fake_asterisk.linked import Inbox, linked
from tests.fake_asterisk.people import Mix
from tests.fake_asterisk.server import FakeAsterisk

TOGETHER = 10
"""Requests on their way when the link is cut."""
LINKS = 4
REACH = 1_500
"""Bytes of Asterisk's within which the cut is made: the answers to all of them, and what else it tells meanwhile."""
DEADLINE_S = 2.0
LIMIT_S = 10.0
SITE = Site({"8000000001": "orders"}, ("orders",))


@dataclass(frozen=True)
class Outcome:
    """Requests, cuts, what became of the requests by name, numbers that were dialled, those dialled more than once or in spite of a no."""

    seed: int
    requests: int
    cuts: int
    fates: dict[str, int]
    dialled: int
    twice: int
    unsaid: int
    pending: int

    @property
    def holds(self) -> bool:
        return not (self.twice or self.unsaid or self.pending) and sum(self.fates.values()) == self.requests

    @property
    def line(self) -> str:
        fates = ", ".join(f"{count} {fate}" for fate, count in sorted(self.fates.items()))
        wrong = f"{self.twice} dialled twice, {self.unsaid} answered but not dialled, {self.pending} without a fate"
        return f"{self.requests} requests, {self.cuts} cuts, seed {self.seed}: {fates}; {self.dialled} dialled, {wrong}"


async def fate_of(link: Link, number: str) -> str:
    """What became of a request to dial the number; TimeoutError when nothing did within 10 s."""
    async with asyncio.timeout(LIMIT_S):
        try:
            await link.act(originate_seat_then_number("1001", number, f"c{number}", f"l{number}", 20), DEADLINE_S)
        except (ActionRefused, LinkLost, Deadline) as fate:
            return type(fate).__name__
        return "answered"


async def one_link(chance: random.Random, first: int, requests: int, fates: dict[str, str]) -> tuple[Counter[str], int, int]:
    """How often each number was dialled, cuts, and what still waited at the end."""
    inbox, cuts = Inbox(100_000), 0
    async with FakeAsterisk() as asterisk:
        exchange = Exchange(SITE, Mix(("8000000001",)), first, asterisk.tell, agenda=Agenda(), pace=Pace())
        exchange.seat("1001")
        stand_behind(asterisk, exchange)
        async with at_work(exchange), linked(asterisk, inbox) as link:
            for start in range(first, first + requests, TOGETHER):
                await inbox.until(lambda e: isinstance(e, LinkChanged) and e.state == "live")
                numbers = [f"139{n:08}" for n in range(start, min(start + TOGETHER, first + requests))]
                way = chance.random()
                if way < 0.1:
                    asterisk.lost.append("Originate")
                asterisk.sessions[-1].cut_after(chance.randrange(REACH))
                found = await asyncio.gather(*(fate_of(link, number) for number in numbers))
                fates |= dict(zip(numbers, found, strict=True))
                asterisk.cut()
                cuts += 1
            waiting = [] if link._connection is None else list(link._connection._manager.responses.values())
            pending = sum(one["Action"] == "Originate" for one in waiting)
        return exchange.dialled, cuts, pending


async def dial(seed: int, requests: int) -> Outcome:
    """So many requests over some links, each cut at random moments."""
    chance = random.Random(seed)
    fates: dict[str, str] = {}
    share = requests // LINKS
    links = [one_link(random.Random(chance.random()), n * share, share, fates) for n in range(LINKS)]
    found = await asyncio.gather(*links)
    dialled: Counter[str] = sum((counts for counts, _, _ in found), Counter())
    return Outcome(
        seed=seed,
        requests=share * LINKS,
        cuts=sum(cuts for _, cuts, _ in found),
        fates=dict(Counter(fates.values())),
        dialled=len(dialled),
        twice=sum(count > 1 for count in dialled.values()),
        unsaid=sum(fate == "answered" and not dialled[number] for number, fate in fates.items()),
        pending=sum(pending for _, _, pending in found),
    )


async def prove(folder: Path, seed: int, rounds: int) -> bool:
    """So many requests; prints what became of them."""
    outcome = await dial(seed, rounds)
    print(f"dialled: {outcome.line}", flush=True)
    return outcome.holds
