"""What is written about a call needs the call's own row, which the record may keep a moment later than the caller acts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import IntegrityError

T = TypeVar("T")

PAUSES_S = (0.1, 0.2, 0.4, 0.8)


async def once_kept(write: Callable[[], Awaitable[T]]) -> T:
    """What `write` gives, tried again for a second and a half while the store misses a row. Raise IntegrityError after that."""
    for pause in PAUSES_S:
        try:
            return await write()
        except IntegrityError:
            await asyncio.sleep(pause)
    return await write()
