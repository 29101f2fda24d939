"""A centre full of calls for three minutes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prove import load

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]


async def test_ninety_calls_at_once_are_counted_as_the_telephones_and_asterisk_count_them(tmp_path: Path) -> None:
    outcome = await load.run(tmp_path, load.SHORT)
    assert not outcome.differences, outcome.line
    assert outcome.most_at_once >= 80, outcome.line
