"""The whole picture of the floor as one frozen value, and the small steps from one picture to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any, TypeVar

from callcenter.floor.agent import Agent
from callcenter.floor.call import Call, Leg
from callcenter.floor.queue import Queue, Waiting
from callcenter.floor.replacing import replace, same
from callcenter.floor.values import dataclass

HAS_CUSTOMER = frozenset({"talk", "hold", "conference"})
"""What a leg is in whose customer is there or waits for it."""

MAPS = frozenset({"calls", "legs", "loose", "agents", "seats", "devices", "queues", "parts", "due"})


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
    due: Mapping[str, int] = field(default_factory=dict, compare=False)  # call -> when something of it can first be over by the clock
    rules: Rules = field(default_factory=Rules)


T = TypeVar("T")


class Drafted(dict[str, T]):
    """A map that is changed in place. `before` has what the event being folded has replaced or taken out; None where nothing was.

    `touched` is the draft's list of the maps in which the event has done so.
    """

    __slots__ = ("before", "touched")

    def __init__(self, whole: Mapping[str, T], touched: list[Drafted[Any]]) -> None:
        super().__init__(whole)
        self.before: dict[str, T | None] = {}
        self.touched = touched

    def put(self, key: str, value: T) -> None:
        if key not in self.before:
            self._keep(key)
        self[key] = value

    def drop(self, key: str) -> None:
        if key not in self.before:
            self._keep(key)
        del self[key]

    def replaced(self) -> list[tuple[T | None, T | None]]:
        """Before and after of what is something else now."""
        return [(old, new) for key, old in self.before.items() if old is not (new := self.get(key))]

    def undo(self) -> None:
        for key, value in self.before.items():
            if value is None:
                self.pop(key, None)
            else:
                self[key] = value

    def _keep(self, key: str) -> None:
        if not self.before:
            self.touched.append(self)
        self.before[key] = self.get(key)


class Draft(Floor):
    """The floor while events are folded: each step changes it in place, and gives it back, so that steps are written one after another.

    What one event has done can be undone until the next begins. Nobody but the fold ever has a draft.
    """

    if TYPE_CHECKING:
        now: int
        link: str
        calls: Drafted[Call]
        legs: Drafted[str]
        loose: Drafted[Leg]
        agents: Drafted[Agent]
        seats: Drafted[str]
        devices: Drafted[str]
        queues: Drafted[Queue]
        parts: Drafted[tuple[str, ...]]
        due: Drafted[int]

    touched: list[Drafted[Any]]

    def __init__(self, floor: Floor) -> None:
        touched = list[Drafted[Any]]()
        maps = {name: Drafted(value, touched) for name, value in vars(floor).items() if name in MAPS}
        vars(self).update({**vars(floor), **maps}, touched=touched)

    def finished(self) -> Floor:
        """The floor as it is now. The draft is used up."""
        self.begin()
        return Floor(**{name: value for name, value in vars(self).items() if name != "touched"})

    def set(self, **fields: int | str) -> None:
        vars(self).update(fields)

    def begin(self) -> bool:
        """What was done so far stays; tells whether any was."""
        done = bool(self.touched)
        for one in self.touched:
            one.before.clear()
        self.touched.clear()
        return done

    def undo(self) -> None:
        """Take back what was done since `begin`."""
        for one in self.touched:
            one.undo()
        self.begin()


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
    """The call whose customer somebody at this seat has: talks to, or has on hold. Of two the one whom he let wait last."""
    agent = floor.agents.get(floor.seats.get(seat, ""))
    if agent is not None and agent.state != "talking":
        return None
    calls = calls_with(floor, seat)
    if agent is not None and agent.call is not None:
        calls = [floor.calls[agent.call], *calls]
    had = [(call, since) for call in calls if (since := _talked_on_at(call, seat)) is not None]
    return max(had, key=lambda one: one[1])[0] if had else None


def _talked_on_at(call: Call, seat: str) -> int | None:
    """Since when (ms) he has his customer on hold, 0 when he talks to him; None: it is not his customer."""
    mine = {leg.id for leg in call.legs.values() if leg.role == "agent" and leg.seat == seat and leg.ended is None}
    with_him = [one for one in call.segments if one.ended is None and one.leg in mine and one.kind in HAS_CUSTOMER]
    return max((one.began if one.kind == "hold" else 0 for one in with_him), default=None)


def calls_with(floor: Floor, *names: str) -> list[Call]:
    """The calls in which an agent (his number) or a seat had part: a busy floor has too many to look at all of them."""
    ids = dict.fromkeys(id for name in names for id in floor.parts.get(name, ()))
    return [floor.calls[id] for id in ids]


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


def with_call(draft: Draft, call: Call) -> Draft:
    before = draft.calls.get(call.id)
    if before is not call:
        draft.calls.put(call.id, call)
        if before is None or before.segments is not call.segments or len(before.legs) != len(call.legs) or before.ended != call.ended:
            _note_parts(draft, call)
            _note_time(draft, call)
    return draft


def _note_parts(draft: Draft, call: Call) -> None:
    """Note who had part in it. Nobody's part in a call ends before the call leaves the floor."""
    for name in (*[one.who for one in call.segments], *[leg.seat for leg in call.legs.values()]):
        if name and call.id not in (had := draft.parts.get(name, ())):
            draft.parts.put(name, (*had, call.id))


