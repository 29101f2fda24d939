"""The scenarios' tapes fold to what was done, as the phones saw it."""

from __future__ import annotations

import pytest

from callcenter.floor.floor import Rules
from callcenter.replay.folding import replay
from callcenter.telephony import tape
from tests.live.scenarios.truth import differences, told_of, true_call
from tests.streams.scenarios import NAMES, known, stream


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_is_told_as_it_was_played(name: str) -> None:
    content = known(name)
    seen = replay(tape.read(stream(name)), Rules(wrapup_ms=content["wrapup_s"] * 1000))
    calls = seen.told()
    assert len(calls) == len(content["true"])
    for one in content["true"]:
        true = true_call(one)
        [call] = told_of(true, calls)
        assert differences(true, call) == []
    assert seen.counts["misfits"] == 0
