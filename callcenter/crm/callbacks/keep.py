"""Callbacks that calls themselves bring about or settle: who gave up waiting is owed one, who got through by himself is not any more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from callcenter.crm.callbacks.service import Callbacks, NewAsk, NotANumber
from callcenter.floor.call import ANONYMOUS, Call
from callcenter.floor.changes import CallChanged, Change
from callcenter.floor.replacing import replace
from callcenter.store.engine import AWAY, REFUSED

log = logging.getLogger(__name__)

MISSED = frozenset({"abandoned_queue", "abandoned_ring", "queue_timeout", "no_agent", "queue_full", "lost_sight"})
"""Exits after which we owe the caller a call: he wanted a person and found none."""

AGAIN_S = 5.0


class CallbackKeeper:
    """Told by the ledger, so that the call's row is there. What the store does not take is tried again."""

    def __init__(self, callbacks: Callbacks) -> None:
        self._callbacks = callbacks
        self._ended: asyncio.Queue[Call] = asyncio.Queue()

    def listen(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if isinstance(change, CallChanged) and change.after.exit and (change.before is None or not change.before.exit):
                self._ended.put_nowait(change.after)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            call = await self._ended.get()
            if call.direction == "inbound" and call.number != ANONYMOUS:
                await self._keep(call)

    async def _keep(self, call: Call) -> None:
        while True:
            try:
                return await self._settle(call)
            except NotANumber:
                # A caller writes into his number what he likes.
                return log.warning("call %s: nobody can be called back at what it came from", call.id)
            except REFUSED as wrong:
                # One call that can never be kept must not hold up all that come after it.
                if call.customer is None:
                    return log.error("call %s: the store refuses its callback: do it by hand: %s", call.id, wrong)
                log.warning("call %s: its callback is kept without customer %d, who is gone: %s", call.id, call.customer, wrong)
                call = replace(call, customer=None)
            except AWAY as wrong:
                log.warning("call %s: its callback is tried again: %s", call.id, wrong)
                await asyncio.sleep(AGAIN_S)

    async def _settle(self, call: Call) -> None:
        if call.exit == "answered":
            await self._callbacks.reached_by_himself(call.number, call.id)
        elif call.exit in MISSED and any(one.kind == "queue" for one in call.segments):
            ask = NewAsk(
                call.number,
                "abandoned",
                customer=call.customer,
                call=call.id,
                hotline=call.hotline,
                queue=call.queue,
                key=f"{call.id}/missed",
            )
            await self._callbacks.promise(ask)
