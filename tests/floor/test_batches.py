"""Events that are folded together make the floor, and tell the changes, that they make one by one; the floor before is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.floor import events as ev
from callcenter.floor.changes import Change, Misfit
from callcenter.floor.floor import Floor, advance, advance_all
from tests.floor import stories as tell
from tests.floor.recorded import NAMES, recorded
from tests.floor.stories import T
from tests.floor.test_properties import EVERYTHING


def one_by_one(floor: Floor, events: list[ev.Event]) -> tuple[Floor, list[Change]]:
    told = []
    for event in events:
        floor, changes = advance(floor, event)
        told += changes
    return floor, told


def alike(one: Floor, other: Floor) -> bool:
    """In what is not compared, too."""
    return vars(one) == vars(other)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(EVERYTHING), max_size=40), st.lists(st.sampled_from(EVERYTHING), max_size=40))
def test_together_as_one_by_one(first: list[ev.Event], events: list[ev.Event]) -> None:
    begun, _ = one_by_one(Floor(), first)
    kept = deepcopy(begun)
    expected, told = one_by_one(begun, events)
    floor, changes = advance_all(begun, events)
    assert alike(floor, expected)
    assert changes == told
    assert alike(begun, kept)


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_stream_in_batches(name: str) -> None:
    events = list(recorded(name).events)
    expected, told = one_by_one(Floor(rules=recorded(name).rules), events)
    floor, changes = Floor(rules=recorded(name).rules), list[Change]()
    for at in range(0, len(events), 7):
        floor, more = advance_all(floor, events[at : at + 7])
        changes += more
    assert alike(floor, expected)
    assert changes == told


def test_what_does_not_fit_leaves_nothing_behind_of_what_it_began() -> None:
    """Somebody unknown takes a talking leg's place: that it made room is found first, and that nobody came is found then."""
    begun = next(floor for floor in every_floor() if any(leg.bridge for call in floor.calls.values() for leg in call.legs.values()))
    leg = next(leg for call in begun.calls.values() for leg in call.legs.values() if leg.bridge)
    floor, changes = advance_all(begun, [ev.BridgeEntered(T + 60_000, "no such leg", leg.bridge or "", leg.id)])
    assert [type(change) for change in changes] == [Misfit]
    assert floor.calls == begun.calls
    assert floor is begun


def every_floor() -> Iterator[Floor]:
    for story in tell.STORIES.values():
        floor = Floor()
        for event in story:
            floor, _ = advance(floor, event)
            yield floor
