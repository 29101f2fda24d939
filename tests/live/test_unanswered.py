"""What becomes of callers whom nobody answers, on the real Asterisk, and of the calls that we owe them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from callcenter.crm.callbacks.service import Callback, CallbackFilter, Callbacks
from callcenter.hotlines.calendar import ALWAYS, WeeklyPlan
from callcenter.hotlines.service import Hotlines
from callcenter.store.engine import Store
from tests.live import sip_log
from tests.live.centre import Centre, until
from tests.live.kept import kept
from tests.live.people import desk, dial, recorded
from tests.live.person import signed_in
from tests.live.record import is_complete, kinds, moment, of_kind, seconds
from tests.live.sipp import Key, caller, seat_dials, tone

__all__ = ["kept"]
pytestmark = [pytest.mark.live, pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="module")]

A_SECOND = 16_000
"""Bytes of a second of a message."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    one = Centre(tmp_path_factory.mktemp("centre"), wrapup_s="5", ring_timeout_s="20", queue_timeout_s="10")
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def store(centre: Centre) -> AsyncIterator[Store]:
    one = Store(f"sqlite+aiosqlite:///{centre.folder / 'centre.sqlite'}")
    yield one
    await one.close()


def digits(page: str) -> str:
    """A page without what stands between the digits of a number for the eye."""
    return re.sub(r"(?<=\d)[ \u00a0-](?=\d)", "", page)


async def owed(store: Store, number: str, state: str = "open") -> Callback:
    [one] = await Callbacks(store, due_ms=1).owed(CallbackFilter(number=number, state=state))
    return one


async def test_with_nobody_signed_in_callers_are_told_and_leave_a_message_or_ask_for_a_callback(
    centre: Centre, store: Store, tmp_path: Path
) -> None:
    numbers = ["13911120001", "13911120002", "anonymous", "13911120004", "13911120005"]
    message = tone(tmp_path / "message.al", 500)
    phones = await asyncio.gather(
        dial(centre, "8000000001", tmp_path, numbers[0], keys=[Key(1.5, "1"), Key(3, "1")], sound=message, talk_s=10),
        dial(centre, "8000000001", tmp_path, numbers[1], keys=[Key(1.5, "0"), Key(3, "2"), Key(3, "1")]),
        dial(centre, "8000000002", tmp_path, numbers[2], keys=[Key(1.5, "1"), Key(3, "2"), Key(3, "13911120003#")]),
        dial(centre, "8000000003", tmp_path, numbers[3], keys=[Key(1.5, "0")], talk_s=4),
        dial(centre, "8000000001", tmp_path, numbers[4], talk_s=2),
    )
    calls = await recorded(centre, numbers)
    assert [calls[number]["exit"] for number in numbers] == ["voicemail", "callback", "callback", "abandoned_ivr", "abandoned_ivr"]
    assert [kinds(calls[number]) for number in numbers] == [
        [("ivr", "hung_up")],
        [("ivr", "ended")],
        [("ivr", "ended")],
        [("ivr", "hung_up")],
        [("ivr", "hung_up")],
    ]
    for number, phone in zip(numbers, phones, strict=True):
        call = calls[number]
        assert (call["queue"], call["agents"], call["answered"], call["recordings"]) == (None, [], None, [])
        assert moment(call["started"]) == pytest.approx(sip_log.first(phone, "INVITE"), abs=1)
        assert moment(call["ended"]) == pytest.approx(sip_log.first(phone, "BYE"), abs=1)
    left, asked, keyed = [await owed(store, f"+86{number}") for number in (*numbers[:2], "13911120003")]
    assert [(one.kind, one.queue, one.call) for one in (left, asked, keyed)] == [
        ("voicemail", "orders", calls[numbers[0]]["call"]),
        ("asked", "orders", calls[numbers[1]]["call"]),
        ("asked", "complaints", calls["anonymous"]["call"]),
    ]
    async with signed_in(centre, "2001", "1001") as agent:
        assert await agent.post("/agent/leave") == 204
        sound = await agent.bytes(f"/callbacks/{left.id}/messages/0")
        assert 3 * A_SECOND < len(sound) < 11 * A_SECOND
        chinese = await agent.get("/callbacks")
        assert await agent.post("/language", language="en") in (204, 303)
        english = await agent.get("/callbacks")
    for number in (*numbers[:2], "13911120003"):
        assert number in digits(chinese)
        assert number in digits(english)
    assert all(words in chinese for words in ("客户要求", "语音留言", "待回拨"))
    assert all(words in english for words in ("Asked for", "Message left", "Owed"))
    async with signed_in(centre, "4001") as reviewer:
        listed = await reviewer.get("/calls?exit=voicemail&since=&until=")
        assert numbers[0] in digits(listed)
        assert numbers[1] not in digits(listed)
        assert "已留言" in listed


