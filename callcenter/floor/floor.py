"""The one function that replaces the picture: `advance`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from callcenter.floor import agents, bridges, clock, flows, legs, offers, placed, queues, snapshot, transfers
from callcenter.floor import events as ev
from callcenter.floor.agent import Agent
from callcenter.floor.call import Call
from callcenter.floor.changes import AgentChanged, CallChanged, Change, LinkMoved, Misfit, QueueChanged
from callcenter.floor.picture import DoesNotFit, Floor, Rules, with_parts
from callcenter.floor.queue import Queue
from callcenter.floor.replacing import replace

__all__ = ["Floor", "Rules", "advance", "restore"]

Handler = Callable[[Floor, Any], Floor]

HANDLERS: Mapping[type[ev.Event], Handler] = {
    ev.LegAppeared: legs.appeared,
    ev.LegMarked: legs.marked,
    ev.LegRinging: legs.ringing,
    ev.LegUp: legs.up,
    ev.LegHangingUp: legs.hanging_up,
    ev.LegGone: legs.gone,
    ev.DialBegan: legs.dial_began,
    ev.DialEnded: legs.dial_ended,
    ev.PickedUp: legs.picked_up,
    ev.HandedOver: transfers.handed_over,
    ev.Parked: transfers.parked,
    ev.Unparked: transfers.unparked,
    ev.BridgeEntered: bridges.bridge_entered,
    ev.BridgeLeft: bridges.bridge_left,
    ev.RecordingBegan: bridges.recording_began,
    ev.HoldBegan: bridges.hold_began,
    ev.HoldEnded: bridges.hold_ended,
    ev.KeyPressed: flows.key_pressed,
    ev.FlowBegan: flows.flow_began,
    ev.FlowEnded: flows.flow_ended,
    ev.QueueJoined: queues.joined,
    ev.QueueLeft: queues.left,
    ev.QueueAbandoned: queues.abandoned,
    ev.QueueOutcome: queues.outcome,
    ev.OfferBegan: offers.offer_began,
    ev.OfferFailed: offers.offer_failed,
    ev.OfferTaken: offers.offer_taken,
    ev.MemberChanged: queues.member_changed,
    ev.SeatChanged: agents.seat_changed,
    ev.CallPlaced: placed.call_placed,
    ev.CallFailed: placed.call_failed,
    ev.CallerKnown: flows.caller_known,
    ev.StepEntered: flows.step_entered,
    ev.StepLeft: flows.step_left,
    ev.FlowDone: flows.flow_done,
    ev.AgentSignedIn: agents.signed_in,
    ev.AgentSignedOut: agents.signed_out,
    ev.AgentWants: agents.wants,
    ev.WrapUpSaved: agents.wrapup_saved,
    ev.LinkChanged: clock.link_changed,
    ev.Tick: clock.tick,
    ev.Snapshot: snapshot.reconcile,
}


def advance(floor: Floor, event: ev.Event) -> tuple[Floor, list[Change]]:
    """The floor after the event, and what changed. An event that contradicts the floor changes nothing and is told as a Misfit."""
    try:
        after = HANDLERS[type(event)](floor, event)
    except DoesNotFit as why:
        return floor, [Misfit(event.at, event, str(why))]
    if after is floor:
        return floor, []
    touched = dict.fromkeys(after.touched)
    after = with_parts(floor.calls, after, touched)
    after = agents.settle(floor.calls, after, touched, event.at)
    moved = dict.fromkeys(after.moved)
    if touched or moved:
        after = replace(after, touched=(), moved=())
    return after, _changes(floor, after, touched, moved, event.at)


T = TypeVar("T", Agent, Call, Queue)


def _changes(before: Floor, after: Floor, touched: Iterable[str], moved: Iterable[str], at: int) -> list[Change]:
    told: list[Change] = []
    if after.link != before.link:
        told.append(LinkMoved(at, before.link, after.link))
    if touched:
        told += [CallChanged(at, old, new) for old, new in _replaced(before.calls, after.calls, touched) if new is not None]
    if moved:
        told += [AgentChanged(at, old, new) for old, new in _replaced(before.agents, after.agents, moved)]
    if after.queues is not before.queues:
        told += [QueueChanged(at, old, new) for old, new in _replaced(before.queues, after.queues, after.queues) if new is not None]
    return told


def _replaced(before: Mapping[str, T], after: Mapping[str, T], keys: Iterable[str]) -> list[tuple[T | None, T | None]]:
    pairs = [(before.get(key), after.get(key)) for key in keys]
    return [(old, new) for old, new in pairs if old is not new and old != new]


def restore(floor: Floor, calls: Iterable[Call], seated: Iterable[Agent] = ()) -> Floor:
    """The floor at a start: the calls that were open when we stopped, and who sits where. A snapshot has to follow."""
    known = {call.id: call for call in calls}
    there = {agent.number: agent for agent in seated}
    floor = replace(
        floor,
        calls={**floor.calls, **known},
        legs={**floor.legs, **{leg: call.id for call in known.values() for leg in call.legs}},
        agents={**floor.agents, **there},
        seats={**floor.seats, **{agent.seat: agent.number for agent in there.values()}},
    )
    return replace(agents.settle({}, with_parts({}, floor, known), known, floor.now), moved=())
