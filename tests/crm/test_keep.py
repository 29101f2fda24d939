"""Who gave up waiting is owed a call, whatever the store makes of another caller's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from callcenter.crm.callbacks.keep import CallbackKeeper
from callcenter.crm.callbacks.service import Callback, Callbacks
from callcenter.floor.call import Call, Segment
from callcenter.floor.changes import CallChanged
from callcenter.store.engine import Store
from tests.crm.calls import add_calls

LIMIT_S = 10.0


def gave_up(id: str, number: str, customer: int | None = None) -> CallChanged:
    waited = Segment(1, "queue", id, 1, queue="orders", ended=9, reason="abandoned")
    call = Call(id, "inbound", number, "8000000001", 1, ended=9, exit="abandoned_queue", customer=customer, segments=(waited,))
    return CallChanged(9, None, call)


@asynccontextmanager
async def keeping(store: Store) -> AsyncIterator[tuple[CallbackKeeper, Callbacks]]:
    callbacks = Callbacks(store, due_ms=1_000)
    keeper = CallbackKeeper(callbacks)
    running = asyncio.create_task(keeper.run())
    try:
        yield keeper, callbacks
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def owed(callbacks: Callbacks, enough: Callable[[list[Callback]], bool]) -> list[Callback]:
    async with asyncio.timeout(LIMIT_S):
        while not enough(found := await callbacks.owed()):
            pass
        return found


async def test_a_caller_whose_customer_was_removed_is_owed_a_call_all_the_same(store: Store) -> None:
    await add_calls(store, "c1", "c2")
    async with keeping(store) as (keeper, callbacks):
        keeper.listen([gave_up("c1", "13800138001", customer=999), gave_up("c2", "13800138002")])
        found = await owed(callbacks, lambda found: len(found) == 2)
        assert {(one.number, one.customer) for one in found} == {("+8613800138001", None), ("+8613800138002", None)}


async def test_a_call_that_is_not_in_the_record_holds_up_nobody(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    await add_calls(store, "c2")
    async with keeping(store) as (keeper, callbacks):
        keeper.listen([gave_up("lost", "13800138001"), gave_up("c2", "13800138002")])
        found = await owed(callbacks, bool)
        assert [one.number for one in found] == ["+8613800138002"]
        assert "call lost: the store refuses its callback: do it by hand" in caplog.text
