"""The ledger: changes become rows behind a queue of its own, so that a slow or absent store delays nobody."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from callcenter.calls.history import is_news, store_agent_states, store_gap, store_link
from callcenter.calls.rows import store_call, store_calls
from callcenter.floor.call import Call
from callcenter.floor.changes import AgentChanged, CallChanged, Change, GapFilled, LinkMoved
from callcenter.store.engine import AWAY, REFUSED, Store

log = logging.getLogger(__name__)

Listener = Callable[[Sequence[Change]], None]
"""Told of changes whose rows are committed. Must not await and must not take long."""

AT_ONCE = 100
"""Calls that are written together: some tenths of a second."""
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0


@dataclass
class Batch:
    """What waits to be written. Of a call only the first picture before and the last one after count."""

    calls: dict[str, CallChanged] = field(default_factory=dict)
    others: list[AgentChanged | LinkMoved | GapFilled] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.calls or self.others)

    def __len__(self) -> int:
        return len(self.calls) + len(self.others)

    def add(self, change: Change) -> None:
        if isinstance(change, CallChanged):
            earlier = self.calls.get(change.after.id)
            before = earlier.before if earlier else change.before
            self.calls[change.after.id] = CallChanged(change.at, before, change.after)
        elif isinstance(change, LinkMoved | GapFilled) or (isinstance(change, AgentChanged) and is_news(change)):
            self.others.append(change)

    @property
    def changes(self) -> list[Change]:
        return [*self.calls.values(), *self.others]

    def parts(self, most: int) -> Iterator[Batch]:
        """So many calls at a time, in the order in which they began, and with the last of them all else.

        So every call is in the record that began before the newest one there, and all that are told of a gap when it is over.
        """
        calls = sorted(self.calls.items(), key=lambda call: call[1].after.began)
        *firsts, last = [dict(calls[start : start + most]) for start in range(0, len(calls), most)] or [{}]
        for first in firsts:
            yield Batch(first)
        yield Batch(last, self.others)

    def without(self, part: Batch) -> Batch:
        """What is left when `part` is written."""
        calls = {id: change for id, change in self.calls.items() if id not in part.calls}
        return Batch(calls, [] if part.others is self.others else self.others)


class Ledger:
    """Takes changes without awaiting and writes them: a transaction a batch, several for a large one, so that a process that is killed soon
    has written some of it. While the store is away it keeps everything.

    `state`: ok or away. `counts`: batches and calls written, rows the store refused.
    """

    def __init__(self, store: Store, *, stored: Sequence[Call] = ()) -> None:
        """`stored`: calls whose rows are as they stand here; they were loaded at the start."""
        self.state = "ok"
        self.counts: Counter[str] = Counter()
        self._store = store
        self._listeners: list[Listener] = []
        self._batch = Batch()
        self._writing = Batch()
        self._stored = {call.id: call for call in stored}
        self._taken = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def listen(self, listener: Listener) -> None:
        """Add one who is told after the commit; they are called in the order in which they were added."""
        self._listeners.append(listener)

    def take(self, changes: Sequence[Change]) -> None:
        """Take what changed; the keeper's listener."""
        for change in changes:
            self._batch.add(change)
        if self._batch:
            self._idle.clear()
            self._taken.set()

    @property
    def waiting(self) -> int:
        """Calls and further changes that are not written yet."""
        return len(self._batch) + len(self._writing)

    def holds(self, legs: Collection[str]) -> frozenset[str]:
        """Which of these legs are of calls that are not written yet."""
        changes = (*self._batch.calls.values(), *self._writing.calls.values())
        return frozenset(legs) & {leg for change in changes for leg in change.after.legs}

    async def run(self) -> None:
        """Write until cancelled."""
        pause = FIRST_PAUSE_S
        while True:
            await self._taken.wait()
            if await self._write_all():
                pause = FIRST_PAUSE_S
            else:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_S)

    async def flush(self) -> None:
        """Wait until everything taken so far is committed. Needs `run`; waits for as long as the store is away."""
        await self._idle.wait()

    async def close(self) -> None:
        """Write what is left, once; call it when `run` was cancelled. What the store does not take then is said in the log."""
        if self._batch and not await self._write_all():
            log.error("the store is away: %d changes are lost with this process", len(self._batch))

    async def _write_all(self) -> bool:
        """Write the batch; False when the store is away and what was not written was kept."""
        self._writing, self._batch = self._batch, Batch()
        self._taken.clear()
        for part in self._writing.parts(AT_ONCE):
            try:
                await self._write(part)
            except AWAY as why:
                self._keep(why)
                return False
            except BaseException:
                self._put_back()
                raise
            self._writing = self._writing.without(part)
            self._written(part)
        if not self._batch:
            self._idle.set()
        return True

    async def _write(self, batch: Batch) -> None:
        try:
            await self._transaction(batch)
        except REFUSED:
            await self._one_by_one(batch)

    async def _transaction(self, batch: Batch) -> None:
        async with self._store.transaction(at_once=True) as session:
            await store_calls(session, [(self._stored.get(id), change.after) for id, change in batch.calls.items()])
            await store_agent_states(session, [other for other in batch.others if isinstance(other, AgentChanged)])
            for other in batch.others:
                if isinstance(other, GapFilled):
                    await store_gap(session, other)
                elif isinstance(other, LinkMoved):
                    await store_link(session, other)

    async def _one_by_one(self, batch: Batch) -> None:
        # One row that the store refuses must not keep the others out for ever.
        for change in batch.changes:
            alone = Batch()
            alone.add(change)
            try:
                await self._transaction(alone)
            except REFUSED as why:
                self.counts["refused"] += 1
                what = f"call {change.after.id}" if isinstance(change, CallChanged) else type(change).__name__
                log.error("the store refuses %s: %s", what, why)
                await self._without_customer(change)

    async def _without_customer(self, change: Change) -> None:
        # A customer who was removed meanwhile is the one reason we know; the call itself must not be missing.
        if not isinstance(change, CallChanged) or change.after.customer is None:
            return
        try:
            async with self._store.transaction(at_once=True) as session:
                await store_call(session, None, replace(change.after, customer=None))
        except REFUSED:
            log.exception("call %s is not in the record", change.after.id)

    def _written(self, batch: Batch) -> None:
        self.counts["batches"] += 1
        self.counts["calls"] += len(batch.calls)
        if self.state == "away":
            log.warning("the store is back: %d changes are written", len(batch))
        self.state = "ok"
        for id, change in batch.calls.items():
            if change.after.complete:
                self._stored.pop(id, None)
            else:
                self._stored[id] = change.after
        for listener in self._listeners:
            self._tell(listener, batch.changes)

    def _tell(self, listener: Listener, changes: Sequence[Change]) -> None:
        # The rows are there already: one listener that fails must not keep the others from hearing of them.
        try:
            listener(changes)
        except Exception:
            self.counts["listener_errors"] += 1
            log.exception("a listener failed: %r", listener)

    def _keep(self, why: BaseException) -> None:
        if self.state == "ok":
            log.error("the store is away, changes are kept in memory: %s", why)
        self.state = "away"
        self._put_back()

    def _put_back(self) -> None:
        newer, self._batch, self._writing = self._batch, self._writing, Batch()
        for change in newer.changes:
            self._batch.add(change)
        self._taken.set()
