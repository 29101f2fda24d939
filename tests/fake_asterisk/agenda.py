"""What happens when: by the real clock, or as fast as it can by a virtual one."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count


@dataclass(order=True)
class Planned:
    """Something that is to happen at `at` (s since the epoch), unless it is called off."""

    at: float
    n: int
    do: Callable[[], None] | None = field(compare=False)

    def call_off(self) -> None:
        self.do = None


class Agenda:
    """`after` plans; `run` does by the real clock, `run_until` by a virtual one that began at `began` (s since the epoch)."""

    def __init__(self, began: float | None = None) -> None:
        self._virtual = began
        self._planned: list[Planned] = []
        self._numbers = count()
        self._news = asyncio.Event()

    @property
    def now(self) -> float:
        return time.time() if self._virtual is None else self._virtual

    def after(self, seconds: float, do: Callable[[], None]) -> Planned:
        one = Planned(self.now + seconds, next(self._numbers), do)
        heapq.heappush(self._planned, one)
        self._news.set()
        return one

    def run_until(self, moment: float) -> None:
        """Let everything happen that is planned until then."""
        while self._planned and self._planned[0].at <= moment:
            one = heapq.heappop(self._planned)
            self._virtual = max(self.now, one.at)
            if one.do is not None:
                one.do()
        self._virtual = moment

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._news.clear()
            while self._planned and self._planned[0].at <= time.time():
                one = heapq.heappop(self._planned)
                if one.do is not None:
                    one.do()
            wait_s = self._planned[0].at - time.time() if self._planned else None
            try:
                async with asyncio.timeout(None if wait_s is None else max(wait_s, 0.0)):
                    await self._news.wait()
            except TimeoutError:
                continue