async def test_who_gives_up_or_waits_too_long_is_owed_a_call(centre: Centre, store: Store, tmp_path: Path) -> None:
    talks, gives_up, too_long = "13911120011", "13911120012", "13911120013"
    async with (
        desk(centre, "2001", "1001", tmp_path) as agent,
        caller(centre.sip_port, "8000000001", tmp_path, calling_from=talks, keys=[Key(1.5, "1")]) as talking,
    ):

        async def answered() -> bool:
            return sip_log.count(agent.phone, "SIP/2.0 200", sent=True) > 0

        await until("the first caller talks", answered, 20)
        one, other = await asyncio.gather(
            dial(centre, "8000000001", tmp_path, gives_up, keys=[Key(1.5, "1")], talk_s=9),
            dial(centre, "8000000001", tmp_path, too_long, keys=[Key(1.5, "1")], talk_s=19),
        )
        talking.hang_up()
        calls = await recorded(centre, [talks, gives_up, too_long])
    assert [calls[number]["exit"] for number in (talks, gives_up, too_long)] == ["answered", "abandoned_queue", "abandoned_ivr"]
    assert kinds(calls[gives_up]) == [("ivr", "went_on"), ("queue", "abandoned")]
    assert kinds(calls[too_long]) == [("ivr", "went_on"), ("queue", "timeout"), ("ivr", "hung_up")]
    [waited] = of_kind(calls[too_long], "queue")
    assert seconds(waited) == pytest.approx(10, abs=1.5)
    assert moment(calls[gives_up]["ended"]) == pytest.approx(sip_log.first(one, "BYE"), abs=1)
    assert moment(calls[too_long]["ended"]) == pytest.approx(sip_log.first(other, "BYE"), abs=1)
    assert (await owed(store, f"+86{gives_up}")).kind == "abandoned"

    ringing = "13911120014"
    async with desk(centre, "2009", "1009", tmp_path, answer_after_s=None):
        await dial(centre, "8000000003", tmp_path, ringing, keys=[Key(1.5, "1")], talk_s=8)
        call = (await recorded(centre, [ringing]))[ringing]
    assert call["exit"] == "abandoned_ring"
    assert kinds(call) == [("ivr", "went_on"), ("queue", "abandoned"), ("ring", "caller_gone")]
    assert of_kind(call, "ring")[0]["who"] == "2009"
    assert (await owed(store, f"+86{ringing}")).queue == "english"


async def test_outside_hours_a_message_becomes_a_callback(centre: Centre, store: Store, tmp_path: Path) -> None:
    hotlines, numbers = Hotlines(store), ["13911120021", "13911120022", "13911120023"]
    silence = tmp_path / "silence.al"
    silence.write_bytes(b"\xd5" * 16_000)
    for hotline in ("8000000001", "8000000003"):
        await hotlines.set_plan(hotline, WeeklyPlan())
    try:
        await asyncio.gather(
            dial(centre, "8000000001", tmp_path, numbers[0], keys=[Key(5, "1")], sound=tone(tmp_path / "m.al", 500), talk_s=10),
            dial(centre, "8000000003", tmp_path, numbers[1], keys=[Key(5, "2"), Key(3, "1")]),
            dial(centre, "8000000001", tmp_path, numbers[2], keys=[Key(5, "1")], sound=silence),
        )
    finally:
        for hotline in ("8000000001", "8000000003"):
            await hotlines.set_plan(hotline, ALWAYS)
    calls = await recorded(centre, numbers)
    assert [calls[number]["exit"] for number in numbers] == ["voicemail", "callback", "after_hours"]
    assert [kinds(calls[number]) for number in numbers] == [[("ivr", "hung_up")], [("ivr", "ended")], [("ivr", "ended")]]
    message, asked = [await owed(store, f"+86{number}") for number in numbers[:2]]
    assert [(one.kind, one.queue) for one in (message, asked)] == [("after_hours", "orders"), ("asked", "english")]
    assert await Callbacks(store, due_ms=1).of_number(numbers[2]) == []
    async with signed_in(centre, "4001") as reviewer:
        assert len(await reviewer.bytes(f"/callbacks/{message.id}/messages/0")) > 3 * A_SECOND
        page = await reviewer.get(f"/calls/{calls[numbers[0]]['call']}/callbacks")
        assert "下班时间来电" in page
        assert await reviewer.post("/language", language="en") in (204, 303)
        listed = await reviewer.get("/calls?exit=after_hours&since=&until=")
        assert numbers[2] in digits(listed)
        assert "Outside hours" in listed


