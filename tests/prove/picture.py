"""The link is cut, or Asterisk is started again, under hundreds of calls: soon after, the picture is what really goes on."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Collection, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from callcenter.floor.events import AgentSignedIn, AgentWants
from callcenter.floor.floor import Floor
from callcenter.live.keeper import Keeper
from callcenter.telephony.ami import Link
from callcenter.telephony.lines import Lines
from callcenter.telephony.past import Past
from callcenter.telephony.record import Files
from tests.fake_asterisk.actions import stand_behind
from tests.fake_asterisk.agenda import Agenda
from tests.fake_asterisk.exchange import Exchange, Site, at_work
from tests.fake_asterisk.inbound import Pace
from tests.fake_asterisk.people import Mix
from tests.fake_asterisk.server import FakeAsterisk, success
from tests.fake_asterisk.written import Written
from tests.live.centre import until

AGENTS, CALLS = 500, 300
SITE = Site({"8000000001": "orders", "8000000002": "complaints"}, ("orders", "complaints"), ring_s=5.0)
MIX = Mix(tuple(SITE.hotlines), talk_s=(10.0, 60.0))
CALM_S = (0.5, 2.0)
MOST_S = 2.0
GIVE_UP_S = 30.0
UPTIME_S = 100
HELD = {"hold": "talk"}
"""No question tells whether a caller is on hold: that stays unknown after a gap."""

Picture = tuple[frozenset[tuple[str, str, str]], frozenset[tuple[str, str]]]
"""What goes on: (call, kind, who) of what is open but wrap-ups, and (queue, call) of who waits."""


@dataclass(frozen=True)
class Outcome:
    """How long after FullyBooted the picture was right (s), for each cut; None: not within 30 s. `wrong`: what was not right then.

    `worked_s`: the processor time that took, the fake Asterisk's too: on a busy machine it says more than the clock.
    """

    seed: int
    calls: int
    after_s: tuple[float | None, ...]
    worked_s: tuple[float, ...]
    wrong: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return all(one is not None and one <= MOST_S for one in self.after_s)

    @property
    def quick(self) -> bool:
        """Whether it was right each time, with no more work than the 2 s allow."""
        return None not in self.after_s and max(self.worked_s) <= MOST_S

    @property
    def line(self) -> str:
        found = sorted(one for one in self.after_s if one is not None)
        worst = f"{found[len(found) // 2]:.2f} s in the middle, {found[-1]:.2f} s at most" if found else "never"
        never = len(self.after_s) - len(found)
        size = f"{len(self.after_s)} cuts, seed {self.seed}, {self.calls} calls"
        return f"{size}: right after {worst}, {max(self.worked_s):.2f} s of work at most; {never} never"


def of_floor(floor: Floor) -> Picture:
    going = [(call.id, HELD.get(one.kind, one.kind), one.who or "") for call in floor.calls.values() for one in call.open]
    waiting = [(queue.name, one.call) for queue in floor.queues.values() for one in queue.waiting]
    return frozenset(one for one in going if one[1] not in ("wrapup", "ivr")), frozenset(waiting)


def of_truth(exchange: Exchange) -> Picture:
    live = [exchange.truth.of(call.channel) for call in exchange.live.values()]
    going = [(call.id, HELD.get(one.kind, one.kind), one.who or "") for call in live for one in call.stretches if one.ended is None]
    waiting = [(name, entry.channel.id) for name, queue in exchange.queues.all.items() for entry in queue.waiting]
    return frozenset(going), frozenset(waiting)


def differ(floor: Floor, exchange: Exchange) -> str:
    """What is not told, and what is told and is not; '' when the two are the same."""
    told, true = of_floor(floor), of_truth(exchange)
    if told == true:
        return ""
    return "; ".join(f"told {sorted(t - r)[:3]}, was {sorted(r - t)[:3]}" for t, r in zip(told, true, strict=True) if t != r)


async def cut(folder: Path, seed: int, cuts: int, *, agents: int = AGENTS, calls: int = CALLS, mix: Mix = MIX) -> Outcome:
    """So many cuts at random moments; in every third of them Asterisk itself is started again."""
    chance = random.Random(seed)
    after: list[float | None] = []
    worked: list[float] = []
    wrong: list[str] = []
    async with AsyncExitStack() as stack:
        written = stack.enter_context(closing(Written(folder)))
        asterisk = await stack.enter_async_context(FakeAsterisk())
        asterisk.keeps_asked = False
        exchange = Exchange(SITE, mix, seed, asterisk.tell, agenda=Agenda(), pace=Pace(), written=written)
        numbers = seat(exchange, agents)
        stand_behind(asterisk, exchange)
        # No heartbeat: nobody is there to walk callers through a flow.
        asterisk.answers["setvar"] = success
        keeper = Keeper(Floor())
        for n, (number, place, queue) in enumerate(numbers):
            keeper.put(AgentSignedIn(0, agent=number, name=number, seat=place, queues=(queue,), user=n))
            keeper.put(AgentWants(0, agent=number, ready=True))
        past = past_of(keeper, Files(written.cel_path, written.queue_log_path))
        lines = Lines(lambda line: None)
        link = Link("127.0.0.1", asterisk.port, "callcenter", asterisk.secret, keeper.offer, None, lines, since=past.since, rest=past.rest)
        tasks = [asyncio.create_task(link.run()), asyncio.create_task(keeper.run())]
        try:
            async with at_work(exchange):
                await until("a live link", lambda: _live(keeper), 30)
                exchange.keep_busy(calls)
                await until("all calls", lambda: _busy(exchange, calls), 60)
                for n in range(cuts):
                    await asyncio.sleep(chance.uniform(*CALM_S))
                    began = time.process_time()
                    found = await one_cut(asterisk, exchange, keeper, restarts=n % 3 == 2)
                    worked.append(time.process_time() - began)
                    after.append(found if isinstance(found, float) else None)
                    wrong += [found] if isinstance(found, str) else []
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await link.close()
    return Outcome(seed, calls, tuple(after), tuple(worked), tuple(wrong))


def past_of(keeper: Keeper, record: Files) -> Past:
    """Fills gaps from Asterisk's own record; nothing is in a record of ours."""

    async def floor() -> Floor:
        await keeper.settled()
        return keeper.floor

    async def recorded(calls: Collection[str]) -> Collection[str]:
        return ()

    async def begun(since: int) -> Collection[str]:
        return ()

    return Past(record, floor, recorded, begun, lambda gap: None)


