"""Whether the disk takes what is recorded: an alarm a day before it does not."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

log = logging.getLogger(__name__)

BYTES_A_SECOND = 2 * 16_000
"""Of a recording: two sides of 8,000 samples of two bytes."""

DAY_MS = 86_400_000

GB = 1 << 30


class Disk:
    """`look` regularly; `trouble` says in one line what is wrong with the folder of recordings, '' when nothing is.

    `least` bytes must be free, and as much as was recorded in a day: `seconds_since` tells how many seconds of sound have been recorded
    since a time (ms).
    """

    def __init__(self, folder: Path, least: int, seconds_since: Callable[[int], Awaitable[float]]) -> None:
        self.trouble = ""
        self._folder = folder
        self._least = least
        self._seconds_since = seconds_since

    async def look(self, now: int) -> None:
        """What the store raises, this raises: then the last trouble stands."""
        a_day = await self._seconds_since(now - DAY_MS) * BYTES_A_SECOND
        found = await asyncio.to_thread(trouble, self._folder, self._least, int(a_day))
        if found != self.trouble:
            log.log(logging.ERROR if found else logging.INFO, "recordings: %s", found or "the disk takes them again")
        self.trouble = found


def trouble(folder: Path, least: int, a_day: int) -> str:
    """What is wrong with a folder that should take `a_day` bytes and leave `least` free; '' when nothing is."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(4096))
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as wrong:
        return f"recordings cannot be written ({wrong.strerror})"
    if free < least:
        return f"only {free / GB:.1f} GB are free for recordings"
    if free < a_day:
        return f"{free / GB:.1f} GB are free for recordings, less than those of one day"
    return ""
