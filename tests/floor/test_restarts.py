"""The server is started again in the middle of anything: the calls come back from the store, a picture is taken, and all goes on."""

from __future__ import annotations

import pytest

from callcenter.floor import events as ev
from callcenter.floor.call import Leg
from callcenter.floor.changes import CallChanged
from callcenter.floor.floor import Floor, advance, restore
from callcenter.floor.replacing import replace
from tests.floor import stories as tell
from tests.floor.reordering import differences, folded

STORIES = ("held", "attended", "taken_back", "caller_leaves_the_asking", "three", "blind", "parked")


def pictured(floor: Floor, at: int) -> ev.Snapshot:
    """What Asterisk would show of itself."""
    legs = [(leg, call.id) for call in floor.calls.values() for leg in call.legs.values()] + [(leg, None) for leg in floor.loose.values()]
    waiting = [ev.SeenWaiting(one.leg, queue.name, 1, one.since) for queue in floor.queues.values() for one in queue.waiting]
    return ev.Snapshot(
        at, tuple(_seen(leg, call) for leg, call in legs if leg.ended is None), tuple(waiting), (), tuple(floor.devices.items())
    )


def _seen(leg: Leg, call: str | None) -> ev.SeenLeg:
    hotline = tell.HOTLINE if leg.role == "caller" else None
    up = leg.answered is not None or leg.bridge is not None
    context = "cc-in" if leg.role == "caller" else "cc-seat"
    return ev.SeenLeg(leg.id, leg.name, leg.number, "", context, call, hotline, up, leg.began, "", leg.bridge, linked=leg.id)


def started_again(floor: Floor, at: int) -> Floor:
    """A new process: what the rows do not hold is gone."""
    calls = [replace(one, legs={id: _kept(leg) for id, leg in one.legs.items()}) for one in floor.calls.values()]
    again = replace(restore(Floor(), calls, floor.agents.values()), devices=floor.devices)
    return advance(again, pictured(floor, at))[0]


def _kept(leg: Leg) -> Leg:
    return replace(leg, by=None, handed=False, recorded=None, moved=0)


@pytest.mark.parametrize("name", STORIES)
def test_a_restart_anywhere_changes_nothing_of_what_is_told(name: str) -> None:
    story = tell.STORIES[name]
    as_it_was = folded(story, Floor().rules)
    for cut in range(len(tell.sits()), len(story)):
        if story[cut].at - story[cut - 1].at < 100:
            continue
        floor, _ = tell.fold(story[:cut])
        floor, changes = tell.fold(story[cut:], started_again(floor, story[cut].at - 50))
        last = {one.after.id: one.after for one in changes if isinstance(one, CallChanged)}
        assert differences({id: as_it_was[id] for id in last}, last) == [], f"after {story[cut - 1]}"
