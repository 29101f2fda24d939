"""Moving a call from the desk: who may, what is sent to Asterisk, what is said when it cannot be done, what the two screens show."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from callcenter.audit.tables import AuditRow
from callcenter.floor import events as ev
from callcenter.live.bar import Bars
from callcenter.store.clock import now_ms
from callcenter.telephony.actions import Action
from tests.desk.centre import SHOP, Browser, Centre, seat_agent
from tests.desk.test_desk import pushed, talk, text, watching

WAITED_MS = 1_500
"""After this time apart from his agent a customer is on hold."""


@pytest.fixture
async def colleague(centre: Centre) -> AsyncIterator[Browser]:
    async with centre.browser("2002") as browser:
        await centre.put(*seat_agent("2002", "1002", browser.user.id, ("orders", "english")))
        yield browser


def header(action: Action, name: str) -> str:
    return dict(action.headers)[name]


def told(bars: Bars, number: str, locale: str = "zh_CN") -> str:
    """The bar on top of an agent's pages: what he does, what he can do; and after a semicolon with whom he is."""
    bar, _, who = bars.html(number, locale).partition('<span id="phone-caller"')
    state = text(bar).partition("之后" if locale == "zh_CN" else "then")[0].split(" F4 ")[-1].strip()
    return f"{'F4 ' if 'F4' in bar else ''}{state} ; {text('<span' + who)}"


def stem(centre: Centre) -> str:
    """What the legs of the consultation that was asked for are called."""
    return next(header(one, "ChannelId") for one in centre.sent if one.name == "Originate").removesuffix("-music")


def asked(centre: Centre) -> list[ev.Event]:
    """The music comes to the customer, his agent leaves, the colleague's telephone rings."""
    now, legs = now_ms(), stem(centre)
    return [
        ev.LegAppeared(now, f"{legs}-music", "Local/s@cc-music-1;1", "", "s", "cc-music", call="c1"),
        ev.LegAppeared(now, f"{legs}-asked", "PJSIP/1002-0000002b", "", "s", "cc-seat", call="c1"),
        ev.BridgeEntered(now, f"{legs}-music", "bridge-c1"),
        ev.BridgeLeft(now, "c1-1001", "bridge-c1"),
        ev.DialBegan(now, None, f"{legs}-asked"),
        ev.Tick(now + WAITED_MS),
    ]


def together(centre: Centre) -> list[ev.Event]:
    now, legs = now_ms() + WAITED_MS, stem(centre)
    return [
        ev.LegUp(now, f"{legs}-asked"),
        ev.BridgeEntered(now, "c1-1001", "bridge-2"),
        ev.BridgeEntered(now, f"{legs}-asked", "bridge-2"),
    ]


async def test_asking_rings_the_colleague_and_both_screens_say_so(centre: Centre, agent: Browser, colleague: Browser) -> None:
    await talk(centre)
    assert (await agent.post("/desk/move", act="ask", target="agent:2002")).status == 204
    fallback, music, asking = centre.sent
    assert (fallback.name, header(fallback, "Variable"), header(fallback, "Value")) == ("Setvar", "CC_FALLBACK", "orders")
    legs = f"__CC_CALL=c1,CC_HELD=c1,CC_AGENT=c1-1001,CC_ASKED={stem(centre)}-asked,CC_MUSIC={stem(centre)}-music"
    assert header(music, "Variable") == header(asking, "Variable") == legs
    assert (header(asking, "Channel"), header(asking, "CallerID")) == ("PJSIP/1002", "2001 <2001>")
    await centre.put(*asked(centre))
    page = text(await agent.get("/desk"))
    assert page.count("正在呼叫 2002 李秀英") == 1
    assert "客户保持等待" in page
    assert "振铃中转出" in page
    assert "正在呼叫 ; 2002 李秀英" in told(centre.bars, "2001"), "he is not with the customer"
    rung = text(await colleague.get("/desk"))
    assert "Asked by 2001 李秀英" in rung
    assert "The customer waits on hold" in rung, "he knows it before he answers"
    assert "福满楼烟酒店" in rung, "the customer is there before the colleague answers"
    await centre.put(*together(centre))
    assert "正在咨询 2002" in text(await agent.get("/desk"))
    assert "正在咨询 ; 2002 李秀英" in told(centre.bars, "2001")
    assert "Consulting ; 2001 李秀英" in told(centre.bars, "2002", "en")
    page = await colleague.get("/desk")
    assert "The customer waits on hold" in text(page)
    assert "wrapup-c1" not in page, "the note is still the first agent's"
    now = now_ms() + 2 * WAITED_MS
    await centre.put(ev.BridgeLeft(now, f"{stem(centre)}-asked", "bridge-2"), ev.BridgeEntered(now, f"{stem(centre)}-asked", "bridge-c1"))
    page = await colleague.get("/desk")
    assert "wrapup-c1" in page
    assert "Asked by" not in text(page)


