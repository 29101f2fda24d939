"""Asterisk dies in the middle of calls: the server starts it again, and tells of each call no more than there was."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from callcenter.telephony.planned import socket_folder
from tests.live.centre import Centre, until
from tests.live.console import asterisk_of, registered, talks, waits
from tests.live.people import desk, recorded
from tests.live.record import kinds, moment, of_kind
from tests.live.sipp import Key, caller

pytestmark = [pytest.mark.live, pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="module")]

TALKS, WAITS, AFTER = (f"0215555020{n}" for n in range(3))
SIGN_S = 2.5
"""A ping every two seconds is the seldomest sign that Asterisk gives of itself."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    one = Centre(tmp_path_factory.mktemp("centre"), wrapup_s="2")
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


async def test_an_asterisk_that_was_killed_is_back_and_its_calls_ended_when_it_died(centre: Centre, tmp_path: Path) -> None:
    async with desk(centre, "2001", "1001", tmp_path):
        async with (
            caller(centre.sip_port, "8000000001", tmp_path, calling_from=TALKS, keys=[Key(1.5, "1")]),
            caller(centre.sip_port, "8000000001", tmp_path, calling_from=WAITS, keys=[Key(3, "1")]),
        ):
            await until("one talks", lambda: talks(centre, TALKS), 20)
            await until("one waits", lambda: waits(centre, WAITS), 20)
            died = time.time()
            os.kill(process(centre), signal.SIGKILL)
            await until("a server that misses Asterisk", lambda: unwell(centre), 10)
        await until("a server with an Asterisk", centre.healthy, 40)
        back = time.time()
        calls = await recorded(centre, [TALKS, WAITS])
        await until("the telephone", lambda: registered(centre, "1001"), 40)
        async with caller(centre.sip_port, "8000000001", tmp_path, calling_from=AFTER, keys=[Key(1.5, "1")]) as later:
            await until("a talk again", lambda: talks(centre, AFTER), 20)
            later.hang_up()
        [after] = (await recorded(centre, [AFTER])).values()
    assert kinds(calls[TALKS])[2:] == [("ring", "answered"), ("talk", "lost_sight"), ("wrapup", "timed_out")]
    assert kinds(calls[WAITS])[-1] == ("queue", "lost_sight")
    for call in calls.values():
        assert died - SIGN_S < moment(call["ended"]) < died + 1
        [gap] = call["gaps"]
        assert gap["why"] == "asterisk"
        assert died - SIGN_S < moment(gap["started"]) < died + 1
        assert died < moment(gap["ended"]) < back
    [talk] = of_kind(after, "talk")
    assert (after["exit"], after["agents"], talk["reason"], after["gaps"]) == ("answered", ["2001"], "caller_hung_up", [])


def process(centre: Centre) -> int:
    """The running Asterisk."""
    return int((socket_folder(asterisk_of(centre)) / "asterisk.pid").read_text(encoding="ascii"))


async def unwell(centre: Centre) -> bool:
    return not await centre.healthy()
