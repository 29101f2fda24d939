"""On PostgreSQL, and while it is away: calls, routing and screens go on, and all is stored after."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.live.centre import Centre, until
from tests.live.people import desk, dial, recorded
from tests.live.record import kinds
from tests.live.sipp import Key
from tests.postgres import Server, postgres

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]


async def test_a_database_that_is_away_stops_no_call(tmp_path: Path) -> None:
    with postgres() as server:
        # The server's own first database: nobody else uses this server.
        centre = Centre(tmp_path, database=f"{server.url}/postgres", wrapup_s="2")
        try:
            await centre.start()
            await _calls_before_during_and_after(centre, tmp_path, server)
        finally:
            server.start()
            await centre.stop()


async def _calls_before_during_and_after(centre: Centre, folder: Path, server: Server) -> None:
    async with desk(centre, "2001", "1011", folder):
        await dial(centre, "8000000001", folder, "13900000001", keys=[Key(1.5, "1")], talk_s=9)
        server.stop()
        trouble = await until("the health page to say so", lambda: _away(centre), 10)
        assert any("database" in problem for problem in trouble["problems"])
        # The flow cannot ask for hours or the customer: it takes them as open and unknown after its patience.
        await dial(centre, "8000000001", folder, "13900000002", keys=[Key(6, "1")], talk_s=12)
        await until("calls kept in memory", lambda: _unwritten(centre), 10)
        server.start()
        await until("all to be written", centre.healthy, 30)
        calls = await recorded(centre, ["13900000001", "13900000002"])
        assert [call["exit"] for call in calls.values()] == ["answered", "answered"]
        for call in calls.values():
            assert ("talk", "caller_hung_up") in kinds(call)
            assert call["agents"] == ["2001"]


async def _away(centre: Centre) -> dict[str, Any]:
    health = await centre.health()
    return health if health.get("database") == "away" else {}


async def _unwritten(centre: Centre) -> bool:
    return bool((await centre.health()).get("unwritten"))