async def test_the_note_comes_with_the_customer_though_the_first_agent_is_gone_before(
    centre: Centre, agent: Browser, colleague: Browser
) -> None:
    await talk(centre)
    await agent.post("/desk/move", act="ask", target="agent:2002")
    await centre.put(*asked(centre))
    await centre.put(*together(centre))
    one, now = f"{stem(centre)}-asked", now_ms() + 2 * WAITED_MS
    async with watching(colleague) as socket:
        await centre.put(ev.BridgeLeft(now, "c1-1001", "bridge-2"), ev.BridgeLeft(now, one, "bridge-2"), ev.LegGone(now, "c1-1001", 16))
        await centre.put(ev.BridgeEntered(now + 5, one, "bridge-c1"))
        assert "Save" in await pushed(socket, 'id="wrapup-c1"', "<form")


async def test_two_clicks_at_once_ask_once(centre: Centre, agent: Browser, colleague: Browser) -> None:
    await talk(centre)
    both = await asyncio.gather(*(agent.post("/desk/move", act="ask", target="agent:2002") for _ in range(2)))
    assert sorted(one.status for one in both) == [204, 409]
    assert [one.name for one in centre.sent].count("Originate") == 2, "one music, one telephone that rings"
    assert "该操作刚刚已经发起" in await (await agent.post("/desk/hold")).text(), "until the floor shows what was begun"
    await centre.put(*asked(centre))
    assert "请先接回客户" in await (await agent.post("/desk/hold")).text()


async def test_what_can_be_done_with_whom_one_asks(centre: Centre, agent: Browser, colleague: Browser) -> None:
    await talk(centre)
    await agent.post("/desk/move", act="ask", target="agent:2002")
    await centre.put(*asked(centre))
    one = f"{stem(centre)}-asked"
    assert (await agent.post("/desk/consult", do="together")).status == 409
    assert (await agent.post("/desk/consult", do="hand_over")).status == 204
    assert [(header(a, "Channel"), header(a, "Context")) for a in centre.sent[-1:]] == [("c1-1001", "cc-left")]
    await centre.put(*together(centre))
    assert (await agent.post("/desk/consult", do="hand_over")).status == 204
    moved = dict(centre.sent[-1].headers)
    assert [moved[key] for key in ("Channel", "Context", "ExtraChannel", "ExtraContext")] == [one, "cc-with", "c1-1001", "cc-left"]
    assert (await agent.post("/desk/consult", do="take_back")).status == 204
    moved = dict(centre.sent[-1].headers)
    assert [moved[key] for key in ("Channel", "Context", "ExtraChannel", "ExtraContext")] == ["c1-1001", "cc-with", one, "cc-left"]
    for path, fields in (("/desk/move", {"act": "send", "target": "flow:8000000001"}), ("/desk/park", {})):
        answer = await agent.post(path, **fields)
        assert answer.status == 409
        assert "请先接回客户" in await answer.text()
    sent = len(centre.sent)
    for path, fields in (("/desk/consult", {"do": "hand_over"}), ("/desk/park", {}), ("/desk/drop", {"who": "2001"})):
        assert (await colleague.post(path, **fields)).status == 409, "whom one asks has no say in the customer"
    assert len(centre.sent) == sent


async def test_a_colleague_who_does_not_answer_gives_the_customer_back_at_once(centre: Centre, agent: Browser, colleague: Browser) -> None:
    await talk(centre)
    await agent.post("/desk/move", act="ask", target="agent:2002")
    await centre.put(*asked(centre))
    await centre.put(ev.LegGone(now_ms(), f"{stem(centre)}-asked", 21))
    assert centre.sent[-1].name == "Redirect"
    assert (header(centre.sent[-1], "Channel"), header(centre.sent[-1], "Context")) == ("c1-1001", "cc-with")