def seat(exchange: Exchange, agents: int) -> Sequence[tuple[str, str, str]]:
    """Number, seat and queue of each agent, all members of their queue."""
    found = []
    for n in range(agents):
        place, queue = str(1001 + n), exchange.site.queues[n % len(exchange.site.queues)]
        exchange.seat(place)
        exchange.queues.add(queue, f"PJSIP/{place}", str(2001 + n), paused=False)
        found.append((str(2001 + n), place, queue))
    return found


async def one_cut(asterisk: FakeAsterisk, exchange: Exchange, keeper: Keeper, *, restarts: bool) -> float | str:
    """How long after FullyBooted the picture was right; what was wrong with it when it never was."""
    logins = asterisk.logins
    if restarts:
        exchange.restarts()
    # Whole seconds: of one that has just been started none is over.
    asterisk.uptime_s = 0 if restarts else UPTIME_S
    asterisk.cut()

    async def again() -> bool:
        return asterisk.logins > logins

    await until("a login", again, 20)
    booted = time.monotonic()
    limit = booted + GIVE_UP_S
    while True:
        await asyncio.sleep(0.01)
        await keeper.settled()
        why = "the link is not live" if keeper.floor.link != "live" else differ(keeper.floor, exchange)
        if not why:
            return time.monotonic() - booted
        if time.monotonic() > limit:
            return why


async def _live(keeper: Keeper) -> bool:
    return keeper.floor.link == "live"


async def _busy(exchange: Exchange, calls: int) -> bool:
    return len(exchange.live) >= calls


async def prove(folder: Path, seed: int, rounds: int) -> bool:
    """So many cuts at 500 agents and 300 calls."""
    outcome = await cut(folder, seed, rounds)
    for why in outcome.wrong[:5]:
        print(f"  {why}")
    print(f"picture: {outcome.line}", flush=True)
    return outcome.holds
