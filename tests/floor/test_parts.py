"""Where somebody had part is found without looking at every call, and nothing is missed."""

from __future__ import annotations

import pytest

from callcenter.floor import events as ev
from callcenter.floor.floor import Floor, advance
from callcenter.floor.picture import calls_with
from callcenter.telephony.translate import Marks, translate
from callcenter.telephony.wire import Splitter, parse
from tests.bench.busy import busy

SEATS = [str(2000 + n) for n in range(5)]


@pytest.fixture(scope="module")
def floors() -> list[Floor]:
    """A busy quarter of a minute and more, event by event, a tick each second; the agent 3000 sits at the seat 2000 and so on."""
    floor, marks, told, second = Floor(link="live"), Marks(), [], 0
    for seat in SEATS[:3]:
        floor, _ = advance(floor, ev.AgentSignedIn(0, f"3{seat[1:]}", "", seat, ("orders",), 1))
    for message in Splitter().feed(b"".join(busy(21, 5, 1_800_000_000).messages)):
        for event in translate(parse(message), 0, marks):
            if event.at // 1000 > second:
                second = event.at // 1000
                floor, _ = advance(floor, ev.Tick(event.at))
            floor, _ = advance(floor, event)
            told.append(floor)
    return told


def test_no_part_is_missed(floors: list[Floor]) -> None:
    looked = 0
    for floor in floors:
        for call in floor.calls.values():
            seats = {leg.seat for leg in call.legs.values() if leg.role == "agent"}
            for name in {one.who for one in call.segments} | seats:
                if name is not None:
                    looked += 1
                    assert call in calls_with(floor, name)
    assert looked > 1000


def test_who_has_no_part_costs_nothing(floors: list[Floor]) -> None:
    assert max(len(calls_with(floor, "3000")) for floor in floors) < max(len(floor.calls) for floor in floors)
    assert all(calls_with(floor, "nobody") == [] for floor in floors)
    assert all(set(floor.calls) >= {id for had in floor.parts.values() for id in had} for floor in floors)
