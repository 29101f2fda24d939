"""What happened while we were away, out of Asterisk's own record: read at each login, told before the picture of that moment."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Collection, Sequence

from callcenter.floor import events as ev
from callcenter.floor.changes import GapFilled
from callcenter.floor.floor import Floor
from callcenter.telephony.cel import Line
from callcenter.telephony.died import with_ends
from callcenter.telephony.history import Heard, calls_of, first_needed, first_news, heard, keys_once, told, unheard
from callcenter.telephony.record import Record
from callcenter.telephony.unclear import RECENT_MS, explained, given_up, lags, timed_out, unclear

log = logging.getLogger(__name__)

BEFORE_LOSS_MS = 5_000
"""What happened so shortly before the last that we heard may have been on its way to us when the link went. Calls that are over are on
the floor for so long: what is known of them is not told again."""

BEFORE_END_MS = 60_000
"""What happened so shortly before the process ended may not have reached the store."""

BEHIND_S = 1.5
"""The longest that what Asterisk shows of itself waits for its record to tell of it."""

LOOK_AGAIN_S = 0.2


class Past:
    """Fills gaps. `record` is Asterisk's own; where it cannot be read nothing can be told, and the gap is said to be unfilled.

    `floor` gives the floor when it has heard everything that was told so far; `recorded` says which of these legs are in the record,
    `begun` which calls there began after a time (ms); `note` is told of each gap. At the start nobody has listened since `began` (ms; None:
    nobody ever did), and who came before `kept` (ms) is in the record, but for the last minute.
    """

    def __init__(
        self,
        record: Record,
        floor: Callable[[], Awaitable[Floor]],
        recorded: Callable[[Collection[str]], Awaitable[Collection[str]]],
        begun: Callable[[int], Awaitable[Collection[str]]],
        note: Callable[[GapFilled], None],
        *,
        began: int | None = None,
        kept: int = 0,
    ) -> None:
        self._record = record
        self._floor = floor
        self._recorded = recorded
        self._begun = begun
        self._note = note
        self._began = began
        self._since = kept - BEFORE_END_MS
        self._filling: int | None = None
        self._told: frozenset[str] = frozenset()
        self._lacks = False

    async def since(self, last: int | None, until: int, seen: ev.Snapshot, held: Collection[ev.Event]) -> list[ev.Event]:
        """What is not known yet and happened before `until`.

        `last` is what a live link last heard (None: none was live yet); both are Asterisk's ms. `seen` is Asterisk's picture; `held` is
        what it has told since `until`, and grows meanwhile.
        """
        began = self._began if last is None else last
        if began is None:
            # Nobody ever listened before. A login that comes to nothing is no reason to miss what follows it.
            self._began, self._since = until, until - BEFORE_LOSS_MS
            return []
        why = "asterisk" if (seen.asterisk_began or 0) > began else "server" if last is None else "link"
        floor = await self._floor()
        known = heard(floor, self._since if last is None else last - BEFORE_LOSS_MS)
        found = await self._caught_up(floor, known, until, seen, held)
        if found is None:
            self._note(GapFilled(until, began, None, why, ("calls",)))
            return with_ends(floor, [], [], seen, began) if why == "asterisk" else []
        lines, events, behind = found
        if why == "asterisk":
            events = with_ends(floor, events, lines, seen, began)
        events = keys_once(events, held)
        # A process that was killed at once again has told some of them to the record.
        calls = calls_of(events, known, floor) | frozenset(await self._begun(began))
        calls, behind = self._with_earlier(began, calls, behind)
        log.info("nobody listened for %.1f s: %d calls are told from Asterisk's own record", (until - began) / 1000, len(calls))
        # What was heard, and was not in the store yet when the process ended, belongs to the gap, too.
        first = min(began, first_news(events, known, floor, began))
        self._note(GapFilled(until, first, len(calls), why, unknown(lines, behind)))
        return events

    async def _caught_up(
        self, floor: Floor, known: Heard, until: int, seen: ev.Snapshot, held: Collection[ev.Event]
    ) -> tuple[list[Line], list[ev.Event], bool] | None:
        """The record of channels, and what is news of it and the queues', once they tell what the picture shows; None: it cannot be read.

        A busy Asterisk writes a moment later. What is held would not fit without it: an answer fits nobody who was not rung. After BEHIND_S
        the records are taken as they are, and said to be behind.
        """
        needed, limit = first_needed(known, floor), math.inf
        while True:
            lines, entries = await self._record.channels(needed), await self._record.queues(needed)
            if lines is None:
                return None
            recorded = frozenset(await self._recorded(unheard(lines, known)))
            events = told(lines, known, until, recorded, entries or ())
            now = asyncio.get_running_loop().time()
            if not lags(floor, lines, events, held, seen, needed):
                return lines, events, False
            if now > limit:
                log.warning("Asterisk's own record does not tell what its picture shows")
                return lines, events, True
            limit = min(limit, now + BEHIND_S)
            await asyncio.sleep(LOOK_AGAIN_S)

    async def rest(self, seen: ev.Snapshot) -> list[ev.Event]:
        """What the picture shows and nobody has told, though it was waited for: what Asterisk's record says by now, as far as it goes.

        Also, who hung up in a queue as nobody listened, if what was heard after looks like a timeout.
        """
        return [*await self._shown(seen), *await self._given_up(seen.at - RECENT_MS)]

    async def _shown(self, seen: ev.Snapshot) -> list[ev.Event]:
        floor = await self._floor()
        if not unclear(floor, seen):
            return []
        needed = first_needed(heard(floor, seen.at), floor)
        lines, entries = await self._record.channels(needed), await self._record.queues(needed)
        return [] if lines is None else explained(floor, seen, lines, entries or ())

    async def _given_up(self, since: int) -> list[ev.Event]:
        waits = timed_out(await self._floor(), since)
        return given_up(waits, await self._record.queues(min(one.began for one in waits)) or ()) if waits else []

    def _with_earlier(self, began: int, calls: frozenset[str], behind: bool) -> tuple[frozenset[str], bool]:
        """A login that came to nothing has told some of the gap's calls already, or seen that the record lacks something."""
        same = began == self._filling
        self._told = calls | (self._told if same else frozenset())
        self._lacks = behind or (same and self._lacks)
        self._filling = began
        return self._told, self._lacks


def unknown(lines: Sequence[Line], behind: bool) -> tuple[str, ...]:
    """What Asterisk's record of channels does not tell of a gap. Before Asterisk 22 it told no keys. Of one that is behind, who knows."""
    keys = any(line.event == "DTMF" for line in lines)
    return ("holds", *(() if keys else ("keys",)), "steps", *(("unwritten",) if behind else ()))
