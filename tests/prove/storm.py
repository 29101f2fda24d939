"""A storm of events from a manager that closes the link of a slow reader, and a slow listener: the link stays, nothing is lost."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from callcenter.floor.changes import CallChanged, Change
from callcenter.floor.floor import Floor
from callcenter.live.keeper import Keeper
from callcenter.telephony.ami import Link
from callcenter.telephony.lines import Lines
from tests.fake_asterisk.people import Mix
from tests.fake_asterisk.server import FakeAsterisk
from tests.fake_asterisk.test_exchange import day, events_of, folded, seated
from tests.live.centre import until

AGENTS = 40
PATIENCE_S = 0.1
"""writetimeout as the real one has it when nobody sets it."""
RATE = 10_000
SLOW_S = 0.05
"""How long the slow listener takes, twice a second, while everything else waits."""
DRAIN_S = 60.0
PIECE = 1 << 16
"""Bytes that are written at once, at most."""


class Source(threading.Thread):
    """An Asterisk with a loop of its own, as the real one has a process of its own. Tells one busy minute again and again."""

    def __init__(self, block: bytes, events: int, seconds: float, rate: int) -> None:
        super().__init__(daemon=True)
        self.port = 0
        self.rounds = max(1, round(seconds * rate / events))
        self.told_s = 0.0
        self.thrown_out = 0
        self.logins = 0
        self.listening = threading.Event()
        self.begin = threading.Event()
        self.done = threading.Event()
        self.end = threading.Event()
        self._block = block
        self._every_s = events / rate

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        async with FakeAsterisk(patience_s=PATIENCE_S) as asterisk:
            self.port = asterisk.port
            self.listening.set()
            await asyncio.to_thread(self.begin.wait)
            began = time.monotonic()
            for n in range(self.rounds):
                text = renamed(self._block, n)
                # In pieces, as time goes by; of whole messages, as the answer to a ping may come between two.
                at = 0
                while at < len(text):
                    end = text.rfind(b"\r\n\r\n", at, at + PIECE) + 4
                    asterisk.send_bytes(text[at:end])
                    due = began + (n + at / len(text)) * self._every_s
                    at = end
                    await asyncio.sleep(max(0.0, due - time.monotonic()))
            self.told_s = time.monotonic() - began
            self.done.set()
            await asyncio.to_thread(self.end.wait)
            self.thrown_out, self.logins = asterisk.thrown_out, asterisk.logins


def renamed(block: bytes, round: int) -> bytes:
    """The same calls with other ids."""
    return block.replace(b"a1-1795", b"a%d-1795" % (round + 2))


@dataclass
class Heard:
    """Calls that ended, by whether they were told as they were; how often the link was lost."""

    ended: int = 0
    answered: int = 0
    lost: int = 0
    naps: int = 0
    last: float = field(default_factory=time.monotonic)

    def listen(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if (
                isinstance(change, CallChanged)
                and change.after.ended is not None
                and (change.before is None or change.before.ended is None)
            ):
                self.ended += 1
                self.answered += change.after.exit == "answered"
        if time.monotonic() - self.last > 0.5:
            self.last = time.monotonic()
            self.naps += 1
            time.sleep(SLOW_S)


@dataclass(frozen=True)
class Outcome:
    seed: int
    events: int
    told_s: float
    calls: int
    heard: Heard
    answered: int
    misfits: int
    overrun: int
    thrown_out: int

    @property
    def holds(self) -> bool:
        whole = (self.heard.ended, self.heard.answered) == (self.calls, self.answered)
        return whole and not (self.heard.lost or self.misfits or self.overrun or self.thrown_out)

    @property
    def line(self) -> str:
        rate = self.events / self.told_s
        calls = f"{self.heard.ended}/{self.calls} calls ended, {self.heard.answered}/{self.answered} answered"
        wrong = f"link lost {self.heard.lost} times, {self.misfits} misfits, {self.overrun} overruns, {self.thrown_out} times thrown out"
        return f"{self.events} events at {rate:.0f}/s, seed {self.seed}, {self.heard.naps} naps of {SLOW_S:g} s: {calls}; {wrong}"


async def rage(seed: int, seconds: float, rate: int = RATE) -> Outcome:
    """A storm of so many seconds."""
    _, block = day(seed, Mix(("8000000001",)), agents=AGENTS)
    calls, _ = folded(events_of(block), AGENTS)
    events = block.count(b"Event: ")
    source = Source(block, events, seconds, rate)
    source.start()
    await asyncio.to_thread(source.listening.wait)
    keeper, heard = Keeper(Floor()), Heard()
    for fact in seated(AGENTS):
        keeper.put(fact)
    keeper.listen(heard.listen)
    link = Link("127.0.0.1", source.port, "callcenter", "secret", keeper.offer, None, Lines(lambda line: None))
    tasks = [asyncio.create_task(link.run()), asyncio.create_task(keeper.run())]

    async def live() -> bool:
        return keeper.floor.link == "live"

    async def over() -> bool:
        return source.done.is_set() and (heard.ended >= len(calls) * source.rounds or keeper.floor.link != "live")

    try:
        await until("a live link", live)
        was = link.counts["messages"]
        source.begin.set()
        with suppress(AssertionError):
            await until("the end of the storm", over, seconds * 3 + DRAIN_S)
        assert link.counts["messages"] > was
    finally:
        source.end.set()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await link.close()
        await asyncio.to_thread(source.join)
    heard.lost = source.logins - 1
    return Outcome(
        seed=seed,
        events=events * source.rounds,
        told_s=source.told_s,
        calls=len(calls) * source.rounds,
        heard=heard,
        answered=sum(call.exit == "answered" for call in calls.values()) * source.rounds,
        misfits=keeper.counts["misfits"],
        overrun=keeper.counts["overflow"],
        thrown_out=source.thrown_out,
    )


async def prove(folder: Path, seed: int, rounds: int) -> bool:
    """So many seconds of it."""
    outcome = await rage(seed, rounds)
    print(f"storm: {outcome.line}", flush=True)
    return outcome.holds
