"""Whom Asterisk may offer calls, as the floor wants it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callcenter.floor.agent import Agent
from callcenter.floor.call import Call, Segment
from callcenter.floor.floor import Floor, Rules
from callcenter.floor.queue import Queue
from callcenter.live.members import differences, paused

AGENT = Agent("2001", "王芳", 1, "1001", ("orders",), "ready", 0, wants_ready=True, reachable=True)


def talking(queue: str | None) -> Floor:
    """He talks on a call that a queue offered him, or that came to him in another way."""
    segments = (Segment(1, "ring", "leg", 0, "2001", queue, 5, "answered"), Segment(2, "talk", "leg", 5, "2001", queue))
    call = Call("a1-1", "inbound", "13800000000", "8000000001", 0, segments=segments)
    agent = replace(AGENT, state="talking", call=call.id, leg="leg")
    return Floor(now=9, rules=Rules(), link="live", calls={call.id: call}, agents={"2001": agent})


@pytest.mark.parametrize(
    ("state", "wants_ready", "is_paused"),
    [("ready", True, False), ("ringing", True, False), ("ringing", False, True), ("paused", False, True), ("wrapup", True, True)],
)
def test_only_who_is_ready_is_offered_calls(state: str, wants_ready: bool, is_paused: bool) -> None:
    assert paused(Floor(now=0, rules=Rules()), replace(AGENT, state=state, wants_ready=wants_ready)) is is_paused


def test_after_a_call_from_the_queue_asterisk_itself_lets_him_rest() -> None:
    floor = talking("orders")
    assert not paused(floor, floor.agents["2001"])


def test_after_any_other_call_no_caller_is_quicker_than_the_wrap_up() -> None:
    floor = talking(None)
    assert paused(floor, floor.agents["2001"])


def test_who_asked_for_a_break_while_he_talks_has_it_at_once() -> None:
    floor = talking("orders")
    assert paused(floor, replace(floor.agents["2001"], wants_ready=False))


def test_what_differs_is_sent() -> None:
    floor = talking(None)
    floor = replace(floor, queues={"orders": Queue("orders", members=frozenset({"1001", "1007"}))})
    sent = differences(floor)
    assert {place: action.name for place, action in sent.items()} == {
        ("orders", "1001"): "QueuePause",
        ("orders", "1007"): "QueueRemove",
    }
