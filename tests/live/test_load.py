"""A centre full of calls for three minutes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prove import crashes, load

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.timeout(900)]


async def test_ninety_calls_at_once_are_counted_as_the_telephones_and_asterisk_count_them(tmp_path: Path) -> None:
    try:
        outcome = await load.run(tmp_path / "once", load.SHORT)
    except load.TelephoneBroke:
        outcome = await load.run(tmp_path / "again", load.SHORT)
    assert not outcome.differences, outcome.line
    assert outcome.most_at_once >= 80, outcome.line
    assert outcome.error_s <= load.MOST_ERROR_S, outcome.line


async def test_a_server_killed_at_thirty_calls_tells_each_of_them_once(tmp_path: Path) -> None:
    outcome, killer = await crashes.run(tmp_path, kills=1, seed=20261122)
    assert not outcome.differences, outcome.line
    assert outcome.error_s <= load.MOST_ERROR_S, outcome.line
    assert killer.gaps >= 1, "the gap was not marked"
