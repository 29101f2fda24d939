"""What a real Asterisk sent folds to the calls that were made."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.floor import events as ev
from callcenter.floor.changes import Misfit
from callcenter.floor.floor import Floor, advance
from tests.floor.test_properties import check
from tests.streams import NAMES, as_told, events, known, raw


@pytest.mark.parametrize("name", NAMES)
def test_the_stream_folds_to_the_calls(name: str) -> None:
    facts, floor, misfits = known(name), Floor(), []
    for event in events(raw(name), facts["own"]):
        floor, changes = advance(floor, event)
        misfits += [one for one in changes if isinstance(one, Misfit)]
    assert misfits == []
    assert [as_told(floor.calls[call["call"]]) for call in facts["told"]] == facts["told"]
    assert len(floor.calls) == len(facts["told"])


@pytest.mark.parametrize("name", NAMES)
def test_a_link_lost_anywhere_leaves_no_ghost(name: str) -> None:
    stream = events(raw(name), known(name)["own"])
    last = stream[-1].at
    for cut in range(0, len(stream), 7):
        over = [ev.Snapshot(last + 1000), ev.Tick(last + 100_000), ev.Tick(last + 200_000)]
        floor = check([*stream[:cut], *over])
        assert (floor.calls, floor.legs, floor.loose) == ({}, {}, {})


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(NAMES), st.data())
def test_any_legal_reordering_folds_to_the_same_segments(name: str, data: st.DataObject) -> None:
    """Within one channel the order holds; channels may come up to a millisecond apart."""
    facts = known(name)
    stream = events(raw(name), facts["own"])
    for n in range(len(stream) - 1):
        one, other = stream[n], stream[n + 1]
        apart = not _legs(one) & _legs(other)
        if apart and other.at - one.at <= 1 and data.draw(st.booleans()):
            stream[n], stream[n + 1] = other, replace(one, at=max(one.at, other.at))
    floor = check(stream)
    for call in facts["told"]:
        folded = floor.calls[call["call"]]
        assert [(s.kind, s.who, s.reason) for s in folded.segments] == [(s["kind"], s["who"], s["reason"]) for s in call["segments"]]
        assert (folded.exit, list(folded.agents)) == (call["exit"], call["agents"])


def _legs(event: ev.Event) -> set[str]:
    return {value for value in (getattr(event, name, None) for name in ("leg", "to", "call", "queue", "seat")) if value}
