"""The link is cut twice in a row on a starved machine, again and again: every call is told, and every talk is as long as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prove.cuts import cuts
from tests.prove.kills import CALLS

SEED = 20261122


@pytest.mark.timeout(240)
async def test_four_double_cuts_with_two_hundred_calls_under_way_change_no_record(tmp_path: Path) -> None:
    outcome = await cuts(tmp_path, SEED, 4)
    print(outcome.line)
    assert outcome.holds, (outcome.line, *outcome.compared.faults)
    assert not outcome.compared.ends, outcome.compared.ends
    assert max(outcome.live) >= CALLS - 5
