"""The keeper: the one task that replaces the floor."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence

from callcenter.floor.changes import Change, Misfit
from callcenter.floor.events import Event
from callcenter.floor.floor import Floor, advance_all

log = logging.getLogger(__name__)

INBOX = 50_000
"""Events from Asterisk that may wait. At 10,000 a second this is five seconds of a stopped process."""

TURN_S = 0.02
"""Longer than the link takes for what one read of a full socket brings: the keeper catches up with it."""

Listener = Callable[[Sequence[Change]], None]
"""Called with what came of one event or of several, in order, when the floor is as it is after the last of them.

Must not await and must not take long.
"""


class Keeper:
    """Owns the floor and its inbox. `put` and `offer` may be called from any callback of the loop; `run` is the only place that folds."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.counts: Counter[str] = Counter()
        self._inbox: deque[Event] = deque()
        self._filled = asyncio.Event()
        self._emptied = asyncio.Event()
        self._emptied.set()
        self._listeners: list[Listener] = []
        self._note: Callable[[Event], None] | None = None

    def noted_by(self, note: Callable[[Event], None]) -> None:
        """Have our own facts written down as they are put; what Asterisk tells is written down by the link."""
        self._note = note

    def listen(self, listener: Listener) -> None:
        """Add a listener; they are called in the order in which they were added."""
        self._listeners.append(listener)

    def put(self, event: Event) -> None:
        """Take one of our own facts: its row is committed, so it is never turned away."""
        if self._note is not None:
            self._note(event)
        self._enter(event)

    def offer(self, event: Event) -> None:
        """Take an event from Asterisk, or raise asyncio.QueueFull: then whoever offers it must bring a snapshot later."""
        if len(self._inbox) >= INBOX:
            self.counts["overflow"] += 1
            raise asyncio.QueueFull
        self._enter(event)

    def _enter(self, event: Event) -> None:
        if not self._inbox:
            self._filled.set()
            self._emptied.clear()
        self._inbox.append(event)

    async def run(self) -> None:
        """Fold events until cancelled. After TURN_S of them everybody else on the loop has a turn."""
        while True:
            await self._filled.wait()
            self._fold_for_a_turn()
            await asyncio.sleep(0)

    async def settled(self) -> None:
        """Wait until everything that was put has been folded."""
        await self._emptied.wait()

    def _fold_for_a_turn(self) -> None:
        """Replace the floor by what it is after the events that wait, and tell the listeners."""
        waited = len(self._inbox)
        self.floor, changes = advance_all(self.floor, self._turn())
        self.counts["events"] += waited - len(self._inbox)
        if changes:
            self._count(changes)
            for listener in self._listeners:
                self._tell(listener, changes)
        if not self._inbox:
            self._filled.clear()
            self._emptied.set()

    def _turn(self) -> Iterator[Event]:
        until = time.monotonic() + TURN_S
        while self._inbox and time.monotonic() < until:
            yield self._inbox.popleft()

    def _count(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if isinstance(change, Misfit):
                self.counts["misfits"] += 1
                log.warning("%s does not fit: %s", type(change.event).__name__, change.why)

    def _tell(self, listener: Listener, changes: Sequence[Change]) -> None:
        # The one place where any error is taken: a listener that fails must stop neither the floor nor the other listeners.
        try:
            listener(changes)
        except Exception:
            self.counts["listener_errors"] += 1
            log.exception("a listener failed: %r", listener)
