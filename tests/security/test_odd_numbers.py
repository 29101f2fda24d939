"""A caller writes into his number what he likes: nothing of ours ends over it."""

from __future__ import annotations

import asyncio

import pytest

from callcenter.crm.callbacks.keep import CallbackKeeper
from callcenter.crm.callbacks.service import Callbacks
from callcenter.floor.call import Call, Segment
from callcenter.floor.changes import CallChanged
from callcenter.store.engine import Store
from tests.crm.calls import add_calls

LIMIT_S = 10


def gave_up(id: str, number: str) -> Call:
    """A call that was abandoned in the queue."""
    waited = Segment(n=1, kind="queue", leg=id, began=1, ended=2, queue="orders", reason="caller_hung_up")
    return Call(id=id, direction="inbound", number=number, to="8000000001", began=1, ended=2, exit="abandoned_queue", segments=(waited,))


@pytest.mark.parametrize("number", ["alice", "9" * 79, "+", "", "1;DROP TABLE", "<b>1</b>", "\u202e138", "１３８００１３８０００x"])
async def test_who_gives_up_with_no_number_ends_nothing(store: Store, number: str) -> None:
    await add_calls(store, "odd", "even")
    callbacks = Callbacks(store, due_ms=1_000)
    keeper = CallbackKeeper(callbacks)
    keeper.listen([CallChanged(2, None, gave_up("odd", number)), CallChanged(2, None, gave_up("even", "13800138000"))])
    running = asyncio.create_task(keeper.run())
    try:
        async with asyncio.timeout(LIMIT_S):
            while not (owed := await callbacks.owed()):
                assert not running.done(), running.exception()
                await asyncio.sleep(0.01)
    finally:
        running.cancel()
    assert [one.number for one in owed] == ["+8613800138000"]
