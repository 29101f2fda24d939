"""What people do with telephones, told as they did it: the scenarios that break most easily, on the real Asterisk, several at once.

All of them: `make prove WHAT=scenarios`; from their tapes: tests/streams.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live.scenarios.playing import found_wrong, not_heard, play, replayed, told
from tests.live.scenarios.stage import opened

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

LANES = 4
AFTER_MS = 3000
NAMES = (
    "refer_attended_below",
    "keys_attended_below",
    "refer_to_agent_below",
    "refer_attended_before_the_answer_above",
    "three_way_first_leaves",
    "consult_taken_back",
    "park_timed_out",
    "refer_to_queue_above",
    "refer_to_refused_number",
    "picked_up_by_a_colleague",
)


async def test_what_was_done_is_what_is_told_live_from_the_tape_and_in_the_sound(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        played = await play(house, NAMES, LANES)
        live = await told(house.centre, played)
        again = await replayed(house.centre, max(one.ended for one in played) + AFTER_MS)
        found = {
            "live": [line for one in played for line in found_wrong(one, live)],
            "tape": [line for one in played for line in found_wrong(one, again)],
            "sound": [line for one in played for line in not_heard(one, live, house.centre)],
        }
    assert found == {"live": [], "tape": [], "sound": []}
