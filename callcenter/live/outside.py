"""Who calls outside: what a seat dials by itself, and whom a telephone sends there, is decided here and kept in the audit trail."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from callcenter.floor.floor import Floor
from callcenter.live.consult import WITH_CUSTOMER
from callcenter.store.clock import Clock
from callcenter.store.engine import AWAY
from callcenter.telephony.lines import Asking

log = logging.getLogger(__name__)

SENT_OUTSIDE = "sent_outside"
CLICKED_MS = 10_000
"""So soon after the click the customer comes to the dialplan and asks for the same number."""


class Outside:
    """`note` keeps in the audit trail who did what (a word) to what. Raises one of the store's AWAY."""

    def __init__(
        self, floor: Callable[[], Floor], may_dial: Callable[[str], bool], note: Callable[[str, str, str], Awaitable[None]], clock: Clock
    ) -> None:
        self._floor = floor
        self._may_dial = may_dial
        self._note = note
        self._clock = clock
        self._clicked: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def may(self, asking: Asking) -> bool:
        """Whether the leg may: a seat where nobody sits dials nothing outside and takes nobody's call."""
        floor = self._floor()
        if asking.seat and asking.seat not in floor.seats:
            log.warning("seat %s wants %s and nobody sits there", asking.seat, asking.number or "a call")
            return False
        if not asking.number:
            return bool(asking.seat)
        if not self._may_dial(asking.number):
            return False
        call = floor.legs.get(asking.leg, asking.call)
        if self._clock() - self._clicked.pop(f"{call} {asking.number}", 0) > CLICKED_MS:
            self._start(self._kept(self._who(asking, call), f"{call} {asking.number}"))
        return True

    async def by_click(self, who: str, call: str, number: str) -> None:
        """An agent has somebody dialled outside by a click."""
        now = self._clock()
        self._clicked = {what: at for what, at in self._clicked.items() if now - at <= CLICKED_MS} | {f"{call} {number}": now}
        await self._kept(who, f"{call} {number}")

    async def close(self) -> None:
        """What is still to be written is written."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _who(self, asking: Asking, call: str) -> str:
        """The agent at the seat that dials; else the one who had the caller last, and sent him there."""
        floor = self._floor()
        if asking.seat:
            return floor.seats[asking.seat]
        told = floor.calls.get(call)
        had = [one for one in told.segments if one.kind in WITH_CUSTOMER and one.who] if told is not None else []
        return (max(had, key=lambda one: one.ended or one.began).who if had else None) or ""

    async def _kept(self, who: str, what: str) -> None:
        try:
            await self._note(who, SENT_OUTSIDE, what)
        except AWAY as wrong:
            # Customers are served all the same while the store is away.
            log.error("%s calls outside (%s), which the audit trail cannot be told: %s", who, what, wrong)

    def _start(self, task: Awaitable[None]) -> None:
        started = asyncio.ensure_future(task)
        self._tasks.add(started)
        started.add_done_callback(self._tasks.discard)
