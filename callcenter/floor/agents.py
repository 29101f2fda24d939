"""Agents' states: what they asked for, and what their calls make of it."""

from __future__ import annotations

from callcenter.floor import events as ev
from callcenter.floor.agent import Agent
from callcenter.floor.call import Call, Leg, Segment
from callcenter.floor.picture import DoesNotFit, Draft, Floor, calls_with, known_call, with_agent, with_call
from callcenter.floor.replacing import replace
from callcenter.floor.segments import TALKING, end
from callcenter.floor.together import customer_of
from callcenter.floor.values import dataclass

AWAY = frozenset({"UNAVAILABLE", "INVALID", "UNKNOWN"})
"""Device states of a seat whose phone is not registered."""


TOP = 3
"""The rank of who talks: nothing goes before it."""


@dataclass(frozen=True, slots=True)
class Activity:
    """What an agent does in one call. `rank`: the highest one decides when there are several."""

    rank: int
    state: str
    call: str
    leg: str
    began: int


def reachable(floor: Floor, seat: str) -> bool:
    return floor.devices.get(seat, "UNKNOWN") not in AWAY


def signed_in(floor: Draft, event: ev.AgentSignedIn) -> Draft:
    there = floor.agents.get(event.agent)
    if floor.seats.get(event.seat, event.agent) != event.agent:
        raise DoesNotFit(f"at seat {event.seat} sits {floor.seats[event.seat]}")
    if there is not None and there.seat == event.seat:
        return with_agent(floor, replace(there, name=event.name, queues=event.queues, user=event.user, phone=event.phone))
    agent = Agent(
        number=event.agent,
        name=event.name,
        user=event.user,
        seat=event.seat,
        queues=event.queues,
        state="paused",
        since=event.at,
        reachable=reachable(floor, event.seat),
        phone=event.phone,
    )
    if there is not None:
        floor.seats.drop(there.seat)
    floor.seats.put(event.seat, event.agent)
    return with_agent(floor, _doing(floor, agent, _busiest(floor, agent), event.at))


def signed_out(floor: Draft, event: ev.AgentSignedOut) -> Draft:
    agent = floor.agents.get(event.agent)
    if agent is None:
        return floor
    for call in tuple(floor.calls.values()):
        floor = with_call(floor, end(call, lambda one: one.kind == "wrapup" and one.who == event.agent, event.at, "timed_out"))
    floor.agents.drop(agent.number)
    floor.seats.drop(agent.seat)
    return floor


def uses_phone(floor: Draft, event: ev.AgentUsesPhone) -> Draft:
    agent = floor.agents.get(event.agent)
    if agent is None:
        raise DoesNotFit(f"agent {event.agent} is not signed in")
    return with_agent(floor, replace(agent, phone=event.phone))


def wants(floor: Draft, event: ev.AgentWants) -> Draft:
    agent = floor.agents.get(event.agent)
    if agent is None:
        raise DoesNotFit(f"agent {event.agent} is not signed in")
    if (agent.wants_ready, agent.reason) == (event.ready, event.reason):
        return floor
    asked = replace(agent, wants_ready=event.ready, reason=event.reason)
    if agent.call is None:
        asked = replace(asked, state="ready" if event.ready else "paused", since=event.at)
    return with_agent(floor, asked)


def wrapup_saved(floor: Draft, event: ev.WrapUpSaved) -> Draft:
    call = known_call(floor, event.call)
    return with_call(floor, end(call, lambda one: one.kind == "wrapup" and one.who == event.agent, event.at, "saved"))


def seat_changed(floor: Draft, event: ev.SeatChanged) -> Draft:
    if floor.devices.get(event.seat) == event.state:
        return floor
    floor.devices.put(event.seat, event.state)
    agent = floor.agents.get(floor.seats.get(event.seat, ""))
    return floor if agent is None else with_agent(floor, replace(agent, reachable=reachable(floor, event.seat)))


