"""What counts as a difference between the floor and Asterisk's picture, on streams of a real Asterisk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callcenter.comparison.picture import Difference, differences
from callcenter.floor import events as ev
from callcenter.floor.changes import CallChanged
from callcenter.floor.floor import Floor, advance
from callcenter.floor.reasons import GRACE_MS
from tests.comparison.picturing import agreeing
from tests.floor import stories as tell
from tests.floor.stories import AGENT, CALLER, T, folded
from tests.streams import NAMES, events, known, raw

TALKING = tell.PLAIN[:-6]
WAITING = [*tell.sits(), *tell.arrives(), *tell.queues(500)]


def only(floor: Floor, seen: ev.Snapshot) -> Difference:
    [found] = [one for one in differences(floor, seen) if one.what != "member"]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_that_differs_in_nothing_changes_no_call(name: str) -> None:
    floor, agreed, parted = Floor(), 0, 0
    stream = events(raw(name), known(name)["own"])
    for event in stream:
        floor, _ = advance(floor, event)
        seen = agreeing(floor, max(event.at, floor.now) + 1)
        if parting(floor):
            parted += 1
            continue
        if any(one.what != "member" for one in differences(floor, seen)):
            continue
        _, changes = advance(floor, seen)
        assert [one for one in changes if isinstance(one, CallChanged)] == []
        agreed += 1
    # What does not agree with itself is between two events of one moment, or a placed call before its first leg.
    assert agreed > 0.85 * (len(stream) - parted)


def parting(floor: Floor) -> bool:
    """Whether somebody has just left his customer and the next event tells why: a picture may be the one that tells it."""
    going_on = (one for call in floor.calls.values() for one in call.segments if one.ended is None and one.left is not None)
    return any(floor.now - (one.left or 0) <= GRACE_MS for one in going_on)


def test_a_leg_that_only_one_side_knows() -> None:
    floor = folded(TALKING)
    seen = agreeing(floor, T + 60_000)
    gone = replace(seen, legs=tuple(leg for leg in seen.legs if leg.leg != AGENT))
    assert only(floor, gone) == Difference("leg", AGENT, "there", "not there", CALLER)
    stranger = replace(seen.legs[0], leg="9.9", context="cc-in", call="9.9")
    assert only(floor, replace(seen, legs=(*seen.legs, stranger))) == Difference("leg", "9.9", "not there", "there", "9.9")


def test_a_leg_that_belongs_to_nobody_s_call_is_no_difference() -> None:
    floor = folded(TALKING)
    seen = agreeing(floor, T + 60_000)
    callee = replace(seen.legs[0], leg="9.9", context="cc-demo-callee", call=None)
    assert [one for one in differences(floor, replace(seen, legs=(*seen.legs, callee))) if one.what != "member"] == []


def test_a_bridge_and_an_answer_that_were_not_heard_of() -> None:
    floor = folded(TALKING)
    seen = agreeing(floor, T + 60_000)
    moved = replace(seen, legs=tuple(replace(leg, bridge="b2") if leg.leg == AGENT else leg for leg in seen.legs))
    found = only(floor, moved)
    assert (found.what, found.where, found.theirs) == ("bridge", AGENT, "b2")
    floor = folded(WAITING)
    seen = agreeing(floor, T + 60_000)
    unheard = folded([*tell.sits(), *tell.arrives()[:1]])
    assert ("answer", CALLER) in [(one.what, one.where) for one in differences(unheard, seen)]


def test_who_waits_where() -> None:
    floor = folded(WAITING)
    seen = agreeing(floor, T + 60_000)
    found = only(floor, replace(seen, waiting=()))
    assert (found.what, found.where, found.ours, found.theirs) == ("waiting", CALLER, "orders", "nowhere")


def test_members_are_compared_with_what_the_agents_make_of_them_and_with_what_is_shown() -> None:
    floor = folded([*tell.sits(), ev.MemberChanged(T, "orders", "1001", True, False), ev.SeatChanged(T, "1001", "NOT_INUSE")])
    [agent] = floor.agents.values()
    there = [ev.SeenMember(queue, agent.seat, agent.state == "paused", False) for queue in agent.queues]
    seen = replace(agreeing(floor, T), members=tuple(there))
    for queue in agent.queues:
        floor, _ = advance(floor, ev.MemberChanged(T, queue, agent.seat, True, agent.state == "paused"))
    assert differences(floor, seen) == ()
    assert [one.theirs for one in differences(floor, replace(seen, members=()))] == ["not there"] * len(there)
    other = ev.SeenMember("complaints", "1009", True, False)
    assert differences(floor, replace(seen, members=(*there, other))) == (Difference("member", "complaints/1009", "not there", "paused"),)


def test_a_phone_s_state() -> None:
    floor = folded([*tell.sits(), ev.SeatChanged(T, "1001", "NOT_INUSE")])
    seen = replace(agreeing(floor, T), seats=(("1001", "UNAVAILABLE"),))
    assert only(floor, seen) == Difference("seat", "1001", "NOT_INUSE", "UNAVAILABLE")
