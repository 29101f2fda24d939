"""A number is owed one call at most, and none is forgotten."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.exc import IntegrityError

from callcenter.crm.callbacks.service import (
    WITHHELD_SHARE,
    AlreadyClosed,
    CallbackFilter,
    Callbacks,
    NewAsk,
    NoSuchCallback,
    NotANumber,
)
from callcenter.store.engine import Store
from tests.clock import Time
from tests.crm.calls import add_calls, add_users

DAY = 86_400_000
MOBILE = "13800138000"


@pytest.fixture
async def callbacks(store: Store, time: Time) -> Callbacks:
    await add_calls(store, "call-1", "call-2")
    return Callbacks(store, due_ms=DAY, clock=time)


@pytest.fixture
async def user(store: Store) -> int:
    return (await add_users(store, "2001"))[0]


async def test_one_is_owed(callbacks: Callbacks, time: Time) -> None:
    owed = await callbacks.promise(NewAsk(MOBILE, "asked", call="call-1", hotline="8000000001", queue="orders", reason="订单"))
    assert (owed.number, owed.state, owed.kind, owed.due, owed.attempts) == ("+8613800138000", "open", "asked", time.now + DAY, 0)
    assert [(a.kind, a.call, a.reason) for a in owed.asks] == [("asked", "call-1", "订单")]
    assert await callbacks.owed() == [owed]
    assert await callbacks.one(owed.id) == owed
    assert await callbacks.of_number("+86 138 0013 8000") == [owed]
    assert await callbacks.of_number("anonymous") == []


async def test_a_second_ask_adds_to_the_first(callbacks: Callbacks, time: Time) -> None:
    first = await callbacks.promise(NewAsk(MOBILE, "asked", call="call-1"))
    time.now += 1_000
    second = await callbacks.promise(NewAsk(f"+86{MOBILE}", "voicemail", call="call-2", recording="message-2", due=time.now + 60_000))
    assert second.id == first.id
    assert (second.kind, second.opened, second.due) == ("asked", first.opened, time.now + 60_000)
    assert [(a.kind, a.recording) for a in second.asks] == [("asked", None), ("voicemail", "message-2")]
    third = await callbacks.promise(NewAsk(MOBILE, "asked"))
    assert third.due == second.due


async def test_asks_at_once_owe_one(callbacks: Callbacks) -> None:
    await asyncio.gather(*(callbacks.promise(NewAsk(MOBILE, "asked", key=f"k{n}")) for n in range(5)))
    (owed,) = await callbacks.owed()
    assert len(owed.asks) == 5


async def test_the_same_act_counts_once(callbacks: Callbacks, user: int) -> None:
    ask = NewAsk(MOBILE, "voicemail", call="call-1", recording="m", key="call-1/message")
    first = await callbacks.promise(ask)
    assert await callbacks.promise(ask) == first
    done = await callbacks.close(first.id, "reached", by=user)
    assert await callbacks.promise(ask) == done
    assert await callbacks.owed() == []


async def test_messages_without_a_number_are_kept_apart(callbacks: Callbacks) -> None:
    await callbacks.promise(NewAsk("anonymous", "voicemail", recording="m1"))
    await callbacks.promise(NewAsk("", "voicemail", recording="m2"))
    assert [c.number for c in await callbacks.owed()] == ["", ""]
    with pytest.raises(NotANumber):
        await callbacks.promise(NewAsk("anonymous", "asked"))


async def test_a_call_that_is_not_there_is_an_error(callbacks: Callbacks) -> None:
    with pytest.raises(IntegrityError):
        await callbacks.promise(NewAsk(MOBILE, "asked", call="no-such-call"))
    assert await callbacks.owed() == []


async def test_attempts_are_counted_once_a_call(callbacks: Callbacks, user: int) -> None:
    owed = await callbacks.promise(NewAsk(MOBILE, "asked"))
    assert await callbacks.attempt(owed.id, "out-1", by=user) == 1
    assert await callbacks.attempt(owed.id, "out-1", by=user) == 1
    assert await callbacks.attempt(owed.id, "out-2", by=user) == 2
    with pytest.raises(NoSuchCallback):
        await callbacks.attempt(owed.id + 1, "out-1", by=user)


async def test_it_is_closed_once_and_can_be_owed_again(callbacks: Callbacks, time: Time, user: int) -> None:
    owed = await callbacks.promise(NewAsk(MOBILE, "asked"))
    with pytest.raises(ValueError, match="no_answer"):
        await callbacks.close(owed.id, "perhaps", by=user)
    done = await callbacks.close(owed.id, "reached", by=user, note="已答复", call="call-2")
    assert (done.state, done.result, done.closed, done.closed_by, done.closed_call, done.note) == (
        "done",
        "reached",
        time.now,
        user,
        "call-2",
        "已答复",
    )
    with pytest.raises(AlreadyClosed):
        await callbacks.close(owed.id, "reached", by=user)
    with pytest.raises(AlreadyClosed):
        await callbacks.attempt(owed.id, "out-1", by=user)
    again = await callbacks.promise(NewAsk(MOBILE, "asked"))
    assert again.id != owed.id
    assert await callbacks.owed(CallbackFilter(state="done")) == [done]


async def test_one_who_gets_through_is_owed_nothing(callbacks: Callbacks) -> None:
    await callbacks.promise(NewAsk(MOBILE, "abandoned"))
    done = await callbacks.reached_by_himself("013800138000", "call-2")
    assert done is not None
    assert (done.state, done.result, done.closed_call, done.closed_by) == ("done", "by_himself", "call-2", None)
    assert await callbacks.reached_by_himself(MOBILE, "call-2") is None
    assert await callbacks.reached_by_himself("anonymous", "call-2") is None
    assert await callbacks.owed() == []


async def test_the_most_urgent_comes_first(callbacks: Callbacks, time: Time) -> None:
    await callbacks.promise(NewAsk("13800138001", "asked", queue="orders"))
    await callbacks.promise(NewAsk("13800138002", "asked", queue="english", due=time.now + 1))
    assert [c.number[-1] for c in await callbacks.owed()] == ["2", "1"]
    assert [c.number[-1] for c in await callbacks.owed(CallbackFilter(queues=("orders",)))] == ["1"]
    assert await callbacks.owed(CallbackFilter(queues=())) == []
    assert len(await callbacks.owed(CallbackFilter(limit=1))) == 1


async def test_a_number_may_ask_so_often_in_a_day(store: Store, time: Time) -> None:
    await add_calls(store, "call-1")
    callbacks = Callbacks(store, due_ms=DAY, asks_a_day=2, clock=time)
    assert await callbacks.may_ask(MOBILE)
    await callbacks.promise(NewAsk(MOBILE, "voicemail", call="call-1", recording="m1"))
    await callbacks.promise(NewAsk("13900139000", "asked", call="call-1"))
    assert not await callbacks.may_ask(MOBILE)
    assert not await callbacks.may_ask(f"0086{MOBILE}")
    assert await callbacks.may_ask("13700137000")
    time.now += DAY
    assert await callbacks.may_ask(MOBILE)


async def test_what_agents_promise_does_not_count(store: Store, time: Time, user: int) -> None:
    callbacks = Callbacks(store, due_ms=DAY, asks_a_day=1, clock=time)
    await callbacks.promise(NewAsk(MOBILE, "promised", by=user))
    assert await callbacks.may_ask(MOBILE)


async def test_withheld_numbers_share_a_larger_count(store: Store, time: Time) -> None:
    callbacks = Callbacks(store, due_ms=DAY, asks_a_day=1, clock=time)
    for n in range(WITHHELD_SHARE):
        assert await callbacks.may_ask("anonymous")
        await callbacks.promise(NewAsk("anonymous", "voicemail", recording=f"m{n}"))
    assert not await callbacks.may_ask("")
    assert await callbacks.may_ask(MOBILE)
