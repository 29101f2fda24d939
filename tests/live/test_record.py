"""Asterisk keeps its own record in PostgreSQL too, as one on another machine must: it tells what its files tell, and fills a gap."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from callcenter.settings import read
from callcenter.store.engine import Store
from callcenter.telephony.cel import Line
from callcenter.telephony.record import files
from callcenter.telephony.record_rows import Rows
from tests.live.centre import Centre, until
from tests.live.console import forsaken
from tests.live.people import desk, dial, recorded
from tests.live.record import of_kind
from tests.live.sipp import Key, caller
from tests.live.test_gap import are, gaps
from tests.postgres import postgres

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

SERVED, LEAVES, COMES = "13911110051", "13911110052", "13911110053"
OUTSIDE = "13800138000"


async def test_a_gap_is_filled_from_postgresql(tmp_path: Path) -> None:
    with postgres() as server:
        url = f"{server.url}/postgres"
        centre = Centre(tmp_path, asterisk_record=url, wrapup_s="2")
        try:
            await centre.start()
            await _calls_of_which_the_server_hears_a_part(centre, tmp_path)
            await _both_records_say_the_same(centre, url)
        finally:
            await centre.stop()


async def _calls_of_which_the_server_hears_a_part(centre: Centre, folder: Path) -> None:
    async with desk(centre, "2001", "1001", folder) as seat:
        await dial(centre, "8000000001", folder, SERVED, keys=[Key(1.5, "1")], talk_s=9)
        async with caller(centre.sip_port, "8000000001", folder, calling_from=LEAVES, keys=[Key(1.5, "1")]) as leaves:
            await until("he talks", lambda: are(centre, {LEAVES: "talk"}), 20)
            assert await seat.agent.post("/desk/move", act="ask", target=f"outside:{OUTSIDE}") == 204
            await centre.kill()
            # The files are not what fills the gap.
            cel = files(read(centre.environ)).cel
            cel.rename(cel.with_name("away.csv"))
            await until("who is asked outside is with the agent", lambda: _asked_enters(cel, 1), 10)
            seat.phone.hang_up()
            await until("he is with the customer", lambda: _asked_enters(cel, 2), 10)
            leaves.hang_up()
            await until("Asterisk to believe that nobody is there", lambda: forsaken(centre), 8)
            await dial(centre, "8000000003", folder, COMES, talk_s=9)
        await centre.start()
        calls = await recorded(centre, [SERVED, LEAVES, COMES])
    assert {number: call["exit"] for number, call in calls.items()} == {SERVED: "answered", LEAVES: "answered", COMES: "abandoned_queue"}
    assert [(one["who"], one["reason"]) for one in of_kind(calls[LEAVES], "talk")] == [("2001", "held"), (OUTSIDE, "caller_hung_up")]
    assert {one["who"] for one in of_kind(calls[LEAVES], "consult")} == {"2001", OUTSIDE}
    [gap] = await gaps(centre)
    assert (gap.rebuilt, gap.why, gap.unknown) == (2, "server", "holds,steps")


async def _asked_enters(cel: Path, times: int) -> bool:
    """Whether who is asked has come to somebody so often."""
    lines = cel.read_text().splitlines() if cel.exists() else []
    return sum(line.startswith('"BRIDGE_ENTER"') and "-asked" in line for line in lines) >= times


async def _both_records_say_the_same(centre: Centre, url: str) -> None:
    store = Store(url)
    rows, kept = Rows(store), files(read(centre.environ))
    try:
        away = kept.cel.with_name("away.csv")
        in_files = [*(await replace(kept, cel=away).channels(0) or ()), *(await kept.channels(0) or ())]
        in_rows = await rows.channels(0)
        assert sorted(map(_said, in_rows or ())) == sorted(map(_said, in_files))
        assert len(in_files) > 50
        assert "CC_ASKED" in {line.event for line in in_files}
        rows_of, lines_of = list(await rows.queues(0) or ()), list(await kept.queues(0) or ())
        assert [replace(one, at=0) for one in rows_of] == [replace(one, at=0) for one in lines_of]
        # The file cuts the seconds off, and is written a moment before the row.
        assert [one.at for one in rows_of] == pytest.approx([one.at for one in lines_of], abs=1500)
    finally:
        await store.close()


def _said(line: Line) -> tuple[str, ...]:
    return (f"{line.at}", line.event, line.leg, line.linked, line.number, line.dialled, line.app, line.data, line.account, line.extra)
