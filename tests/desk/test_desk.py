"""The agent's desk on a real store: the pop, the wrap-up, the callbacks."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientWebSocketResponse
from sqlalchemy import select

from callcenter.crm.callers.tables import MarkRow
from callcenter.floor import events as ev
from callcenter.hotlines.numbers import normalise
from callcenter.store.clock import now_ms
from callcenter.store.engine import Store
from tests.desk.centre import SHARED, SHOP, Browser, Centre, answered, arriving, hung_up, ringing, seat_agent, waiting

LIMIT_S = 5.0


@asynccontextmanager
async def watching(browser: Browser) -> AsyncIterator[ClientWebSocketResponse]:
    """The browser's socket, after the first whole picture."""
    async with browser.client.ws_connect("/live", headers={"Origin": browser.origin}) as socket:
        await socket.send_json({"watch": [f"agent:{browser.user.number}"]})
        await pushed(socket, 'id="desk-work"')
        yield socket


async def pushed(socket: ClientWebSocketResponse, *wanted: str) -> str:
    """The first pushed piece that holds all of this."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            html = str(json.loads(await socket.receive_str()).get("html", ""))
            if all(one in html for one in wanted):
                return html


async def known(centre: Centre, call: str) -> None:
    """Wait until the caller's card is ready."""
    async with asyncio.timeout(LIMIT_S):
        while centre.desk.pop.card(call) is None:  # noqa: ASYNC110 - the card has no event of its own; each turn lets the store go on
            await asyncio.sleep(0)
    await centre.keeper.settled()


