"""The floor beside Asterisk's own picture: what differs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from callcenter.floor.call import Leg
from callcenter.floor.events import SeenLeg, Snapshot
from callcenter.floor.floor import Floor
from callcenter.floor.legs import IGNORED
from callcenter.live.members import paused

THERE, GONE = "there", "not there"
ANSWERED, UNANSWERED = "answered", "not answered"
NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing of which the floor says `ours` and Asterisk says `theirs`.

    `what` is leg, answer, bridge, waiting (`where` is the leg), member (queue/seat) or seat (its phone's state); `call` where there is one.
    """

    what: str
    where: str
    ours: str
    theirs: str
    call: str | None = None


def differences(floor: Floor, seen: Snapshot) -> tuple[Difference, ...]:
    """Everything that differs, in flight or not: what happens between the question and the answer does for a moment."""
    return (*_legs(floor, seen), *_waiting(floor, seen), *_members(floor, seen), *_seats(floor, seen))


def _legs(floor: Floor, seen: Snapshot) -> Iterator[Difference]:
    theirs = {leg.leg: leg for leg in seen.legs if leg.context not in floor.rules.ignored_contexts}
    ours = _live_legs(floor)
    for id in ours.keys() - theirs.keys():
        if ours[id].role != IGNORED:
            yield Difference("leg", id, THERE, GONE, floor.legs.get(id))
    for call in floor.calls.values():
        if not call.legs and call.ended is None:
            # Placed, and its first leg is still to come: a picture among the events would end it.
            yield Difference("leg", call.id, THERE, GONE, call.id)
    for id, leg in theirs.items():
        known = ours.get(id)
        if known is None:
            yield Difference("leg", id, GONE, THERE, leg.call)
        elif known.role != IGNORED:
            yield from _leg(known, leg, floor.legs.get(id))


def _live_legs(floor: Floor) -> dict[str, Leg]:
    of_calls = (leg for call in floor.calls.values() for leg in call.legs.values())
    return {leg.id: leg for leg in (*of_calls, *floor.loose.values()) if leg.ended is None}


def _leg(ours: Leg, theirs: SeenLeg, call: str | None) -> Iterator[Difference]:
    if theirs.up and ours.answered is None:
        yield Difference("answer", ours.id, UNANSWERED, ANSWERED, call)
    if ours.bridge != theirs.bridge:
        yield Difference("bridge", ours.id, ours.bridge or NOWHERE, theirs.bridge or NOWHERE, call)


def _waiting(floor: Floor, seen: Snapshot) -> Iterator[Difference]:
    told = (one for call in floor.calls.values() for one in call.open if one.kind == "queue" and one.left is None)
    ours = {one.leg: one.queue or NOWHERE for one in told}
    ours |= {one.leg: queue.name for queue in floor.queues.values() for one in queue.waiting}
    theirs = {one.leg: one.queue for one in seen.waiting}
    yield from _each("waiting", ours, theirs, NOWHERE, floor.legs)


def _members(floor: Floor, seen: Snapshot) -> Iterator[Difference]:
    """What the floor shows of Asterisk's members, and beside it whom the signed-in agents make members."""
    theirs = {f"{one.queue}/{one.seat}": _said(one.paused) for one in seen.members}
    shown = {f"{queue.name}/{seat}": _said(seat in queue.paused) for queue in floor.queues.values() for seat in queue.members}
    wanted = {f"{queue}/{agent.seat}": _said(paused(floor, agent)) for agent in floor.agents.values() for queue in agent.queues}
    found = {one.where: one for one in (*_each("member", wanted, theirs, GONE), *_each("member", shown, theirs, GONE))}
    yield from found.values()


def _said(is_paused: bool) -> str:
    return "paused" if is_paused else THERE


def _seats(floor: Floor, seen: Snapshot) -> Iterator[Difference]:
    yield from _each("seat", floor.devices, dict(seen.seats), "unknown")


def _each(
    what: str, ours: Mapping[str, str], theirs: Mapping[str, str], missing: str, calls: Mapping[str, str] | None = None
) -> Iterator[Difference]:
    for where in sorted(ours.keys() | theirs.keys()):
        a, b = ours.get(where, missing), theirs.get(where, missing)
        if a != b:
            yield Difference(what, where, a, b, (calls or {}).get(where))