async def test_what_cannot_be_done_is_said(centre: Centre, agent: Browser, colleague: Browser) -> None:
    assert "您当前没有通话中的客户" in await (await agent.post("/desk/park")).text()
    await talk(centre)
    for target, words in (
        ("agent:2001", "该坐席未签入"),
        ("agent:2999", "该坐席未签入"),
        ("queue:complaints", "该队列当前无人示闲"),
    ):
        for act in ("ask", "send"):
            if (act, target) == ("send", "queue:complaints"):
                continue
            answer = await agent.post("/desk/move", act=act, target=target)
            assert answer.status == 409, (act, target)
            assert words in await answer.text(), (act, target)
    await centre.put(ev.SeatChanged(now_ms(), "1002", "UNAVAILABLE"))
    assert "电话未注册" in await (await agent.post("/desk/move", act="ask", target="agent:2002")).text()
    for target in ("queue:nowhere", "flow:9999", "moon:1", "agent:"):
        assert (await agent.post("/desk/move", act="send", target=target)).status == 404
    assert (await agent.post("/desk/move", act="send", target="queue:complaints")).status == 204, "a customer may wait in a queue"
    assert {one.name for one in centre.sent} == {"Setvar", "BlindTransfer"}


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("0900123456", "这不是可拨打的电话号码"),
        ("abc", "这不是可拨打的电话号码"),
        ("0044 20 7946 0958", "可拨打以下国家和地区的号码：中国"),
        ("16812345", "另行收费的号码"),
    ],
)
async def test_a_number_that_is_never_dialled_is_refused_beside_the_field(centre: Centre, agent: Browser, number: str, words: str) -> None:
    await talk(centre)
    for act in ("ask", "send"):
        answer = await agent.post("/desk/move", act=act, target=f"outside:{number}")
        assert (answer.status, answer.headers["HX-Retarget"]) == (422, "#desk-move-error")
        assert words in await answer.text()
    assert not centre.sent
    assert 'id="desk-move-error"' in await agent.get("/desk/targets?act=ask")


async def test_a_number_outside_is_asked_for_and_kept_in_the_audit_trail(centre: Centre, agent: Browser) -> None:
    await talk(centre)
    assert (await agent.post("/desk/move", act="send", target="outside:138 0013 8000")).status == 204
    [sent] = [one for one in centre.sent if one.name == "BlindTransfer"]
    assert (header(sent, "Context"), header(sent, "Exten")) == ("cc-transfer", "13800138000")
    async with centre.store.transaction() as session:
        lines = (await session.scalars(select(AuditRow).where(AuditRow.act == "sent_outside"))).all()
    assert [(line.who, line.what) for line in lines] == [("2001", "c1 13800138000")]


async def test_parked_customers_are_listed_for_everybody(centre: Centre, agent: Browser, colleague: Browser) -> None:
    await talk(centre)
    assert (await agent.post("/desk/park")).status == 204
    assert (header(centre.sent[-1], "Context"), header(centre.sent[-1], "Exten")) == ("cc-transfer", "700")
    await centre.put(ev.Parked(now_ms(), "c1"), ev.BridgeLeft(now_ms(), "c1-1001", "bridge-c1"), ev.LegGone(now_ms(), "c1-1001", 16))
    page = text(await colleague.get("/desk"))
    assert "Parked customers" in page
    assert "parked by 2001 李秀英" in page
    assert (await colleague.post("/desk/pick-up", call="nothing")).status == 409
    assert (await colleague.post("/desk/pick-up", call="c1")).status == 409, "Asterisk has nobody in its park here"
    assert centre.sent[-1].name == "ParkedCalls"


async def test_the_dialog_shows_who_can_be_asked(centre: Centre, agent: Browser, colleague: Browser) -> None:
    page = await agent.get("/desk/targets?act=ask")
    assert 'value="agent:2002"' in page
    assert 'value="agent:2001"' not in page, "nobody asks himself"
    assert 'value="queue:english"' in page
    assert "1 人示闲" in page
    await talk(centre, number=SHOP)
    page = await colleague.get("/desk/targets?act=send")
    assert page.index('value="agent:2001"') < page.index("disabled")