async def test_an_owed_call_is_dialled_by_one_click_and_closed_with_a_result(centre: Centre, store: Store, tmp_path: Path) -> None:
    callback = await owed(store, "+8613911120002")
    async with desk(centre, "2001", "1001", tmp_path, ready=False, hang_up_after_s=7) as at:
        assert await at.agent.post(f"/callbacks/{callback.id}/dial") == 204

        async def placed() -> dict[str, object] | None:
            return next((one for one in await centre.calls() if one["direction"] == "outbound" and one["ended"]), None)

        call = dict(await until("the call to the customer is over", placed, 30))
        fields = {"call": str(call["call"]), "note": "已告知。", "disposition": "solved", "callback_result": "reached"}
        assert await at.agent.post("/desk/wrapup", **fields) == 204

        async def wrapped_up() -> dict[str, object] | None:
            return next((one for one in await centre.calls() if one["call"] == call["call"] and is_complete(one)), None)

        call = dict(await until("the wrap-up is saved", wrapped_up))
        done = await at.agent.get("/callbacks?state=done")
    assert (call["exit"], call["agents"], call["hotline"]) == ("answered", ["2001"], None)
    assert (call["from"], str(call["to"])[-11:]) == ("1001", "13911120002")
    assert [(one["kind"], one["reason"]) for one in call["segments"]] == [
        ("ring", "answered"),
        ("ring", "answered"),
        ("talk", "agent_hung_up"),
        ("wrapup", "saved"),
    ]
    assert [str(one["who"])[-11:] for one in call["segments"]] == ["2001", "13911120002", "2001", "2001"]
    assert moment(str(call["ended"])) == pytest.approx(sip_log.first(at.phone, "BYE"), abs=1)
    closed = await owed(store, "+8613911120002", state="done")
    assert (closed.id, closed.result, closed.attempts, closed.closed_call) == (callback.id, "reached", 1, call["call"])
    assert "13911120002" in digits(done)
    assert "Reached" in done


async def test_an_echo_test_is_no_call_and_odd_numbers_harm_nobody(centre: Centre, tmp_path: Path) -> None:
    before = {call["call"] for call in await centre.calls()}
    secret = centre.seat_secret("1003")
    assert await seat_dials(centre.sip_port, "1003", secret, "*43", tmp_path, talk_s=1) == 0
    odd = ["1" * 90, "bobby.tables-00"]
    await asyncio.gather(*(dial(centre, "8000000001", tmp_path, number, talk_s=2) for number in odd))
    for number, hotline in (("13911120031", "8000000009"), ("139%0D%0AEvent:%20Hangup", "8000000001")):
        async with caller(centre.sip_port, hotline, tmp_path, calling_from=number) as wrong:
            assert await wrong.done(10) != 0

    async def over() -> list[str] | None:
        calls = [call for call in await centre.calls() if call["call"] not in before]
        return [call["from"] for call in calls] if len(calls) >= len(odd) and all(is_complete(call) for call in calls[: len(odd)]) else None

    told = await until("the odd calls in the record", over)
    assert {re.sub(r"1{20,}", "1…", number) for number in told} >= {"1…", "bobby.tables-00"}
    assert not any("\n" in number for number in told)
    assert (await centre.health())["status"] == "ok"
