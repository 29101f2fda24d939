"""Asterisk's own record of what happened, wherever it is kept: of its channels (CEL) and of its queues (queue_log)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar

from callcenter.settings import Settings
from callcenter.store.engine import Store
from callcenter.telephony.cel import Line
from callcenter.telephony.log_files import cel_lines, queue_entries, set_aside
from callcenter.telephony.queue_log import Entry
from callcenter.telephony.record_rows import Rows

log = logging.getLogger(__name__)

T = TypeVar("T")


class Record(Protocol):
    """Each tells what was written from `since` (ms) on, in order of time; None when it cannot be read or was never begun."""

    async def channels(self, since: int) -> list[Line] | None: ...

    async def queues(self, since: int) -> list[Entry] | None: ...

    async def shorten(self, now: int, days: int) -> None:
        """Let go of what is older than `days`, or too much. Raises OSError or one of AWAY."""


@dataclass(frozen=True)
class Files:
    """The record of an Asterisk on this machine: `cel` is cel_custom's file, `queue_log` the queues'; rotated ones lie beside them."""

    cel: Path
    queue_log: Path

    async def channels(self, since: int) -> list[Line] | None:
        return await asyncio.to_thread(_read, cel_lines, self.cel, since)

    async def queues(self, since: int) -> list[Entry] | None:
        return await asyncio.to_thread(_read, queue_entries, self.queue_log, since)

    async def shorten(self, now: int, days: int) -> None:
        await asyncio.to_thread(set_aside, self.cel, f"{datetime.fromtimestamp(now / 1000, UTC):%Y%m%d}")


def files(settings: Settings) -> Files:
    """What an Asterisk on this machine writes."""
    return Files(settings.record_folder / "cel-custom" / "cel.csv", settings.record_folder / "queue_log")


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Record]:
    """The record of the Asterisk that these settings name."""
    if not settings.record_url:
        yield files(settings)
        return
    rows = Rows(Store(settings.record_url))
    try:
        yield rows
    finally:
        await rows.close()


def _read(lines: Callable[[Path, int], list[T]], path: Path, since: int) -> list[T] | None:
    try:
        found = lines(path, since)
    except OSError as wrong:
        log.warning("Asterisk's own record cannot be read: %s", wrong)
        return None
    return found if found or any(path.parent.glob(f"{path.name}*")) else None
