"""Another order in which Asterisk might have told the same: within one channel it holds, between channels it does not."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

from callcenter.floor import events as ev
from callcenter.floor.call import Call, Segment
from callcenter.floor.floor import Floor, Rules, advance

WINDOW_MS = 200
"""What is told of different channels within this time may be told the other way round."""

CLOSE_MS = 1_000

LEGS = frozenset({"leg", "to", "by", "instead", "seat", "queue", "call", "agent", "bridge_of"})

Told = tuple[ev.Event, ...]
"""What one message says: it stays together."""


@dataclass(frozen=True)
class Recorded:
    """A stream as what its messages said, one after the other, and the rules under which it was folded."""

    name: str
    told: tuple[Told, ...]
    rules: Rules = Rules()


def reordered(told: Sequence[Told], seed: int) -> list[ev.Event]:
    """Every message is delayed by up to WINDOW_MS, but never past a later one of a channel that it names. Stamps tell the new order."""
    chance = random.Random(seed)
    last: dict[str, int] = {}
    delayed: list[tuple[int, int, Told]] = []
    for n, message in enumerate(told):
        if not message:
            continue
        named = _named(message)
        at = message[0].at
        when = max([at + chance.randrange(WINDOW_MS) if at else at, *(last.get(one, 0) for one in named)])
        last.update(dict.fromkeys(named, when))
        delayed.append((when, n, message))
    return [replace(event, at=when) for when, _, message in sorted(delayed, key=lambda one: one[:2]) for event in message]


def _named(message: Told) -> set[str]:
    """The channels, seats and queues of a message. Our own facts keep the order in which we made them."""
    named: set[str] = set()
    for event in message:
        for one in fields(event):
            value = getattr(event, one.name)
            if one.name in LEGS and value:
                named.add(str(value))
            elif one.name == "legs" and isinstance(event, ev.HandedOver):
                named.update(event.legs)
        if isinstance(event, OWN):
            named.add("own")
    return named


OWN = (
    ev.CallPlaced,
    ev.CallFailed,
    ev.CallerKnown,
    ev.StepEntered,
    ev.StepLeft,
    ev.FlowDone,
    ev.AgentSignedIn,
    ev.AgentSignedOut,
    ev.AgentWants,
    ev.WrapUpSaved,
    ev.LinkChanged,
    ev.Tick,
    ev.Snapshot,
    ev.QueueOutcome,
)


def folded(events: Iterable[ev.Event], rules: Rules) -> dict[str, Call]:
    """Every call that was, each as it was last."""
    floor = Floor(rules=rules)
    seen: dict[str, Call] = {}
    for event in events:
        floor, _ = advance(floor, event)
        seen.update(floor.calls)
    return seen


def differences(one: dict[str, Call], other: dict[str, Call]) -> list[str]:
    """What is not the same but for a second: calls, exits, agents, segments."""
    told = [f"call {id} is there once" for id in one.keys() ^ other.keys()]
    for id in one.keys() & other.keys():
        told += [f"{id}: {name} {a} {b}" for name, a, b in _parts(one[id], other[id]) if a != b]
        told += _segments(one[id], other[id])
    return told


def _parts(one: Call, other: Call) -> Iterable[tuple[str, object, object]]:
    for name in ("exit", "direction", "number", "to", "agents", "queue", "hotline"):
        yield name, getattr(one, name), getattr(other, name)
    yield "recordings", {r.leg for r in one.recordings}, {r.leg for r in other.recordings}


def _segments(one: Call, other: Call) -> list[str]:
    left = list(other.segments)
    told = []
    for segment in one.segments:
        same = next((it for it in left if _is_same(segment, it)), None)
        if same is None:
            told.append(f"{one.id}: only here {segment}")
        else:
            left.remove(same)
    return told + [f"{one.id}: only there {segment}" for segment in left]


def _is_same(one: Segment, other: Segment) -> bool:
    words = (one.kind, one.who, one.queue, one.reason, one.leg) == (other.kind, other.who, other.queue, other.reason, other.leg)
    return words and _close(one.began, other.began) and _close(one.ended, other.ended)


def _close(one: int | None, other: int | None) -> bool:
    return one is other or (one is not None and other is not None and abs(one - other) <= CLOSE_MS)
