"""Who is calling, or called: looked up when the call begins, not when a phone rings."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from callcenter.crm.customers.service import NOBODY, Customers, Recognition
from callcenter.floor.call import ANONYMOUS, Call
from callcenter.floor.changes import CallChanged, Change
from callcenter.floor.events import CallerKnown, Event
from callcenter.store.clock import Clock
from callcenter.store.engine import AWAY

log = logging.getLogger(__name__)


def outside_number(call: Call) -> str:
    """The number of the one who is not ours; '' when it is withheld or there is none."""
    number = {"inbound": call.number, "outbound": call.to}.get(call.direction, "")
    return "" if number == ANONYMOUS else number


class Recogniser:
    """Starts one look-up for each call that arrives; the answer is an event. `of` waits for it."""

    def __init__(self, customers: Customers, put: Callable[[Event], None], clock: Clock) -> None:
        self._customers = customers
        self._put = put
        self._clock = clock
        self._asked: dict[str, asyncio.Task[Recognition]] = {}
        self._looking: set[asyncio.Task[Recognition]] = set()

    def listen(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if not isinstance(change, CallChanged):
                continue
            call = change.after
            number = outside_number(call)
            if change.before is None and number and call.customer is None:
                self._ask(call.id, number)
            elif call.ended is not None:
                self._asked.pop(call.id, None)
            elif not number and (asked := self._asked.pop(call.id, None)) is not None:
                # Told just after the number was: it is withheld, and so is nobody's.
                asked.cancel()

    async def of(self, call: str) -> Recognition:
        """What was found, as soon as it is; NOBODY for a call that is not looked up."""
        asked = self._asked.get(call)
        return NOBODY if asked is None else await asyncio.shield(asked)

    async def close(self) -> None:
        """Give up the look-ups that are still on their way."""
        tasks = list(self._looking)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ask(self, call: str, number: str) -> None:
        task = self._asked[call] = asyncio.create_task(self._look(call, number), name=f"recognise {call}")
        self._looking.add(task)  # for longer than the call may last
        task.add_done_callback(self._looking.discard)

    async def _look(self, call: str, number: str) -> Recognition:
        try:
            found = await self._customers.recognise(number)
        except AWAY as wrong:
            log.warning("call %s: the caller could not be looked up: %s", call, wrong)
            return NOBODY
        if found.customer is not None:
            who = found.customer
            self._put(CallerKnown(self._clock(), call=call, customer=who.id, name=who.name, tier=who.tier))
        return found
