"""What Asterisk's own record (CEL) proves of each call, counted by itself: not by the rules that make the floor. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from callcenter.telephony.cel import Line

NEVER = 1 << 62
"""A time that does not come (ms)."""

ALONE = "holding_bridge"
"""A bridge in which everybody hears music, as in a park: nobody there is with anybody."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A channel's time in a bridge (ms); `until` is NEVER while it goes on."""

    leg: str
    bridge: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Proof:
    """One call as CEL has it. Times are ms; None for what did not happen or goes on.

    `answered` is when its customer was first in a bridge with somebody; `talked` how long he was with each, added up: hold with the
    phone's own key is part of it, as CEL does not know it. `legs` are those that carry the call's mark.
    """

    call: str
    legs: frozenset[str]
    began: int
    ended: int | None
    answered: int | None
    talked: int


def proofs(lines: Sequence[Line]) -> dict[str, Proof]:
    """The calls whose first line is among `lines`, which are in order of time."""
    starts = [line for line in lines if line.event == "CHAN_START"]
    began = {line.leg: line.at for line in reversed(starts)}
    linked: dict[str, set[str]] = defaultdict(set)
    for line in starts:
        linked[line.linked].add(line.leg)
    ended = {line.leg: line.at for line in lines if line.event == "HANGUP"}
    of_leg: dict[str, list[Stay]] = defaultdict(list)
    in_bridge: dict[str, list[Stay]] = defaultdict(list)
    for stay in _stays(lines):
        of_leg[stay.leg].append(stay)
        in_bridge[stay.bridge].append(stay)
    found: dict[str, Proof] = {}
    for call, legs in _marked(lines).items():
        if not legs <= began.keys():
            continue
        customers = _customers(call, legs, linked, began)
        stays = [stay for leg in customers for stay in of_leg[leg]]
        spans = [span for stay in stays for span in _together(stay, in_bridge[stay.bridge], customers)]
        gone = [ended.get(leg) for leg in ({call} if call in legs else legs)]
        found[call] = Proof(
            call,
            frozenset(legs),
            began=min(began[leg] for leg in legs),
            ended=None if None in gone else max(at for at in gone if at is not None),
            answered=min((since for since, _ in spans), default=None),
            talked=sum(until - since for since, until in spans if until != NEVER),
        )
    return found


def legs_of(lines: Iterable[Line]) -> frozenset[str]:
    """Every channel that is told of."""
    return frozenset(line.leg for line in lines)


def _marked(lines: Iterable[Line]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if line.account:
            found[line.account].add(line.leg)
    return found


def _customers(call: str, legs: Iterable[str], linked: Mapping[str, set[str]], began: Mapping[str, int]) -> frozenset[str]:
    """A caller's own leg bears the call's name; of a call that we placed it is whoever was dialled after the seat."""
    if call in legs:
        return frozenset({call})
    first = min(legs, key=lambda leg: began[leg])
    return frozenset(linked.get(first, set()) - {first})


def _stays(lines: Iterable[Line]) -> Iterator[Stay]:
    inside: dict[tuple[str, str], int] = {}
    for line in lines:
        if line.event == "BRIDGE_ENTER" and line.told("bridge_technology") != ALONE:
            inside.setdefault((line.leg, line.told("bridge_id")), line.at)
        elif line.event == "BRIDGE_EXIT" and (place := (line.leg, line.told("bridge_id"))) in inside:
            yield Stay(*place, inside.pop(place), line.at)
        elif line.event == "HANGUP":
            for left in [one for one in inside if one[0] == line.leg]:
                yield Stay(*left, inside.pop(left), line.at)
    for (leg, bridge), since in inside.items():
        yield Stay(leg, bridge, since, NEVER)


def _together(one: Stay, others: Iterable[Stay], customers: frozenset[str]) -> Iterator[tuple[int, int]]:
    for other in others:
        since, until = max(one.since, other.since), min(one.until, other.until)
        if other.leg not in customers and since < until:
            yield since, until
