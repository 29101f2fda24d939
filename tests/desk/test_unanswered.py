"""An agent who leaves his phone ringing is paused, sees why, and makes himself ready again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from callcenter.floor import events as ev
from callcenter.floor.agent import Agent
from callcenter.store.clock import now_ms
from tests.desk.centre import SHOP, Browser, Centre, answered, arriving, hung_up, ringing, waiting
from tests.desk.test_desk import text
from tests.live.centre import until


@pytest.fixture
async def agent(centre: Centre) -> AsyncIterator[Browser]:
    async with centre.browser("2001") as browser:
        assert (await browser.post("/agent/seat", seat="1001")).status == 204
        assert (await browser.post("/agent/state", state="ready")).status == 204
        await centre.keeper.settled()
        yield browser


async def offered(centre: Centre, call: str, cause: int = 0) -> None:
    """A caller waits, the phone rings and nobody takes it."""
    leg = f"{call}-1001"
    await centre.put(*arriving(call, SHOP), *waiting(call), *ringing(call), ev.OfferFailed(now_ms(), call, "orders", "1001", leg))
    await centre.put(ev.LegGone(now_ms(), leg, cause))


def on_floor(centre: Centre) -> Agent:
    return centre.floor.agents["2001"]


async def paused(centre: Centre) -> bool:
    return on_floor(centre).reason == "no_answer"


async def test_after_two_calls_in_a_row_he_is_paused_and_told_until_he_is_ready_again(centre: Centre, agent: Browser) -> None:
    await offered(centre, "c1")
    assert on_floor(centre).state == "ready", "once is no habit"
    await offered(centre, "c2", cause=21)
    await until("he is paused", lambda: paused(centre))
    assert on_floor(centre).state == "paused"
    assert [(one.ready, one.reason) for one in await centre.people.seated()] == [(False, "no_answer")], "it outlives a restart"
    page = text(await agent.get("/desk"))
    assert "您未接来电，已自动示忙" in page
    assert "示忙 · 未接" in text(centre.bars.html("2001", "zh_CN"))
    assert "no_answer" not in centre.bars.html("2001", "zh_CN"), "nobody chooses it"
    assert (await agent.post("/agent/state", state="paused", reason="no_answer")).status == 422
    async with centre.browser("3001") as supervisor:
        assert "示忙 · 未接" in text(await supervisor.get("/floor"))
    assert (await agent.post("/agent/state", state="ready")).status == 204
    await centre.keeper.settled()
    assert on_floor(centre).state == "ready"
    await offered(centre, "c3")
    assert on_floor(centre).state == "ready", "he begins anew"


async def test_who_answers_in_between_or_whose_caller_was_gone_is_not_paused(centre: Centre, agent: Browser) -> None:
    await offered(centre, "c1")
    await centre.put(*arriving("c2", SHOP), *waiting("c2"), *ringing("c2"), *answered("c2"), *hung_up("c2"))
    await centre.put(ev.WrapUpSaved(now_ms(), "2001", "c2"))
    await offered(centre, "c3")
    await centre.put(*arriving("c4", SHOP), *waiting("c4"), *ringing("c4"))
    now = now_ms()
    await centre.put(
        ev.LegHangingUp(now, "c4"), ev.QueueAbandoned(now, "c4", "orders"), ev.LegGone(now, "c4-1001", 16), ev.LegGone(now, "c4", 16)
    )
    assert not await paused(centre)
    await offered(centre, "c5")
    await until("he is paused", lambda: paused(centre))
