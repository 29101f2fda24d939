"""Asterisk's own record of what happened, wherever it is kept: of its channels (CEL) and of its queues (queue_log)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from callcenter.telephony.cel import Line
from callcenter.telephony.log_files import cel_lines, queue_entries
from callcenter.telephony.queue_log import Entry

log = logging.getLogger(__name__)

T = TypeVar("T")


class Record(Protocol):
    """Each tells what was written from `since` (ms) on, in order of time; None when it cannot be read or was never begun."""

    async def channels(self, since: int) -> list[Line] | None: ...

    async def queues(self, since: int) -> list[Entry] | None: ...


@dataclass(frozen=True)
class Files:
    """The record of an Asterisk on this machine: `cel` is cel_custom's file, `queue_log` the queues'; rotated ones lie beside them."""

    cel: Path
    queue_log: Path

    async def channels(self, since: int) -> list[Line] | None:
        return await asyncio.to_thread(_read, cel_lines, self.cel, since)

    async def queues(self, since: int) -> list[Entry] | None:
        return await asyncio.to_thread(_read, queue_entries, self.queue_log, since)


def _read(lines: Callable[[Path, int], list[T]], path: Path, since: int) -> list[T] | None:
    try:
        found = lines(path, since)
    except OSError as wrong:
        log.warning("Asterisk's own record cannot be read: %s", wrong)
        return None
    return found if found or path.exists() else None
