"""`callcenter audit` on a centre at work: zero while calls come and go, and what somebody changed in the record is found to the call."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from callcenter import auditing
from tests.live.centre import Centre, until
from tests.live.people import desk, dial, recorded
from tests.live.sipp import Key, tone

pytestmark = [pytest.mark.live, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]

STAY = [f"1391116{n:04d}" for n in range(6)]
GIVE_UP, LEAVE_MENU = "13911160010", "13911160011"
EVERYBODY = [*STAY, GIVE_UP, LEAVE_MENU]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    one = Centre(tmp_path_factory.mktemp("centre"), wrapup_s="1", ring_timeout_s="10")
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


async def audit(centre: Centre, status: int = 0) -> dict[str, Any]:
    """What the command tells; its exit status must be this one."""
    told, ended = await auditing.audit(centre.settings, None, None)
    assert ended == status, told
    return dict(json.loads(json.dumps(told)))


async def figures(centre: Centre) -> str:
    token = (centre.folder / "watch.token").read_text()
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as session, session.get(f"{centre.url}/metrics", headers=headers) as answer:
        assert answer.status == 200
        return await answer.text()


async def traffic(centre: Centre, folder: Path) -> dict[str, dict[str, Any]]:
    """Eight callers, three agents, one of whom sends his on to a fourth; one gives up waiting, one in the menu. The calls."""
    voice = tone(folder / "voice.raw", 400)
    async with (
        desk(centre, "2001", "1001", folder, answer_after_s=0.3, hang_up_after_s=7),
        desk(centre, "2002", "1002", folder, answer_after_s=0.3, hang_up_after_s=6),
        desk(centre, "2003", "1003", folder, answer_after_s=0.3, hang_up_after_s=6, refer_to="1004"),
        desk(centre, "2004", "1004", folder, ready=False, answer_after_s=0.3, hang_up_after_s=3),
    ):
        stay = [dial(centre, "8000000001", folder, number, keys=[Key(1.5 + n * 0.3, "1")], sound=voice) for n, number in enumerate(STAY)]
        give_up = dial(centre, "8000000001", folder, GIVE_UP, keys=[Key(3.5, "1")], talk_s=12)
        await asyncio.gather(*stay, give_up, dial(centre, "8000000001", folder, LEAVE_MENU, talk_s=2))
        return await recorded(centre, EVERYBODY)


async def test_zero_is_normal_while_calls_come_and_go_and_when_they_are_over(centre: Centre, tmp_path: Path) -> None:
    busy = asyncio.create_task(traffic(centre, tmp_path))
    looks = 0
    while not busy.done():
        await audit(centre)
        looks += 1
        await asyncio.wait({busy}, timeout=1)
    calls = await busy
    assert looks > 3
    sounds = sum(len(call["recordings"]) for call in calls.values())
    assert sounds > len(STAY), "who was sent on is recorded with each of the two"
    assert any(one["reason"] == "transferred" for call in calls.values() for one in call["segments"])
    assert {call["exit"] for call in calls.values()} == {"answered", "abandoned_queue", "abandoned_ivr"}

    async def judged() -> dict[str, Any] | None:
        told = await audit(centre)
        return told if (told["ledger"]["calls"], told["recordings"]["checked"]) == (len(EVERYBODY), sounds) else None

    told = await until("all calls are older than what is let be", judged, 30)
    assert (told["floor"]["found"], told["floor"]["failed"], told["floor"]["why"]) == (0, 0, "")
    assert told["floor"]["looks"] > looks
    assert told["ledger"] == {"calls": 8, "sources": ["cel", "queue_log"], "uncovered": 0, "why": "", "differences": [], "healed": []}
    assert told["recordings"] == {"checked": sounds, "differences": []}
    text = await figures(centre)
    assert 'callcenter_link_state{state="live"} 1.0' in text
    assert "callcenter_differences 0.0" in text
    health = await centre.health()
    assert (health["differences"], health["link_logins"], health["link_losses"]) == (0, 1, 0)
    assert health["link_messages"] > 100


async def test_what_somebody_changed_in_the_record_is_found_with_and_without_the_server(centre: Centre) -> None:
    calls = {call["from"]: call["call"] for call in await centre.calls()}
    lied, lost, gone = calls[STAY[0]], calls[STAY[1]], calls[GIVE_UP]
    with sqlite3.connect(centre.folder / "centre.sqlite") as store:
        store.execute("update segments set ended = ended + 3000 where call = ? and kind = 'talk'", (lied,))
        store.execute("update segments set reason = 'timeout' where call = ? and kind = 'queue'", (lost,))
        for what, of in (("steps", "call"), ("segments", "call"), ("legs", "call"), ("calls", "id")):
            store.execute(f"delete from {what} where {of} = ?", (gone,))
    stray = centre.folder / "recordings" / "a1-1.9-agent.wav"
    stray.write_bytes(b"")
    os.utime(stray, (time.time() - 120, time.time() - 120))
    told = json.loads(await centre.command("audit", "--json", status=1))
    assert told["recordings"]["differences"] == [{"call": None, "recording": stray.name, "what": "stray"}]
    stray.unlink()
    found = {(one["call"], one["what"]) for one in told["ledger"]["differences"]}
    assert found == {(lied, "talk"), (lost, "queues"), (gone, "call")}
    assert await kill_and_audit(centre) == told["ledger"]
    await centre.start()
    in_words = await centre.command("audit", status=1)
    assert f"{lied}, talk: the record says" in in_words
    assert gone not in in_words, "the start has told it again, out of Asterisk's own record"


async def kill_and_audit(centre: Centre) -> dict[str, Any]:
    """What is told of the record while no server runs."""
    await centre.kill()
    told = await audit(centre, status=1)
    assert told["floor"]["why"] == "the server does not run"
    return dict(told["ledger"])


async def test_what_cannot_be_looked_at_is_no_zero(centre: Centre) -> None:
    """Asterisk's own record is gone: nothing of the record differs, and nothing of it was compared."""
    (centre.folder / "asterisk" / "log" / "cel-custom" / "cel.csv").rename(centre.folder / "elsewhere.csv")
    told = await audit(centre, status=2)
    assert "cannot be read" in told["ledger"]["why"]
    assert told["floor"]["why"] == ""
