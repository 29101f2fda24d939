"""Every caller who is in a flow now: one task each."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from callcenter.floor.events import Event
from callcenter.ivr.published.in_use import InUse
from callcenter.ivr.running.run import run
from callcenter.ivr.running.services import Services
from callcenter.store.clock import Clock
from callcenter.telephony.line import Line

log = logging.getLogger(__name__)


class Walks:
    """`begin` starts a caller's task; `close` leaves all callers where they are."""

    def __init__(self, flows: InUse, services: Services, tell: Callable[[Event], None], clock: Clock) -> None:
        self._flows = flows
        self._services = services
        self._tell = tell
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, line: Line) -> None:
        task = asyncio.create_task(self._walk(line), name=f"flow {line.call}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def close(self) -> None:
        """Their places are on their channels; whoever comes after us goes on from there."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _walk(self, line: Line) -> None:
        await run(line, await self._flows.walked(line.place), self._services, self._tell, self._clock)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (wrong := task.exception()) is not None:
            # The caller's lease runs out, and the dialplan takes him to the fallback.
            log.error("%s failed", task.get_name(), exc_info=wrong)
