"""What a real Asterisk sent folds to the calls that were made."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.floor import events as ev
from callcenter.floor.changes import Misfit
from callcenter.floor.floor import Floor, advance
from callcenter.telephony.wire import Splitter
from tests.floor import recorded
from tests.floor.reordering import differences, folded
from tests.floor.stories import fold
from tests.floor.test_properties import check, promised
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


@pytest.mark.parametrize("name", recorded.NAMES)
def test_a_link_lost_anywhere_leaves_no_ghost(name: str) -> None:
    stream = recorded.recorded(name).events
    last = max(event.at for event in stream)
    for cut in range(0, len(stream), max(7, len(stream) // 20)):
        floor, _ = fold([*stream[:cut], ev.LinkChanged(last, "live"), ev.Snapshot(last + 1000)])
        promised(floor)
        floor, _ = fold([ev.Tick(last + 200_000), ev.Tick(last + 400_000)], floor)
        assert (floor.calls, floor.legs, floor.loose) == ({}, {}, {})


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(recorded.NAMES), st.data())
def test_any_part_of_a_stream_told_any_number_of_times_keeps_every_promise(name: str, data: st.DataObject) -> None:
    stream = recorded.recorded(name).events
    first = data.draw(st.integers(0, len(stream) - 1))
    part = stream[first : first + data.draw(st.integers(1, 150))]
    times = data.draw(st.lists(st.integers(1, 3), min_size=len(part), max_size=len(part)))
    check([event for event, n in zip(part, times, strict=True) for _ in range(n)])


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(recorded.NAMES), st.integers(2, 3))
def test_a_stream_of_which_everything_is_told_again_tells_the_same_calls(name: str, times: int) -> None:
    stream = recorded.recorded(name)
    again = [event for event in stream.events for _ in range(times)]
    assert differences(folded(stream.events, stream.rules), folded(again, stream.rules)) == []


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(NAMES), st.data())
def test_however_the_bytes_come_the_calls_are_the_same_and_a_cut_anywhere_is_read(name: str, data: st.DataObject) -> None:
    facts, whole = known(name), raw(name)
    until = data.draw(st.one_of(st.just(len(whole)), st.integers(0, len(whole))))
    cuts = sorted(data.draw(st.lists(st.integers(0, until), max_size=40)))
    splitter, read = Splitter(), b""
    for begin, end in itertools.pairwise([0, *cuts, until]):
        read += b"".join(message + b"\n\n" for message in splitter.feed(whole[begin:end]))
    floor = check(events(read, facts["own"]))
    if until == len(whole):
        assert [as_told(floor.calls[call["call"]]) for call in facts["told"]] == facts["told"]
