"""Whatever an action does, the caller gets an answer in time, and the operator reads why."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from callcenter.ivr.actions.once import Acts
from callcenter.ivr.actions.running import Actions
from callcenter.ivr.language.action import Action, Answer, Asked, Input, Run
from callcenter.store.engine import Store
from tests.ivr_actions.asking import asked

LIMIT_S = 10.0
"""Far longer than an action is given here, far shorter than one that hangs."""


def answering(answer: Any) -> Run:
    async def run(_asked: Asked) -> Answer:
        return answer  # type: ignore[no-any-return]

    return run


async def hanging(_asked: Asked) -> Answer:
    await asyncio.Event().wait()
    raise AssertionError("it waits for ever")


async def raising(_asked: Asked) -> Answer:
    raise ZeroDivisionError("by 13900001111")


async def cancelled(_asked: Asked) -> Answer:
    raise asyncio.CancelledError


async def too_late(_asked: Asked) -> Answer:
    async with asyncio.timeout(0.01):
        await asyncio.Event().wait()
    raise AssertionError("it waits for ever")


def action(run: Run, **more: Any) -> Action:
    return Action(**{"name": "stock", "results": ("found", "none"), "sets": {"amount": "money"}, "limit_s": 0.3, "run": run, **more})


@pytest.fixture
def doing(store: Store) -> Callable[[Action], Actions]:
    return lambda one: Actions([one], Acts(store))


@pytest.fixture
def memory() -> Actions:
    """Of one action without an effect: no store is asked."""
    return Actions([action(answering(Answer("found", {"amount": "12.50"})))], Acts(Store("sqlite+aiosqlite://")))


async def test_it_answers(memory: Actions) -> None:
    assert await memory.do("stock", asked()) == Answer("found", {"amount": "12.50"})
    assert memory.counts == {"stock/found": 1}


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (hanging, "no answer within 0.3 s"),
        (raising, "ZeroDivisionError"),
        (too_late, "TimeoutError"),
        (cancelled, "cancelled from within"),
        (answering(Answer("lost")), "it answered 'lost'; expected one of found, none"),
        (answering(None), "it answered 'None'"),
        (answering({"result": "found"}), "expected one of"),
        (answering(Answer("failed")), "it answered 'failed'"),
        (answering(Answer("found", {"price": "1"})), "'price', which it does not declare"),
        (answering(Answer("found", {"amount": "a lot"})), "slot 'amount': expected an amount"),
        (answering(Answer("found", {"amount": 5})), "slot 'amount': expected a text"),  # type: ignore[dict-item]
    ],
)
async def test_whatever_goes_wrong_is_failed_and_told(run: Run, told: str, caplog: pytest.LogCaptureFixture) -> None:
    actions = Actions([action(run)], Acts(Store("sqlite+aiosqlite://")))
    with caplog.at_level(logging.ERROR):
        async with asyncio.timeout(LIMIT_S):
            assert await actions.do("stock", asked()) == Answer("failed")
    assert actions.counts == {"stock/failed": 1}
    assert len(caplog.records) == 1
    line = caplog.records[0].getMessage()
    assert "Call call-1: action stock failed (act call-1/step/2)" in line
    assert told in line


@pytest.mark.parametrize("text", ["x" * 61, "line\nbreak", "bell\a"])
async def test_a_slot_is_one_short_line(text: str) -> None:
    actions = Actions([action(answering(Answer("found", {"word": text})), sets={"word": "text"})], Acts(Store("sqlite+aiosqlite://")))
    assert (await actions.do("stock", asked())).result == "failed"


async def test_it_is_given_its_inputs_and_no_others() -> None:
    async def run(given: Asked) -> Answer:
        assert dict(given.inputs) == {"order": "12", "licence": ""}
        return Answer("found")

    one = action(run, inputs={"order": Input("digits"), "licence": Input("digits", needed=False)})
    actions = Actions([one], Acts(Store("sqlite+aiosqlite://")))
    assert (await actions.do("stock", asked(order="12", more="x"))).result == "found"


async def test_an_input_of_another_kind_reaches_no_action(caplog: pytest.LogCaptureFixture) -> None:
    one = action(answering(Answer("found")), inputs={"order": Input("digits")})
    actions = Actions([one], Acts(Store("sqlite+aiosqlite://")))
    assert (await actions.do("stock", asked(order="secret"))).result == "failed"
    assert "input 'order'" in caplog.text
    assert "secret" not in caplog.text


async def test_a_caller_who_is_gone_is_not_an_answer() -> None:
    actions = Actions([action(hanging, limit_s=10)], Acts(Store("sqlite+aiosqlite://")))
    task = asyncio.create_task(actions.do("stock", asked()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


class Counting:
    """An action with an effect: each time it is done, `done` grows."""

    def __init__(self, answer: Answer) -> None:
        self.done = 0
        self._answer = answer

    async def run(self, _asked: Asked) -> Answer:
        self.done += 1
        return self._answer


async def test_one_that_will_not_be_cancelled_keeps_no_caller(caplog: pytest.LogCaptureFixture) -> None:
    over, ended = asyncio.Event(), asyncio.Event()

    async def stubborn(_asked: Asked) -> Answer:
        while not over.is_set():
            with suppress(asyncio.CancelledError):
                await over.wait()
        ended.set()
        return Answer("found")

    actions = Actions([action(stubborn)], Acts(Store("sqlite+aiosqlite://")))
    async with asyncio.timeout(LIMIT_S):
        assert await actions.do("stock", asked()) == Answer("failed")
    assert "no answer within 0.3 s" in caplog.text
    over.set()
    await asyncio.wait_for(ended.wait(), 2)


async def test_an_effect_is_made_once_for_its_key(doing: Callable[[Action], Actions]) -> None:
    counting = Counting(Answer("found", {"amount": "1.00"}))
    actions = doing(action(counting.run, effect=True))
    for _ in range(3):
        assert await actions.do("stock", asked()) == Answer("found", {"amount": "1.00"})
    assert counting.done == 1
    assert (await actions.do("stock", replace(asked(), key="call-1/step/3"))).result == "found"
    assert counting.done == 2


async def test_two_at_once_make_one_effect(doing: Callable[[Action], Actions]) -> None:
    counting = Counting(Answer("found"))
    actions = doing(action(counting.run, effect=True, limit_s=5))
    await asyncio.gather(*(actions.do("stock", asked()) for _ in range(4)))
    assert counting.done == 1


async def test_who_was_killed_in_the_middle_is_looked_after_by_hand(
    doing: Callable[[Action], Actions], caplog: pytest.LogCaptureFixture
) -> None:
    begun = asyncio.Event()

    async def half(_asked: Asked) -> Answer:
        begun.set()
        return await hanging(_asked)

    counting = Counting(Answer("found"))
    actions = doing(action(half, effect=True, limit_s=10))
    task = asyncio.create_task(actions.do("stock", asked()))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    again = doing(action(counting.run, effect=True))
    assert (await again.do("stock", asked())).result == "failed"
    assert "nobody knows whether it was done" in caplog.text
    assert counting.done == 0


async def test_what_may_be_done_again_is_done_again_after_a_kill(doing: Callable[[Action], Actions], store: Store) -> None:
    await Acts(store).begin("stock", asked())
    counting = Counting(Answer("found"))
    assert (await doing(action(counting.run, effect=True, same_again=True)).do("stock", asked())).result == "found"
    assert counting.done == 1


async def test_without_the_store_nothing_is_changed(tmp_path: Any, caplog: pytest.LogCaptureFixture) -> None:
    counting = Counting(Answer("found"))
    away = Store(f"sqlite+aiosqlite:///{tmp_path}/not/there.sqlite")
    actions = Actions([action(counting.run, effect=True)], Acts(away))
    assert (await actions.do("stock", asked())).result == "failed"
    assert counting.done == 0
    assert "unable to open database file" in caplog.text
    await away.close()


async def test_old_acts_are_forgotten(store: Store) -> None:
    acts = Acts(store, clock=lambda: 1000)
    assert await acts.begin("stock", asked())
    await acts.forget(1000)
    assert not await acts.begin("stock", asked())
    await acts.forget(1001)
    assert await acts.begin("stock", asked())
