"""Each night, and soon after a start, the record is compared with what Asterisk wrote down itself.

It is done by a process of its own: to read a day of Asterisk's record takes seconds and memory that callers must not wait for.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from callcenter.calls.told import iso
from callcenter.store.clock import Clock

log = logging.getLogger(__name__)

AFTER_START_MS = 120_000
AT_HOUR = 3
PERIOD_MS = 26 * 3_600_000
"""A day, and what was still going on at the end of the day before."""

NAMED = 20
"""So many differences are named in the log."""


@dataclass(frozen=True, slots=True)
class Compared:
    """`told` is the contract's object; None when it came to nothing, `trouble` says why."""

    at: int
    since: int
    told: dict[str, Any] | None
    trouble: str = ""


Compare = Callable[[int, int], Awaitable[dict[str, Any]]]
"""Compares a period (ms, ms). Raises ComparisonFailed."""


class ComparisonFailed(Exception):
    """The other process did not tell what it found."""


COULD_NOT = 2
"""The command's exit status when it could not look, and has said why."""


async def by_command(since: int, until: int) -> dict[str, Any]:
    """What `callcenter audit --json --heal` says of the period. Raises ComparisonFailed."""
    words = [sys.executable, "-m", "callcenter", "audit", "--json", "--heal", "--since", str(iso(since)), "--until", str(iso(until))]
    running = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    try:
        out, err = await running.communicate()
    finally:
        if running.returncode is None:
            running.kill()
    try:
        told: dict[str, Any] = json.loads(out)
    except ValueError:
        raise ComparisonFailed(_trouble(err.decode("utf-8", "replace").strip(), running.returncode)) from None
    return told


def _trouble(said: str, status: int | None) -> str:
    """What the command said of itself: first of all, as the database's threads may end after it, and not in silence. A crash tells last."""
    return (said.partition("\n")[0] if status == COULD_NOT else said[-300:]) or f"it ended with {status}"


class Nightly:
    """`look` is called by the clock, at least once a minute."""

    def __init__(self, compare: Compare, zone: tzinfo, clock: Clock) -> None:
        self.last: Compared | None = None
        self._compare = compare
        self._zone = zone
        self._clock = clock
        self._going: asyncio.Task[Compared] | None = None
        self._due = clock() + AFTER_START_MS

    async def look(self) -> None:
        """Compare when it is time."""
        now = self._clock()
        if now >= self._due:
            self._due = next_night(now, self._zone)
            await self.compare(now)

    async def compare(self, now: int) -> Compared:
        """Compare the last day and a little more; whoever asks while it goes on gets what that comes to."""
        if self._going is None or self._going.done():
            self._going = asyncio.create_task(self._compared(now))
        return await asyncio.shield(self._going)

    async def _compared(self, now: int) -> Compared:
        since = now - PERIOD_MS
        try:
            self.last = Compared(now, since, await self._compare(since, now))
        except (ComparisonFailed, OSError) as wrong:
            log.warning("the record could not be compared with Asterisk's own: %s", wrong)
            self.last = Compared(now, since, None, str(wrong))
        else:
            _say(self.last.told or {})
        return self.last

    @property
    def differences(self) -> int:
        """How many the last comparison found in the record and the recordings."""
        told = self.last.told if self.last else None
        return sum(len(told[part]["differences"]) for part in ("ledger", "recordings")) if told else 0


def next_night(now: int, zone: tzinfo) -> int:
    """The next time that it is AT_HOUR in the site's zone (ms)."""
    local = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone)
    night = local.replace(hour=AT_HOUR, minute=0, second=0, microsecond=0)
    if night <= local:
        night += timedelta(days=1)
    return int(night.timestamp() * 1000)


def _say(told: dict[str, Any]) -> None:
    found: Sequence[dict[str, Any]] = told["ledger"]["differences"]
    if found:
        log.warning(
            "the record differs from Asterisk's own in %d of %d calls", len({one["call"] for one in found}), told["ledger"]["calls"]
        )
    for one in told["ledger"]["healed"][:NAMED]:
        log.warning("call %s, %s: the record said %s, Asterisk %s: put right", one["call"], one["what"], one["record"], one["asterisk"])
    for one in found[:NAMED]:
        log.warning("call %s, %s: the record says %s, Asterisk %s", one["call"], one["what"], one["record"], one["asterisk"])
