"""What becomes of callers whom somebody answers, on the real Asterisk: by SIP in, by a desk phone answered, by the record told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from callcenter.crm.surveys.service import Surveys
from callcenter.store.engine import Store
from tests.live import sip_log
from tests.live.centre import Centre, until
from tests.live.kept import kept
from tests.live.people import Desk, desk, dial, recorded
from tests.live.record import kinds, moment, of_kind, seconds
from tests.live.sipp import Key, tone
from tests.live.sound import samples, share

__all__ = ["kept"]
pytestmark = [pytest.mark.live, pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    one = Centre(tmp_path_factory.mktemp("centre"), wrapup_s="2", ring_timeout_s="3")
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


async def test_a_known_caller_reaches_a_desk_phone(centre: Centre, tmp_path: Path) -> None:
    known = centre.about["callers"][0]
    async with desk(centre, "2001", "1011", tmp_path, sound=tone(tmp_path / "a.raw", 600)) as agent:
        phone = await dial(
            centre, "8000000001", tmp_path, known["number"], keys=[Key(1.5, "1")], sound=tone(tmp_path / "c.raw", 400), talk_s=9
        )
        call = (await recorded(centre, [known["number"]]))[known["number"]]
    assert (call["direction"], call["hotline"], call["to"], call["queue"]) == ("inbound", "8000000001", "8000000001", "orders")
    assert call["exit"] == "answered"
    assert call["customer"]["name"] == known["customer"]
    assert call["agents"] == ["2001"]
    assert kinds(call) == [
        ("ivr", "went_on"),
        ("queue", "answered"),
        ("ring", "answered"),
        ("talk", "caller_hung_up"),
        ("wrapup", "timed_out"),
    ]
    assert [one["who"] for one in call["segments"]] == [None, None, "2001", "2001", "2001"]
    [ring], [talk] = of_kind(call, "ring"), of_kind(call, "talk")
    assert moment(call["started"]) == pytest.approx(sip_log.first(phone, "INVITE"), abs=1)
    assert moment(ring["started"]) == pytest.approx(sip_log.first(agent.phone, "INVITE"), abs=1)
    assert moment(call["answered"]) == pytest.approx(sip_log.first(agent.phone, "SIP/2.0 200"), abs=1)
    assert moment(talk["ended"]) == pytest.approx(sip_log.first(phone, "BYE"), abs=1)
    assert moment(call["ended"]) == pytest.approx(sip_log.first(phone, "BYE"), abs=1)
    [recording] = call["recordings"]
    assert recording["state"] == "whole"
    assert recording["seconds"] == pytest.approx(seconds(talk), abs=1)
    leg = recording["leg"]
    assert share(samples(centre.folder / "recordings" / f"{leg}-agent.wav"), 600) > 0.8
    assert share(samples(centre.folder / "recordings" / f"{leg}-caller.wav"), 400) > 0.8


async def test_an_unknown_an_anonymous_and_an_english_caller(centre: Centre, tmp_path: Path) -> None:
    """All at once; one withholds his number as phones do, one as a carrier tells it."""
    async with desk(centre, "2001", "1001", tmp_path), desk(centre, "2002", "1002", tmp_path), desk(centre, "2009", "1009", tmp_path):
        withheld = ["P-Asserted-Identity: <sip:13911110003@127.0.0.1>", "Privacy: id"]
        await asyncio.gather(
            dial(centre, "8000000001", tmp_path, "13911110001", keys=[Key(1.5, "1")], talk_s=9),
            dial(centre, "8000000001", tmp_path, "anonymous", keys=[Key(1.5, "2")], talk_s=9, headers=withheld),
            dial(centre, "8000000003", tmp_path, "13911110002", keys=[Key(1.5, "1")], talk_s=9),
        )
        calls = await recorded(centre, ["13911110001", "anonymous", "13911110002"])
    assert all(call["exit"] == "answered" and call["customer"] is None for call in calls.values())
    assert all(kinds(call)[:3] == [("ivr", "went_on"), ("queue", "answered"), ("ring", "answered")] for call in calls.values())
    assert {calls["13911110001"]["agents"][0], calls["anonymous"]["agents"][0]} <= {"2001", "2002", "2009"}
    english = calls["13911110002"]
    assert (english["hotline"], english["queue"], english["agents"]) == ("8000000003", "english", ["2009"])
    assert not any("13911110003" in str(call) for call in await centre.calls()), "a withheld number is in the record"


async def test_who_was_answered_may_judge_and_no_input_is_kept_apart(centre: Centre, tmp_path: Path) -> None:
    async with (
        desk(centre, "2001", "1001", tmp_path, hang_up_after_s=2),
        desk(centre, "2002", "1002", tmp_path, hang_up_after_s=2),
    ):
        await asyncio.gather(
            dial(centre, "8000000001", tmp_path, "13911110011", keys=[Key(1.5, "1"), Key(9, "2")]),
            dial(centre, "8000000002", tmp_path, "13911110012", keys=[Key(1.5, "1")]),
        )
        calls = await recorded(centre, ["13911110011", "13911110012"])
    for call in calls.values():
        assert call["exit"] == "answered"
        assert [one for one in kinds(call) if one[0] != "wrapup"] == [
            ("ivr", "went_on"),
            ("queue", "answered"),
            ("ring", "answered"),
            ("talk", "agent_hung_up"),
            ("ivr", "ended"),
        ]
    store = Store(f"sqlite+aiosqlite:///{centre.folder / 'centre.sqlite'}")
    try:
        surveys = Surveys(store)
        answers = [await surveys.of_call(calls[number]["call"]) for number in ("13911110011", "13911110012")]
    finally:
        await store.close()
    assert [[one.answer for one in of_call] for of_call in answers] == [["2"], [None]]


async def rang(at: Desk) -> bool:
    return sip_log.count(at.phone, "INVITE", sent=False) > 0


async def test_a_phone_that_refuses_or_rings_out_passes_the_caller_on(centre: Centre, tmp_path: Path) -> None:
    async with (
        desk(centre, "2001", "1001", tmp_path, refuse=True) as refusing,
        desk(centre, "2002", "1002", tmp_path, ready=False) as second,
    ):
        refused = asyncio.create_task(dial(centre, "8000000001", tmp_path, "13911110021", keys=[Key(1.5, "1")], talk_s=11))
        await until("the refusing phone rings", lambda: rang(refusing))
        await second.agent.ready()
        await refused
    async with (
        desk(centre, "2009", "1009", tmp_path, answer_after_s=None) as silent,
        desk(centre, "2010", "1010", tmp_path, ready=False) as other,
    ):
        rung_out = asyncio.create_task(dial(centre, "8000000003", tmp_path, "13911110022", keys=[Key(1.5, "1")], talk_s=13))
        await until("the silent phone rings", lambda: rang(silent))
        await other.agent.ready()
        await rung_out
        calls = await recorded(centre, ["13911110021", "13911110022"])
    for number, agents, reason in (("13911110021", ["2001", "2002"], "refused"), ("13911110022", ["2009", "2010"], "rang_out")):
        call = calls[number]
        rings = of_kind(call, "ring")
        assert (call["exit"], call["agents"]) == ("answered", agents[1:])
        assert {(one["who"], one["reason"]) for one in rings} == {(agents[0], reason), (agents[1], "answered")}
        assert rings[-1]["reason"] == "answered"
    [silent_ring] = [one for one in of_kind(calls["13911110022"], "ring") if one["reason"] == "rang_out"][:1]
    assert seconds(silent_ring) == pytest.approx(3, abs=1)


async def test_hold_by_the_desk_phone(centre: Centre, tmp_path: Path) -> None:
    async with desk(centre, "2001", "1001", tmp_path, hold_after_s=1.5) as agent:
        phone = await dial(centre, "8000000002", tmp_path, "13911110031", keys=[Key(1.5, "1")], talk_s=13)
        call = (await recorded(centre, ["13911110031"]))["13911110031"]
    assert kinds(call)[3:] == [("talk", "held"), ("hold", "resumed"), ("talk", "caller_hung_up"), ("wrapup", "timed_out")]
    assert (call["queue"], call["agents"]) == ("complaints", ["2001"])
    [hold] = of_kind(call, "hold")
    assert seconds(hold) == pytest.approx(2, abs=1)
    assert moment(call["ended"]) == pytest.approx(sip_log.first(phone, "BYE"), abs=1)
    assert moment(of_kind(call, "talk")[0]["started"]) == pytest.approx(sip_log.first(agent.phone, "SIP/2.0 200"), abs=1)
