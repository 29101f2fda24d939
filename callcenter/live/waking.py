"""What is done again whenever something changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Waking:
    """Does its work whenever it was woken: one run at a time, and one more for all that woke it meanwhile."""

    def __init__(self, work: Callable[[], Awaitable[None]]) -> None:
        self._work = work
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            await self._work()
