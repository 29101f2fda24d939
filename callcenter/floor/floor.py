"""The one function that replaces the picture: `advance`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from callcenter.floor import agents, bridges, clock, flows, legs, offers, placed, queues, snapshot, transfers
from callcenter.floor import events as ev
from callcenter.floor.agent import Agent
from callcenter.floor.call import Call
from callcenter.floor.changes import AgentChanged, CallChanged, Change, LinkMoved, Misfit, QueueChanged
from callcenter.floor.picture import DoesNotFit, Draft, Floor, Rules, with_call

__all__ = ["Floor", "Rules", "advance", "advance_all", "restore"]

Handler = Callable[[Draft, Any], Draft]

HANDLERS: Mapping[type[ev.Event], Handler] = {
    ev.LegAppeared: legs.appeared,
    ev.LegMarked: legs.marked,
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
    ev.MemberChanged: queues.member_changed,
    ev.SeatChanged: agents.seat_changed,
    ev.CallPlaced: placed.call_placed,
    ev.CallFailed: placed.call_failed,
    ev.CallerKnown: flows.caller_known,
    ev.StepEntered: flows.step_entered,
    ev.StepTried: flows.step_tried,
    ev.StepLeft: flows.step_left,
    ev.FlowDone: flows.flow_done,
    ev.AgentSignedIn: agents.signed_in,
    ev.AgentSignedOut: agents.signed_out,
    ev.AgentUsesPhone: agents.uses_phone,
    ev.AgentWants: agents.wants,
    ev.WrapUpSaved: agents.wrapup_saved,
    ev.LinkChanged: clock.link_changed,
    ev.Tick: clock.tick,
    ev.Snapshot: snapshot.reconcile,
}


def advance(floor: Floor, event: ev.Event) -> tuple[Floor, list[Change]]:
    """The floor after the event, and what changed. An event that contradicts the floor changes nothing and is told as a Misfit."""
    return advance_all(floor, (event,))


def advance_all(floor: Floor, events: Iterable[ev.Event]) -> tuple[Floor, list[Change]]:
    """The floor after these events, one after the other, and what each has changed: the maps of a busy floor are copied once for all."""
    draft, changes, touched = Draft(floor), list[Change](), False
    for event in events:
        changes += _folded(draft, event)
        touched = draft.begin() or touched
    if touched or (draft.now, draft.link) != (floor.now, floor.link):
        floor = draft.finished()
    return floor, changes


def _folded(draft: Draft, event: ev.Event) -> list[Change]:
    link = draft.link
    try:
        HANDLERS[type(event)](draft, event)
    except DoesNotFit as why:
        draft.undo()
        return [Misfit(event.at, event, str(why))]
    changes: list[Change] = [LinkMoved(event.at, link, draft.link)] if draft.link != link else []
    if draft.calls.before:
        agents.settle(draft, event.at)
        changes += [CallChanged(event.at, old, new) for old, new in draft.calls.replaced() if new is not None]
    if draft.agents.before:
        changes += [AgentChanged(event.at, old, new) for old, new in draft.agents.replaced()]
    if draft.queues.before:
        changes += [QueueChanged(event.at, old, new) for old, new in draft.queues.replaced() if new is not None]
    return changes


def restore(floor: Floor, calls: Iterable[Call], seated: Iterable[Agent] = ()) -> Floor:
    """The floor at a start: the calls that were open when we stopped, and who sits where. A snapshot has to follow."""
    draft = Draft(floor)
    for agent in seated:
        draft.agents.put(agent.number, agent)
        draft.seats.put(agent.seat, agent.number)
    for call in calls:
        with_call(draft, call)
        for leg in call.legs:
            draft.legs.put(leg, call.id)
    agents.settle(draft, draft.now)
    return draft.finished()