def _note_time(draft: Draft, call: Call) -> None:
    """Note when something of the call can first be over by the clock alone."""
    due = _due(call, draft.rules)
    if due != draft.due.get(call.id):
        if due is None:
            draft.due.drop(call.id)
        else:
            draft.due.put(call.id, due)


def _due(call: Call, rules: Rules) -> int | None:
    going_on = call.open
    if going_on:
        times = [one.began + rules.wrapup_ms if one.kind == "wrapup" else one.left for one in going_on]
        return min([at for at in times if at is not None], default=None)
    if call.ended is not None:
        return call.ended + rules.linger_ms
    return None if call.legs else call.began + rules.placing_ms


def without_calls(draft: Draft, calls: Iterable[str]) -> Draft:
    gone = frozenset(calls)
    for id in gone:
        for leg in _legs_of(draft, draft.calls[id]):
            draft.legs.drop(leg)
        draft.calls.drop(id)
        if id in draft.due:
            draft.due.drop(id)
    for name, had in [(name, had) for name, had in draft.parts.items() if not gone.isdisjoint(had)] if gone else ():
        draft.parts.drop(name)
        if left := tuple(id for id in had if id not in gone):
            draft.parts.put(name, left)
    return draft


def _legs_of(floor: Floor, call: Call) -> list[str]:
    """Which legs belong to the call: a call that we placed may have been promised one that never appeared."""
    if call.direction == "inbound":
        return [leg for leg in call.legs if floor.legs.get(leg) == call.id]
    return [leg for leg, of in floor.legs.items() if of == call.id]


def with_leg(call: Call, leg: Leg) -> Call:
    if same(call.legs.get(leg.id), leg):
        return call
    return replace(call, legs={**call.legs, leg.id: leg})


def owned(draft: Draft, leg: str, call: str) -> Draft:
    """The leg belongs to the call from now on."""
    if leg in draft.loose:
        draft.loose.drop(leg)
    if draft.legs.get(leg) != call:
        draft.legs.put(leg, call)
    return draft


def with_loose(draft: Draft, leg: Leg) -> Draft:
    draft.loose.put(leg.id, leg)
    return draft


def without_loose(draft: Draft, leg: str) -> Draft:
    draft.loose.drop(leg)
    return draft


def with_agent(draft: Draft, agent: Agent) -> Draft:
    if not same(draft.agents.get(agent.number), agent):
        draft.agents.put(agent.number, agent)
    return draft


def with_queue(draft: Draft, queue: Queue) -> Draft:
    if not same(draft.queues.get(queue.name), queue):
        draft.queues.put(queue.name, queue)
    return draft


def queue_of(floor: Floor, name: str) -> Queue:
    return floor.queues.get(name) or Queue(name)


def waits(draft: Draft, queue: str, waiting: Waiting) -> Draft:
    now = queue_of(draft, queue)
    if any(one.leg == waiting.leg for one in now.waiting):
        return draft
    return with_queue(draft, replace(now, waiting=(*now.waiting, waiting)))


def waits_no_more(draft: Draft, leg: str) -> Draft:
    for queue in draft.queues.values():
        rest = tuple([one for one in queue.waiting if one.leg != leg])
        if len(rest) < len(queue.waiting):
            with_queue(draft, replace(queue, waiting=rest))
    return draft


def seat_of(name: str) -> str:
    """`1001` of the channel name `PJSIP/1001-0000002a`."""
    tech_name = name.rpartition("-")[0] or name
    return tech_name.partition("/")[2] or tech_name


def is_seat(floor: Floor, seat: str) -> bool:
    return seat in floor.seats or seat in floor.devices


def who_at(floor: Floor, seat: str) -> str:
    """The number of the agent who sits there, else the seat."""
    return floor.seats.get(seat, seat)