def settle(floor: Draft, at: int) -> None:
    """Every agent who is or was in one of the calls that the event replaced has the state that his calls give him."""
    for id, old in floor.calls.before.items():
        call = floor.calls.get(id)
        if call is None or (old is not None and not _matters(old, call)):
            continue
        for number in _people(floor, call) | (_people(floor, old) if old is not None else set()):
            agent = floor.agents.get(number)
            if agent is not None:
                with_agent(floor, _settled(floor, agent, call, at))


def _matters(old: Call, call: Call) -> bool:
    """Whether the change can be one of what somebody does: the legs of a caller's call alone make no activity."""
    return old.segments is not call.segments or (call.direction != "inbound" and old is not call)


def _people(floor: Floor, call: Call) -> set[str]:
    people = {one.who for one in call.segments if one.who is not None}
    if call.direction != "internal":
        return people
    # Who called a colleague has no segment of his own.
    return people | {floor.seats.get(leg.seat, leg.seat) for leg in call.legs.values() if leg.seat is not None}


def _settled(floor: Floor, agent: Agent, call: Call, at: int) -> Agent:
    mine = activity(call, agent)
    if agent.call not in (None, call.id) and agent.call in floor.calls:
        other = activity(floor.calls[agent.call], agent)
        if other is not None and (mine is None or mine.rank <= other.rank):
            return agent
    if mine is None and agent.call is None:
        return agent
    # What he did in this call gives way to what he still does in another: he wraps up while a second customer of his talks on.
    busiest = None if mine is not None and mine.rank == TOP else _busiest(floor, agent)
    if busiest is not None and (mine is None or mine.rank < busiest.rank):
        mine = busiest
    return _doing(floor, agent, mine, at)


def _busiest(floor: Floor, agent: Agent) -> Activity | None:
    all_of_them = (one for one in (activity(call, agent) for call in calls_with(floor, agent.number, agent.seat)) if one is not None)
    return max(all_of_them, key=lambda one: one.rank, default=None)


def _doing(floor: Floor, agent: Agent, activity: Activity | None, at: int) -> Agent:
    if activity is None:
        state = "ready" if agent.wants_ready else "paused"
        since = agent.since if agent.state == state else at
        return replace(agent, state=state, since=since, call=None, leg=None, until=None)
    same = (agent.state, agent.call) == (activity.state, activity.call)
    until = activity.began + floor.rules.wrapup_ms if activity.state == "wrapup" else None
    return replace(agent, state=activity.state, since=agent.since if same else at, call=activity.call, leg=activity.leg, until=until)


def activity(call: Call, agent: Agent) -> Activity | None:
    """What the agent does in this call: talking before ringing before wrap-up; None when nothing."""
    best: Activity | None = None
    for one in call.segments:
        if one.ended is not None or one.who != agent.number:
            continue
        rank, state = (TOP, "talking") if one.kind in TALKING else (2, "ringing") if one.kind == "ring" else (1, "wrapup")
        if best is None or rank > best.rank:
            best = Activity(rank, state, call.id, one.leg, one.began)
    if best is not None and best.rank == TOP:
        return best
    waits = set_aside(call, agent.number)
    if waits is not None:
        return Activity(TOP, "talking", call.id, waits.leg, waits.began)
    dialling = _dialling(call, agent)
    return Activity(TOP, "talking", call.id, dialling.id, dialling.began) if dialling else best


def set_aside(call: Call, number: str) -> Segment | None:
    """The last consultation of one who was asked and waits, since who asked him is with the customer again."""
    mine = next((one for one in reversed(call.segments) if one.who == number and one.kind != "wrapup"), None)
    if mine is None or (mine.kind, mine.reason) != ("consult", "held"):
        return None
    leg = call.legs.get(mine.leg)
    return mine if leg is not None and leg.ended is None and leg.answered is not None else None


def _dialling(call: Call, agent: Agent) -> Leg | None:
    """The leg of an agent who has picked up and waits for the one he calls, or who called a colleague himself."""
    if call.direction == "inbound" or call.ended is not None:
        return None
    for leg in call.legs.values():
        mine = leg.role == "agent" and leg.seat == agent.seat and leg.ended is None
        if mine and call.direction == "internal" and leg is customer_of(call):
            return leg
        if mine and call.answered is None and leg.answered is not None:
            return leg
    return None
