"""The server is killed ten times with two hundred calls under way: every call is told, once, and every talk is as long as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prove.kills import CALLS, killed

SEED = 20261122


@pytest.mark.timeout(240)
async def test_ten_kills_with_two_hundred_calls_under_way_lose_no_call(tmp_path: Path) -> None:
    outcome = await killed(tmp_path, SEED, 10)
    print(outcome.line)
    assert outcome.holds, (outcome.line, *outcome.compared.faults)
    assert max(outcome.live) >= CALLS - 5
