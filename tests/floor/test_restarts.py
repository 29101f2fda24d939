"""The server is started again in the middle of anything: the calls come back from the store, a picture is taken, and all goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from callcenter.floor import events as ev
from callcenter.floor.call import Leg
from callcenter.floor.changes import CallChanged
from callcenter.floor.floor import Floor, Rules, advance, advance_all, restore
from callcenter.floor.replacing import replace
from tests.floor import recorded
from tests.floor import stories as tell
from tests.floor.reordering import differences, folded


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
    again = replace(restore(Floor(rules=floor.rules), calls, floor.agents.values()), devices=floor.devices)
    return advance(again, pictured(floor, at))[0]


def _kept(leg: Leg) -> Leg:
    return replace(leg, dialled="")


def kills(story: Sequence[ev.Event], rules: Rules, begin: int, step: int, pause_ms: int) -> Iterator[tuple[ev.Event, list[str]]]:
    """The server killed after each so many events of a story: the last event it heard, and what it tells otherwise than without it."""
    as_it_was = folded(story, rules)
    floor = Floor(rules=rules)
    for n, event in enumerate(story):
        pause = event.at - story[n - 1].at if n else 0
        if n >= begin and n % step == 0 and pause >= pause_ms and all(call.legs for call in floor.calls.values()):
            _, changes = advance_all(started_again(floor, event.at - pause // 2), story[n:])
            last = {one.after.id: one.after for one in changes if isinstance(one, CallChanged)}
            yield story[n - 1], differences({id: as_it_was[id] for id in last}, last)
        floor, _ = advance(floor, event)


@pytest.mark.parametrize("name", tell.STORIES)
def test_a_restart_anywhere_changes_nothing_of_what_is_told(name: str) -> None:
    for after, differently in kills(tell.STORIES[name], Rules(), len(tell.sits()), 1, 3):
        assert differently == [], f"after {after}"


@pytest.mark.parametrize("name", recorded.NAMES)
def test_a_restart_anywhere_in_a_stream_changes_nothing_of_what_is_told(name: str) -> None:
    stream = recorded.recorded(name)
    for after, differently in kills(stream.events, stream.rules, 1, max(1, len(stream.events) // 40), 3):
        assert differently == [], f"after {after}"
