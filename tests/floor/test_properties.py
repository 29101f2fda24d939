"""Whatever comes, in whatever order, however often: the fold never raises and keeps its promises."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.floor import events as ev
from callcenter.floor.agent import Agent
from callcenter.floor.call import Call
from callcenter.floor.changes import AgentChanged, CallChanged, Change, LinkMoved, QueueChanged
from callcenter.floor.clock import told_out
from callcenter.floor.floor import Floor, advance
from callcenter.floor.picture import HAS_CUSTOMER
from callcenter.floor.queue import Queue
from tests.floor import stories as tell
from tests.floor.stories import CALLER, T
from tests.floor.test_snapshot import agent as seen_agent
from tests.floor.test_snapshot import caller as seen_caller
from tests.floor.test_snapshot import seen

EVERYTHING: list[ev.Event] = [
    *(event for story in tell.STORIES.values() for event in story),
    *tell.rings_out(3000),
    ev.Tick(T + 5_000),
    ev.Tick(T + 100_000),
    ev.LinkChanged(T + 1, "live"),
    ev.LinkChanged(T + 2, "lost"),
    ev.CallerKnown(T + 50, CALLER, 7, "Shop", "key"),
    ev.WrapUpSaved(T + 9500, "2001", CALLER),
    ev.AgentSignedOut(T + 9600, "2001"),
    ev.MemberChanged(T, "orders", "1001", True, False),
    seen(3000),
    seen(6000, seen_caller(bridge="b1"), seen_agent()),
    seen(6500, seen_caller(), waiting=(ev.SeenWaiting(CALLER, "orders", 1, T + 2500),)),
    seen(7000, seen_caller(app="AGI")),
]


class Picture:
    """What a listener makes of the changes alone."""

    def __init__(self) -> None:
        self.calls: dict[str, Call] = {}
        self.agents: dict[str, Agent] = {}
        self.queues: dict[str, Queue] = {}
        self.link = Floor().link

    def take(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if isinstance(change, CallChanged | AgentChanged | QueueChanged):
                assert change.before != change.after
            if isinstance(change, CallChanged):
                assert self.calls.get(change.after.id) == change.before
                self.calls[change.after.id] = change.after
            elif isinstance(change, QueueChanged):
                self.queues[change.after.name] = change.after
            elif isinstance(change, LinkMoved):
                self.link = change.after
            elif isinstance(change, AgentChanged) and change.after is None:
                assert change.before is not None
                del self.agents[change.before.number]
            elif isinstance(change, AgentChanged) and change.after is not None:
                self.agents[change.after.number] = change.after

    def forget(self, floor: Floor, changes: Sequence[Change]) -> None:
        changed = {change.after.id for change in changes if isinstance(change, CallChanged)}
        for call in tuple(self.calls.values()):
            if call.id not in changed and told_out(floor, call, floor.now):
                del self.calls[call.id]


def promised(floor: Floor) -> None:
    for call in floor.calls.values():
        promised_of_call(call)
        assert all(floor.legs[leg] == call.id for leg in call.legs)
    assert set(floor.legs.values()) <= set(floor.calls)
    for agent in floor.agents.values():
        assert floor.seats[agent.seat] == agent.number
        assert (agent.call is None) == (agent.state in ("ready", "paused"))
        assert agent.call is None or agent.call in floor.calls
    for queue in floor.queues.values():
        assert all(floor.calls[one.call].ended is None for one in queue.waiting)


def promised_of_call(call: Call) -> None:
    """An ended call has an exit and no legs but those who still talk of it; a leg is in one place; no time is negative."""
    assert (call.ended is None) == (call.exit is None)
    if call.ended is not None:
        assert {one.kind for one in call.open if one.left is None} <= {"wrapup", "consult", "ring", "queue"}
    if call.complete:
        assert all(leg.ended is not None for leg in call.legs.values())
    for one in call.segments:
        assert (one.ended is None) == (one.reason is None)
        assert one.ended is None or one.ended >= one.began
    assert [one.n for one in call.segments] == list(range(1, len(call.segments) + 1))
    places = [(one.leg, one.kind) for one in call.open]
    assert len(places) == len(set(places))
    assert sum(kind in HAS_CUSTOMER for _, kind in places) == len({leg for leg, kind in places if kind in HAS_CUSTOMER})


def check(events: Sequence[ev.Event]) -> Floor:
    floor, picture = Floor(), Picture()
    for event in events:
        floor, changes = advance(floor, event)
        picture.take(changes)
        if isinstance(event, ev.Tick):
            picture.forget(floor, changes)
        assert (picture.agents, picture.queues, picture.link) == (floor.agents, floor.queues, floor.link)
        assert picture.calls == floor.calls
        promised(floor)
    return floor


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(EVERYTHING), max_size=60))
def test_any_events_in_any_order(events: list[ev.Event]) -> None:
    check(events)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(tell.STORIES)), st.data())
def test_any_prefix_then_a_snapshot_with_nobody(name: str, data: st.DataObject) -> None:
    story = tell.STORIES[name]
    prefix = story[: data.draw(st.integers(0, len(story)))]
    floor = check([*prefix, seen(200_000), ev.Tick(T + 300_000), ev.Tick(T + 400_000)])
    assert (floor.calls, floor.legs, floor.loose) == ({}, {}, {})


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(tell.STORIES)), st.data())
def test_repetition_is_harmless(name: str, data: st.DataObject) -> None:
    story = tell.STORIES[name]
    repeated: list[ev.Event] = []
    for event in story:
        repeated += [event] * data.draw(st.integers(1, 3))
    assert check(repeated).calls == check(story).calls


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(tell.STORIES)), st.data())
def test_neighbours_may_change_places(name: str, data: st.DataObject) -> None:
    """Only the order within one leg is promised: what is told within two milliseconds may come in any order."""
    story = list(tell.STORIES[name])
    for n in range(len(story) - 1):
        one, other = story[n], story[n + 1]
        if other.at - one.at <= 2 and getattr(one, "leg", None) != getattr(other, "leg", None) and data.draw(st.booleans()):
            story[n], story[n + 1] = other, one
    check(story)
