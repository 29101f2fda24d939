"""The record's comparison comes soon after a start and each night, and is done by a process of its own."""

from __future__ import annotations

import asyncio
import os
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from callcenter.comparison.nightly import AFTER_START_MS, PERIOD_MS, ComparisonFailed, Nightly, by_command, next_night

SHANGHAI = ZoneInfo("Asia/Shanghai")
DIFFERS = {"call": "a1-1.1", "what": "talk", "record": "6.3", "asterisk": "4.3"}
TOLD: dict[str, Any] = {
    "ledger": {"calls": 3, "differences": [DIFFERS], "healed": [DIFFERS]},
    "recordings": {"checked": 3, "differences": []},
}


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


class Day:
    """A clock that is set by hand, and what was compared by it."""

    def __init__(self) -> None:
        self.now = ms("2026-11-22T14:00+08:00")
        self.days: list[tuple[int, int]] = []
        self.fails = False

    async def compare(self, since: int, until: int) -> dict[str, Any]:
        self.days.append((since, until))
        if self.fails:
            raise ComparisonFailed("the database cannot be used")
        return TOLD


def test_the_next_night_is_at_three_of_the_site() -> None:
    for now in ("2026-11-22T14:00+08:00", "2026-11-22T03:00+08:00", "2026-11-22T23:59+08:00"):
        assert next_night(ms(now), SHANGHAI) == ms("2026-11-23T03:00+08:00")
    assert next_night(ms("2026-11-22T02:59+08:00"), SHANGHAI) == ms("2026-11-22T03:00+08:00")


async def test_it_comes_after_a_start_and_at_night_and_says_what_it_found_once(caplog: pytest.LogCaptureFixture) -> None:
    day = Day()
    nightly = Nightly(day.compare, SHANGHAI, lambda: day.now)
    await nightly.look()
    assert (day.days, nightly.last, nightly.differences) == ([], None, 0)
    day.now += AFTER_START_MS
    await nightly.look()
    await nightly.look()
    assert day.days == [(day.now - PERIOD_MS, day.now)]
    assert nightly.differences == 1
    assert caplog.text.count("call a1-1.1, talk: the record says 6.3, Asterisk 4.3") == 1
    day.now = ms("2026-11-23T03:00:30+08:00")
    await nightly.look()
    assert len(day.days) == 2


async def test_one_that_came_to_nothing_is_no_agreement(caplog: pytest.LogCaptureFixture) -> None:
    day = Day()
    day.fails = True
    nightly = Nightly(day.compare, SHANGHAI, lambda: day.now)
    compared = await nightly.compare(day.now)
    assert (compared.told, compared.trouble) == (None, "the database cannot be used")
    assert "could not be compared" in caplog.text


async def test_the_other_process_tells_what_it_found_or_why_it_could_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("CALLCENTER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CALLCENTER_SETTINGS", os.devnull)
    monkeypatch.setenv("CALLCENTER_DATA_DIR", str(tmp_path / "nothing"))
    with pytest.raises(ComparisonFailed, match="the database cannot be used"):
        await by_command(ms("2026-11-22T14:00+08:00"), ms("2026-11-22T15:00+08:00"))


async def test_however_often_it_is_asked_for_it_is_done_once_at_a_time() -> None:
    """Each one is a process that reads a day: a few hundred clicks must not become a few hundred of them."""
    day, goes_on = Day(), asyncio.Event()

    async def slowly(since: int, until: int) -> dict[str, Any]:
        await goes_on.wait()
        return await day.compare(since, until)

    nightly = Nightly(slowly, SHANGHAI, lambda: day.now)
    asked = [asyncio.create_task(nightly.compare(day.now + n)) for n in range(200)]
    await asyncio.sleep(0)
    asked[0].cancel()
    goes_on.set()
    found = await asyncio.gather(*asked[1:])
    assert len(day.days) == 1
    assert set(map(id, found)) == {id(nightly.last)}
    await nightly.compare(day.now)
    assert len(day.days) == 2
