"""The regular look at Asterisk's own picture: what stands in two looks a moment apart is a difference, is said, and is mended."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from callcenter.comparison.picture import Difference, differences
from callcenter.floor.events import Snapshot
from callcenter.floor.floor import Floor
from callcenter.store.clock import Clock
from callcenter.telephony.fate import ActionRefused, Deadline, LinkLost

log = logging.getLogger(__name__)

MOMENT_S = 1.0
"""What is on its way between Asterisk and us arrives within this time."""

TRIES = 3
"""So often a picture is asked for in which nothing but what stands differs: no other mends without harm."""

KEPT = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """A difference, since when it is known (ms), and when a look found it gone (None: it stands)."""

    difference: Difference
    since: int
    healed: int | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What a look came to. `at` is None before the first one that succeeded; `trouble` is why the last one did not, '' if it did."""

    at: int | None = None
    standing: tuple[Standing, ...] = ()
    past: tuple[Standing, ...] = ()  # the last ones that are gone, newest first
    trouble: str = ""


class Watch:
    """Looks when it is told to, one look at a time.

    `look` asks Asterisk for its picture and may raise LinkLost, Deadline, ActionRefused; `settled` waits until everything that came is
    folded; `correct` puts a picture among the events and may raise asyncio.QueueFull.
    """

    def __init__(
        self,
        floor: Callable[[], Floor],
        look: Callable[[], Awaitable[Snapshot]],
        settled: Callable[[], Awaitable[None]],
        correct: Callable[[Snapshot], None],
        clock: Clock,
        moment_s: float = MOMENT_S,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.last = Look()
        self._floor = floor
        self._ask = look
        self._settled = settled
        self._correct = correct
        self._clock = clock
        self._moment_s = moment_s
        self._standing: dict[Difference, int] = {}
        self._past: deque[Standing] = deque(maxlen=KEPT)
        self._tried: set[Difference] = set()
        self._one_at_a_time = asyncio.Lock()
        self._listeners: list[Callable[[Look], None]] = []

    def listen(self, listener: Callable[[Look], None]) -> None:
        """Be told of each look."""
        self._listeners.append(listener)

    async def look(self) -> Look:
        """Compare now. A link that is not live is no difference: `trouble` says that nothing could be compared."""
        async with self._one_at_a_time:
            self.last = await self._looked()
        for listener in self._listeners:
            listener(self.last)
        return self.last

    async def _looked(self) -> Look:
        if self._floor().link != "live":
            return self._told(self.last.at, f"the link is {self._floor().link}")
        try:
            await self._compare()
        except (LinkLost, Deadline, ActionRefused) as wrong:
            self.counts["failed_looks"] += 1
            return self._told(self.last.at, str(wrong))
        self.counts["looks"] += 1
        return self._told(self._clock(), "")

    async def _compare(self) -> None:
        found, _ = await self._differing()
        stands: frozenset[Difference] = frozenset()
        if found:
            await asyncio.sleep(self._moment_s)
            again, seen = await self._differing()
            stands = found & again
            self._note(stands)
            if stands - self._tried and await self._mended(stands, again, seen):
                stands = stands & (await self._differing())[0]
        self._note(stands)

    async def _differing(self) -> tuple[frozenset[Difference], Snapshot]:
        seen = await self._ask()
        if seen.odd:
            raise ActionRefused(f"{len(seen.odd)} parts of Asterisk's picture cannot be read, the first: {seen.odd[0]}")
        await self._settled()
        return frozenset(differences(self._floor(), seen)), seen

    async def _mended(self, stands: frozenset[Difference], found: frozenset[Difference], seen: Snapshot) -> bool:
        """Put a picture that differs by nothing else among the events, once for each difference; whether there was such a picture."""
        for _ in range(TRIES):
            if found <= stands:
                try:
                    self._correct(seen)
                except asyncio.QueueFull:
                    return False
                self._tried |= found
                await self._settled()
                return True
            await asyncio.sleep(self._moment_s)
            found, seen = await self._differing()
        return False

    def _note(self, stands: frozenset[Difference]) -> None:
        now = self._clock()
        for one in self._standing.keys() - stands:
            self.counts["healed"] += 1
            self._tried.discard(one)
            self._past.appendleft(Standing(one, self._standing.pop(one), now))
            log.info("the floor and Asterisk agree again: %s %s", one.what, one.where)
        for one in stands - self._standing.keys():
            self.counts["differences"] += 1
            self._standing[one] = now
            log.warning("the floor differs from Asterisk: %s %s: the floor says %s, Asterisk %s", one.what, one.where, one.ours, one.theirs)

    def _told(self, at: int | None, trouble: str) -> Look:
        standing = sorted((Standing(one, since) for one, since in self._standing.items()), key=lambda one: (one.since, str(one)))
        return Look(at, tuple(standing), tuple(self._past), trouble)
