"""The whole picture of the floor as one frozen value, and the small steps from one picture to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from callcenter.floor.agent import Agent
from callcenter.floor.call import Call, Leg
from callcenter.floor.queue import Queue, Waiting
from callcenter.floor.replacing import replace

HAS_CUSTOMER = frozenset({"talk", "hold", "conference"})
"""What a leg is in whose customer is there or waits for it."""


class DoesNotFit(Exception):
    """An event that contradicts the picture; its text says why."""


@dataclass(frozen=True)
class Rules:
    """What the fold must know of the site. Durations are milliseconds.

    `entry_contexts`: where calls from outside arrive. `ignored_contexts`: channels there belong to no call of ours.
    `linger_ms`: how long an ended call stays for what is told late of it. `placing_ms`: how long a placed call may be without any leg.
    """

    wrapup_ms: int = 60_000
    entry_contexts: frozenset[str] = frozenset({"cc-in"})
    ignored_contexts: frozenset[str] = frozenset({"cc-demo-callee"})
    linger_ms: int = 5_000
    placing_ms: int = 10_000


@dataclass(frozen=True)
class Floor:
    """`calls` holds an ended call until its legs are gone, its wrap-ups are over and `linger_ms` passed: look at `Call.ended`."""

    now: int = 0
    link: str = "connecting"
    calls: Mapping[str, Call] = field(default_factory=dict)  # by id
    legs: Mapping[str, str] = field(default_factory=dict)  # leg -> call id
    loose: Mapping[str, Leg] = field(default_factory=dict)  # legs that belong to no call yet
    agents: Mapping[str, Agent] = field(default_factory=dict)  # signed in, by number
    seats: Mapping[str, str] = field(default_factory=dict)  # seat -> number of the agent who sits there
    devices: Mapping[str, str] = field(default_factory=dict)  # seat -> device state
    queues: Mapping[str, Queue] = field(default_factory=dict)
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)  # agent or seat -> the calls in which they had part
    rules: Rules = field(default_factory=Rules)
    touched: tuple[str, ...] = field(default=(), compare=False)  # the calls that the event being folded has replaced
    moved: tuple[str, ...] = field(default=(), compare=False)  # the agents whom it has replaced


def known_call(floor: Floor, call: str) -> Call:
    """Raise DoesNotFit when there is no such call."""
    found = floor.calls.get(call)
    if found is None:
        raise DoesNotFit(f"no call {call}")
    return found


def call_of(floor: Floor, leg: str) -> Call | None:
    """The call a leg belongs to; None for a leg that is known but belongs to none. Raise DoesNotFit for an unknown leg."""
    call = floor.legs.get(leg)
    if call is not None:
        return known_call(floor, call)
    if leg in floor.loose:
        return None
    raise DoesNotFit(f"no leg {leg}")


def marked_call(floor: Floor, mark: str | None) -> Call | None:
    """The call of a mark. A telephone that dials by itself marks its own: as a consultation it belongs to another call."""
    if mark is None:
        return None
    return floor.calls.get(mark) or floor.calls.get(floor.legs.get(mark, ""))


def talked_on_at(floor: Floor, seat: str) -> Call | None:
    """The call whose customer somebody at this seat has: talks to, or has on hold."""
    agent = floor.agents.get(floor.seats.get(seat, ""))
    if agent is not None and agent.state != "talking":
        return None
    calls = calls_with(floor, seat)
    if agent is not None and agent.call is not None:
        calls = [floor.calls[agent.call], *calls]
    return next((call for call in calls if _is_talked_on_at(call, seat)), None)


def _is_talked_on_at(call: Call, seat: str) -> bool:
    mine = {leg.id for leg in call.legs.values() if leg.role == "agent" and leg.seat == seat and leg.ended is None}
    return bool(mine) and any(one.ended is None and one.leg in mine and one.kind in HAS_CUSTOMER for one in call.segments)


def calls_with(floor: Floor, *names: str) -> list[Call]:
    """The calls in which an agent (his number) or a seat had part, and those that the event being folded has replaced: a busy floor has
    too many to look at all of them."""
    ids = dict.fromkeys([id for name in names for id in floor.parts.get(name, ())] + list(floor.touched))
    return [floor.calls[id] for id in ids if id in floor.calls]


def with_parts(before: Mapping[str, Call], floor: Floor, replaced: Iterable[str]) -> Floor:
    """Note who had part in the replaced calls. Nobody's part in a call ends before the call leaves the floor."""
    parts = dict[str, tuple[str, ...]]()
    for id in replaced:
        old, call = before.get(id), floor.calls.get(id)
        if call is not None and (old is None or old.segments is not call.segments or len(old.legs) != len(call.legs)):
            names = {one.who for one in call.segments} | {leg.seat for leg in call.legs.values()}
            parts |= {name: (*had, id) for name in names if name and id not in (had := floor.parts.get(name, ()))}
    return replace(floor, parts={**floor.parts, **parts}) if parts else floor


