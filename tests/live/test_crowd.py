"""Twenty callers at once on six agents: nobody is lost, nobody is told twice, and the record says what the telephones saw."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from tests.live import sip_log
from tests.live.centre import Centre
from tests.live.kept import kept
from tests.live.people import desk, dial, recorded
from tests.live.record import kinds, moment, of_kind, seconds
from tests.live.sipp import Key

__all__ = ["kept"]
pytestmark = [pytest.mark.live, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]

STAY = [f"1391113{n:04d}" for n in range(14)]
GIVE_UP = [f"1391114{n:04d}" for n in range(4)]
"""They come into the queue when six talk and eight wait before them, and leave before it is their turn."""
LEAVE_MENU = [f"1391115{n:04d}" for n in range(2)]
TALK_S = 5.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    one = Centre(tmp_path_factory.mktemp("centre"), wrapup_s="1", ring_timeout_s="10")
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


async def test_twenty_callers_at_once_on_six_agents(centre: Centre, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        desks = {}
        for n in range(1, 7):
            desks[f"200{n}"] = await stack.enter_async_context(
                desk(centre, f"200{n}", f"100{n}", tmp_path, answer_after_s=0.3, hang_up_after_s=TALK_S)
            )
        callers = [
            *(dial(centre, "8000000001", tmp_path, number, keys=[Key(1.5, "1")]) for number in STAY),
            *(dial(centre, "8000000001", tmp_path, number, keys=[Key(4, "1")], talk_s=8.5) for number in GIVE_UP),
            *(dial(centre, "8000000001", tmp_path, number, talk_s=2) for number in LEAVE_MENU),
        ]
        numbers = [*STAY, *GIVE_UP, *LEAVE_MENU]
        phones = dict(zip(numbers, await asyncio.gather(*callers), strict=True))
        calls = await recorded(centre, numbers)
        rung = {number: len(sip_log.dialogs(at.phone, "INVITE")) for number, at in desks.items()}
    every = await centre.calls()
    assert Counter(call["from"] for call in every) == Counter(numbers)
    assert {number: call["exit"] for number, call in calls.items()} == {
        **dict.fromkeys(STAY, "answered"),
        **dict.fromkeys(GIVE_UP, "abandoned_queue"),
        **dict.fromkeys(LEAVE_MENU, "abandoned_ivr"),
    }
    for number, call in calls.items():
        assert moment(call["started"]) == pytest.approx(sip_log.first(phones[number], "INVITE"), abs=1)
        assert moment(call["ended"]) == pytest.approx(sip_log.first(phones[number], "BYE"), abs=1)
    for number in STAY:
        assert [one for one in kinds(calls[number]) if one[0] not in ("ring", "wrapup")] == [
            ("ivr", "went_on"),
            ("queue", "answered"),
            ("talk", "agent_hung_up"),
            ("ivr", "ended"),
        ]
        [talk], [recording] = of_kind(calls[number], "talk"), calls[number]["recordings"]
        assert seconds(talk) == pytest.approx(TALK_S, abs=1)
        assert calls[number]["agents"] == [talk["who"]]
        assert recording["seconds"] == pytest.approx(seconds(talk), abs=1)
    for number in GIVE_UP:
        assert kinds(calls[number]) == [("ivr", "went_on"), ("queue", "abandoned")]
    rings = Counter(ring["who"] for call in calls.values() for ring in of_kind(call, "ring"))
    assert rings == rung
    talks = Counter(call["agents"][0] for call in calls.values() if call["agents"])
    assert set(talks) == set(desks), "somebody had nothing to do while others waited"
    assert [len(of_kind(calls[number], "ring")) for number in STAY] == [1] * len(STAY)
