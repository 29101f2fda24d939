"""The link is cut, and Asterisk is started again, under a hundred calls: after two seconds of work the picture is right."""

from __future__ import annotations

from pathlib import Path

from tests.prove.picture import cut


async def test_the_picture_is_right_two_seconds_after_a_cut_and_after_a_restart_of_asterisk(tmp_path: Path) -> None:
    outcome = await cut(tmp_path, 20261122, 3, agents=150, calls=100)
    print(outcome.line)
    assert outcome.quick, (outcome.line, outcome.wrong)
