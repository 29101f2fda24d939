"""What happened while we were away, out of Asterisk's own record: read at each login, told before the picture of that moment."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path

from callcenter.floor import events as ev
from callcenter.floor.changes import GapFilled
from callcenter.floor.floor import Floor
from callcenter.telephony.cel import Line
from callcenter.telephony.history import arrivals, calls_of, first_needed, heard, told
from callcenter.telephony.log_files import cel_lines

log = logging.getLogger(__name__)

BEFORE_LOSS_MS = 1_000
"""What Asterisk wrote so shortly before the link went may not have reached us."""

BEFORE_END_MS = 60_000
"""What happened so shortly before the process ended may not have reached the store."""


class Past:
    """Fills gaps. `cel` is Asterisk's CEL file; without it nothing can be told, and the gap is said to be unfilled.

    `floor` gives the floor when it has heard everything that was told so far; `recorded` says which of these calls are in the record;
    `note` is told of each gap. `newest` is the latest moment in the record at the start, `alive` when the process before this one was
    last alive (both ms; None: never).
    """

    def __init__(
        self,
        cel: Path,
        floor: Callable[[], Awaitable[Floor]],
        recorded: Callable[[Collection[str]], Awaitable[Collection[str]]],
        note: Callable[[GapFilled], None],
        *,
        newest: int | None = None,
        alive: int | None = None,
    ) -> None:
        moments = [moment for moment in (newest, alive) if moment is not None]
        self._cel = cel
        self._floor = floor
        self._recorded = recorded
        self._note = note
        self._began = max(moments, default=None)
        self._since = min(moments, default=0) - BEFORE_END_MS

    async def since(self, last: int | None, until: int) -> list[ev.Event]:
        """What is not known yet and happened before `until`. `last` is when the link last heard something (ms); None: not yet."""
        began = self._began if last is None else last
        if began is None:
            return []
        floor = await self._floor()
        known = heard(floor, self._since if last is None else last - BEFORE_LOSS_MS)
        lines = await asyncio.to_thread(self._read, first_needed(known, floor))
        if lines is None:
            self._note(GapFilled(until, began, None))
            return []
        events = told(lines, known, until, frozenset(await self._recorded(arrivals(lines, known))))
        calls = calls_of(events, known, floor)
        log.info("nobody listened for %.1f s: %d calls are told from Asterisk's own record", (until - began) / 1000, len(calls))
        self._note(GapFilled(until, began, len(calls)))
        return events

    def _read(self, since: int) -> list[Line] | None:
        try:
            lines = cel_lines(self._cel, since)
        except OSError as wrong:
            log.warning("Asterisk's own record cannot be read: %s", wrong)
            return None
        return lines if lines or self._cel.exists() else None