def own_leg(call: Call, leg: str) -> Leg:
    """Raise DoesNotFit for a leg that was promised to the call but has not appeared."""
    found = call.legs.get(leg)
    if found is None:
        raise DoesNotFit(f"leg {leg} has not appeared")
    return found


def live_leg(call: Call, leg: str) -> Leg:
    """Raise DoesNotFit for a leg that is gone."""
    found = own_leg(call, leg)
    if found.ended is not None:
        raise DoesNotFit(f"leg {leg} is gone")
    return found


def with_call(floor: Floor, call: Call) -> Floor:
    if floor.calls.get(call.id) is call:
        return floor
    return replace(floor, calls={**floor.calls, call.id: call}, touched=(*floor.touched, call.id))


def without_calls(floor: Floor, calls: Iterable[str]) -> Floor:
    gone = frozenset(calls)
    if not gone:
        return floor
    return replace(
        floor,
        calls={id: call for id, call in floor.calls.items() if id not in gone},
        legs={leg: call for leg, call in floor.legs.items() if call not in gone},
        parts={name: left for name, had in floor.parts.items() if (left := tuple(id for id in had if id not in gone))},
    )


def with_leg(call: Call, leg: Leg) -> Call:
    if call.legs.get(leg.id) is leg:
        return call
    return replace(call, legs={**call.legs, leg.id: leg})


def owned(floor: Floor, leg: str, call: str) -> Floor:
    """The leg belongs to the call from now on."""
    loose = {id: one for id, one in floor.loose.items() if id != leg} if leg in floor.loose else floor.loose
    legs = floor.legs if floor.legs.get(leg) == call else {**floor.legs, leg: call}
    return replace(floor, loose=loose, legs=legs)


def with_loose(floor: Floor, leg: Leg) -> Floor:
    return replace(floor, loose={**floor.loose, leg.id: leg})


def without_loose(floor: Floor, leg: str) -> Floor:
    return replace(floor, loose={id: one for id, one in floor.loose.items() if id != leg})


def with_agent(floor: Floor, agent: Agent) -> Floor:
    if floor.agents.get(agent.number) == agent:
        return floor
    return replace(floor, agents={**floor.agents, agent.number: agent}, moved=(*floor.moved, agent.number))


def with_queue(floor: Floor, queue: Queue) -> Floor:
    if floor.queues.get(queue.name) == queue:
        return floor
    return replace(floor, queues={**floor.queues, queue.name: queue})


def queue_of(floor: Floor, name: str) -> Queue:
    return floor.queues.get(name) or Queue(name)


def waits(floor: Floor, queue: str, waiting: Waiting) -> Floor:
    now = queue_of(floor, queue)
    if any(one.leg == waiting.leg for one in now.waiting):
        return floor
    return with_queue(floor, replace(now, waiting=(*now.waiting, waiting)))


def waits_no_more(floor: Floor, leg: str) -> Floor:
    for queue in floor.queues.values():
        if any(one.leg == leg for one in queue.waiting):
            floor = with_queue(floor, replace(queue, waiting=tuple(one for one in queue.waiting if one.leg != leg)))
    return floor


def seat_of(name: str) -> str:
    """`1001` of the channel name `PJSIP/1001-0000002a`."""
    tech_name = name.rpartition("-")[0] or name
    return tech_name.partition("/")[2] or tech_name


def is_seat(floor: Floor, seat: str) -> bool:
    return seat in floor.seats or seat in floor.devices


def who_at(floor: Floor, seat: str) -> str:
    """The number of the agent who sits there, else the seat."""
    return floor.seats.get(seat, seat)
