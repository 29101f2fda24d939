"""One open page: what it watches, and what is still to be sent to it."""

from __future__ import annotations

import asyncio
from collections import deque

from callcenter.web.user import User

QUEUE_SIZE = 256
CUT_OFF = 4001


class Browser:
    """One open page: what it watches and what is still to be sent. An item is a message, or the topic whose picture is due."""

    def __init__(self, user: User, locale: str) -> None:
        self.user = user
        self.locale = locale
        self.topics: frozenset[str] = frozenset()
        self.closing: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._items: deque[tuple[str, str]] = deque()
        self._more = asyncio.Event()

    def put(self, kind: str, text: str) -> None:
        """Queue an item; a browser that has too many is cut off, and comes back to a full picture."""
        if len(self._items) >= QUEUE_SIZE:
            self.close(CUT_OFF)
            return
        self._items.append((kind, text))
        self._more.set()

    async def next(self) -> tuple[str, str]:
        while not self._items:
            self._more.clear()
            await self._more.wait()
        return self._items.popleft()

    def close(self, code: int) -> None:
        if not self.closing.done():
            self.closing.set_result(code)