def text(html: str) -> str:
    """What is read on a page, its white space made one."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


async def in_store(centre: Centre, call: str) -> None:
    await centre.ledger.flush()
    assert await centre.records.calls.one(call) is not None


async def talk(centre: Centre, call: str = "c1", number: str = SHOP) -> None:
    await centre.put(*arriving(call, number), *waiting(call))
    await known(centre, call)
    await centre.put(*ringing(call), *answered(call))
    await in_store(centre, call)


async def test_the_record_is_pushed_at_the_ring(centre: Centre, agent: Browser) -> None:
    async with watching(agent) as socket:
        await centre.put(*arriving("c1", SHOP), *waiting("c1"))
        await known(centre, "c1")
        await centre.put(*ringing("c1"))
        html = await pushed(socket, "福满楼烟酒店")
        for words in ("重要客户", "330106100231", "送货请走后门", "周福生", "咨询热线", "沟通语言"):
            assert words in html
        assert text(html).find("主菜单 1 订货专席") > 0, text(html)
        assert "welcome › 主菜单 › 订货专席" in html


async def test_who_pressed_nothing_is_said_to_have_pressed_nothing(centre: Centre) -> None:
    async with centre.browser("2002") as ann:
        await centre.put(*seat_agent("2002", seat="1002", user=ann.user.id))
        now = now_ms()
        await centre.put(*arriving("c1", SHOP), ev.StepLeft(now, "c1", "menu", "timeout"))
        await centre.put(ev.StepEntered(now, "c1", "main", "0", "orders", "queue"), ev.QueueJoined(now, "c1", "orders", 1))
        await known(centre, "c1")
        await centre.put(*ringing("c1", "1002"))
        page = text(await ann.get("/desk"))
        assert "Main menu nothing pressed orders" in page, "the step of a version that is not in use goes by its name"


async def test_the_ring_waits_for_no_store(centre: Centre, agent: Browser) -> None:
    """Without the card, number and keys stand there in the same turn of the loop; the rest takes its place when it comes."""
    async with watching(agent) as socket, centre.store.transaction():
        await centre.put(*arriving("c1", SHOP), *waiting("c1"), *ringing("c1"))
        html = await pushed(socket, SHOP, "正在读取客户资料")
        assert "福满楼烟酒店" not in html
        await pushed(socket, "330106100231")


async def test_a_store_that_is_away_is_said(centre: Centre, agent: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    real = centre.records.customers.recognise

    async def away(number: str) -> object:
        raise TimeoutError

    monkeypatch.setattr(centre.records.customers, "recognise", away)
    async with watching(agent) as socket:
        await centre.put(*arriving("c1", SHOP), *waiting("c1"), *ringing("c1"))
        assert "330106100231" not in await pushed(socket, SHOP, "暂时无法读取客户资料")
        monkeypatch.setattr(centre.records.customers, "recognise", real)
        assert "暂时无法读取客户资料" not in await pushed(socket, "330106100231")


async def test_several_are_offered_and_one_is_chosen(centre: Centre, agent: Browser) -> None:
    await talk(centre, number=SHARED)
    page = await agent.get("/desk")
    assert "东门便利店" in page
    assert "东门副食店" in page
    assert centre.floor.calls["c1"].customer is None
    async with watching(agent) as socket:
        assert (await agent.post("/desk/caller", call="c1", customer="3")).status == 204
        assert "按键选择" not in await pushed(socket, "这个号码登记了多个客户", "改为 东门便利店")
    assert centre.floor.calls["c1"].customer_name == "东门副食店"


async def test_whom_the_caller_chose_by_key_is_shown_with_the_others(centre: Centre, agent: Browser) -> None:
    await centre.put(*arriving("c1", SHARED), *waiting("c1"))
    now = now_ms()
    await centre.put(ev.StepEntered(now, "c1", "orders", "1", "recognise", "lookup"), ev.StepLeft(now, "c1", "recognise", "chosen"))
    await centre.put(ev.CallerKnown(now, call="c1", customer=3, name="东门副食店", tier="regular"))
    async with watching(agent) as socket:
        await centre.put(*ringing("c1"))
        await pushed(socket, "来电者已按键选择这一户", "改为 东门便利店")
    assert "按键选择了客户" in text(await agent.get("/desk"))


async def test_an_unknown_caller_becomes_a_customer(centre: Centre, agent: Browser) -> None:
    await talk(centre, number="13911112222")
    assert "该号码不在客户资料中" in await agent.get("/desk")
    taken = await agent.post("/desk/customers", call="c1", name="新店", licence_no="330106100231")
    assert taken.status == 422
    assert 'value="新店"' in await taken.text()
    assert (await agent.post("/desk/customers", call="c1", name="新店", contact="吴刚")).status == 204
    await centre.keeper.settled()
    assert centre.floor.calls["c1"].customer_name == "新店"
    assert (await centre.records.customers.recognise("13911112222")).customer is not None


async def test_a_wrap_up_is_saved_once(centre: Centre, agent: Browser) -> None:
    await talk(centre)
    await centre.put(*hung_up("c1"))
    assert centre.floor.agents["2001"].state == "wrapup"
    fields = {
        "call": "c1",
        "note": "少了两条",
        "disposition": "solved",
        "case_kind": "complaint",
        "promise": "1",
        "promise_number": SHOP,
        "promise_due": "2099-01-01T10:00",
    }
    answers = await asyncio.gather(agent.post("/desk/wrapup", **fields), agent.post("/desk/wrapup", **fields))
    assert [answer.status for answer in answers] == [204, 204]
    await centre.keeper.settled()
    (case,) = await centre.records.cases.of_call("c1")
    assert (case.kind, case.text, case.customer, case.owner) == ("complaint", "少了两条", 1, agent.user.id)
    (callback,) = await centre.records.callbacks.owed()
    assert len(callback.asks) == 1
    (note,) = await centre.records.notes.of_call("c1")
    assert (note.note, note.disposition) == ("少了两条", "solved")
    assert centre.floor.agents["2001"].state == "ready"
    assert centre.keeper.counts["misfits"] == 0
    assert 'id="wrapup-c1"' not in await agent.get("/desk")


async def test_errors_keep_what_was_typed_and_save_nothing(centre: Centre, agent: Browser) -> None:
    await talk(centre)
    await centre.put(*hung_up("c1"))
    answer = await agent.post(
        "/desk/wrapup", call="c1", note="", disposition="", case_kind="order", promise="1", promise_number="abc", promise_due="gestern"
    )
    html = await answer.text()
    assert answer.status == 422
    for field in ("disposition", "case_text", "promise_number", "promise_due"):
        assert f'id="w-c1-{field}-error"' in html
    assert 'value="abc"' in html
    assert await centre.records.cases.of_call("c1") == []
    assert await centre.records.callbacks.owed() == []
    assert centre.floor.agents["2001"].state == "wrapup"


async def test_while_he_talks_the_form_stays_and_shows_the_case(centre: Centre, agent: Browser) -> None:
    await talk(centre)
    answer = await agent.post("/desk/wrapup", call="c1", note="问价格", disposition="solved", case_kind="consultation")
    (case,) = await centre.records.cases.of_call("c1")
    assert answer.status == 200
    assert answer.headers["HX-Trigger"] == "saved"
    assert case.number in await answer.text()
    assert centre.floor.agents["2001"].state == "talking"


async def test_what_an_agent_says_of_a_caller_counts_against_his_number(centre: Centre, agent: Browser, store: Store) -> None:
    await talk(centre)
    await centre.put(*hung_up("c1"))
    assert (await agent.post("/desk/wrapup", call="c1", note="", disposition="nuisance")).status == 204
    async with store.transaction() as session:
        (mark,) = await session.scalars(select(MarkRow))
    assert (mark.call, mark.kind, mark.number, mark.user) == ("c1", "nuisance", normalise(SHOP), agent.user.id)


async def test_after_its_time_the_form_can_still_be_saved(centre: Centre, agent: Browser) -> None:
    await talk(centre)
    await centre.put(*hung_up("c1"))
    await centre.put(ev.Tick(now_ms() + 61_000), ev.Tick(now_ms() + 70_000))
    await centre.ledger.flush()
    assert centre.floor.agents["2001"].state == "ready"
    assert "c1" not in centre.floor.calls
    page = await agent.get("/desk")
    assert 'id="wrapup-c1"' in page
    assert "尚未保存" in page
    assert (await agent.post("/desk/wrapup", call="c1", note="补记", disposition="follow")).status == 204
    assert 'id="wrapup-c1"' not in await agent.get("/desk")


async def test_nobody_wraps_up_the_call_of_another(centre: Centre, agent: Browser) -> None:
    await talk(centre)
    async with centre.browser("2002") as other:
        assert (await other.post("/desk/wrapup", call="c1", note="x", disposition="solved")).status == 404
        assert not centre.hub.may_watch(other.user, "agent:2001")
    assert (await agent.post("/desk/wrapup", call="unknown", note="x", disposition="solved")).status == 404


async def test_a_callback_is_dialled_and_closed(centre: Centre, agent: Browser) -> None:
    await test_a_wrap_up_is_saved_once(centre, agent)
    (callback,) = await centre.records.callbacks.owed()
    assert "福满楼烟酒店" in await agent.get("/callbacks")
    assert (await agent.post(f"/callbacks/{callback.id}/dial")).status == 204
    await centre.keeper.settled()
    (placed,) = [call for call in centre.floor.calls.values() if call.direction == "outbound"]
    assert placed.callback == callback.id
    assert len(centre.sent) == 1
    assert (await agent.post(f"/callbacks/{callback.id}/close", result="reached", note="已补送")).status == 204
    assert (await agent.post(f"/callbacks/{callback.id}/close", result="reached")).status == 409
    closed = await centre.records.callbacks.one(callback.id)
    assert closed is not None
    assert (closed.result, closed.attempts, closed.closed_by) == ("reached", 1, agent.user.id)
    assert "已联系上" in await agent.get("/callbacks?state=done")


async def test_seat_and_state(centre: Centre, agent: Browser) -> None:
    assert (await agent.post("/agent/state", state="paused", reason="lunch")).status == 204
    await centre.keeper.settled()
    assert (centre.floor.agents["2001"].state, centre.floor.agents["2001"].reason) == ("paused", "lunch")
    assert (await agent.post("/agent/state", state="paused", reason="nonsense")).status == 422
    async with centre.browser("2002") as other:
        taken = await other.post("/agent/seat", seat="1001")
        assert taken.status == 422
        assert "2001 李秀英" in await taken.text()
        assert (await other.post("/agent/state", state="ready")).status == 409
    async with agent.client.get("/agent/phone") as answer:
        told = await answer.json()
        assert answer.headers["Cache-Control"] == "no-store"
        assert (told["seat"], told["secret"]) == ("1001", "secret of 1001")