async def test_a_customer_is_kept_waiting_and_taken_back(centre: Centre, agent: Browser, colleague: Browser) -> None:
    await talk(centre)
    assert (await agent.post("/desk/hold")).status == 204
    music = header(centre.sent[-1], "ChannelId")
    assert "CC_AGENT=c1-1001,CC_ASKED=c1-1001" in header(centre.sent[-1], "Variable"), "he asks nobody but himself"
    now = now_ms()
    await centre.put(
        ev.LegAppeared(now, music, "Local/s@cc-music-1;1", "", "s", "cc-music", call="c1"),
        ev.BridgeEntered(now, music, "bridge-c1"),
        ev.BridgeLeft(now, "c1-1001", "bridge-c1"),
        ev.Tick(now + WAITED_MS),
    )
    assert "F4" in told(centre.bars, "2001")
    assert "客户保持中" in told(centre.bars, "2001")
    page = await agent.get("/desk")
    assert text(page).count("客户保持中") == 1
    assert "hand_over" not in page
    assert (await agent.post("/desk/consult", do="hand_over")).status == 409
    assert (await agent.post("/desk/consult", do="take_back")).status == 204
    assert (header(centre.sent[-1], "Channel"), header(centre.sent[-1], "Context")) == ("c1-1001", "cc-with")


async def test_from_the_colleague_to_the_customer_and_back(centre: Centre, agent: Browser, colleague: Browser) -> None:
    await talk(centre)
    await agent.post("/desk/move", act="ask", target="agent:2002")
    await centre.put(*asked(centre))
    assert (await agent.post("/desk/consult", do="toggle")).status == 409, "nobody has answered"
    await centre.put(*together(centre))
    one, now = f"{stem(centre)}-asked", now_ms() + 2 * WAITED_MS
    assert (await agent.post("/desk/consult", do="toggle")).status == 204
    moved = dict(centre.sent[-1].headers)
    assert [moved[key] for key in ("Channel", "Context", "ExtraChannel", "ExtraContext")] == ["c1-1001", "cc-with", one, "cc-aside"]
    await centre.put(
        ev.BridgeLeft(now, "c1-1001", "bridge-2"),
        ev.BridgeLeft(now, one, "bridge-2"),
        ev.LegGone(now, f"{stem(centre)}-music", 16),
        ev.BridgeEntered(now, "c1-1001", "bridge-c1"),
        ev.Tick(now + WAITED_MS),
    )
    page = text(await agent.get("/desk"))
    assert "2002 李秀英 · 等待中" in page
    assert "切换回同事" in page
    assert "通话中 ; 福满楼烟酒店" in told(centre.bars, "2001"), "he is with the customer"
    assert "Waiting ; 2001 李秀英" in told(centre.bars, "2002", "en")
    assert centre.floor.agents["2002"].state == "talking", "no call comes to him meanwhile"
    assert "is with the customer now; please wait" in text(await colleague.get("/desk"))
    assert (await agent.post("/desk/park")).status == 409, "first the consultation ends"
    assert (await agent.post("/desk/consult", do="toggle")).status == 204
    marked, music, back = centre.sent[-3:]
    again = f"{stem(centre)}.2-music"
    assert (header(marked, "Channel"), header(marked, "Variable"), header(marked, "Value")) == (one, "CC_MUSIC", again)
    assert header(music, "ChannelId") == again
    assert (header(back, "Channel"), header(back, "Context")) == (one, "cc-asked")
    now += WAITED_MS
    await centre.put(
        ev.LegAppeared(now, again, "Local/s@cc-music-2;1", "", "s", "cc-music", call="c1"),
        ev.BridgeEntered(now, again, "bridge-c1"),
        ev.BridgeLeft(now, "c1-1001", "bridge-c1"),
        ev.BridgeEntered(now, "c1-1001", "bridge-3"),
        ev.BridgeEntered(now, one, "bridge-3"),
        ev.Tick(now + WAITED_MS),
    )
    assert "正在咨询 ; 2002 李秀英" in told(centre.bars, "2001")
    kinds = [(s.kind, s.who, s.reason) for s in centre.floor.calls["c1"].segments if s.kind in ("consult", "talk", "hold")]
    assert kinds == [
        ("talk", "2001", "held"),
        ("hold", "2001", "resumed"),
        ("consult", "2001", "held"),
        ("consult", "2002", "held"),
        ("talk", "2001", "held"),
        ("hold", "2001", None),
        ("consult", "2001", None),
        ("consult", "2002", None),
    ]
