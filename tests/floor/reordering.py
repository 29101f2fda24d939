"""Another order in which Asterisk might have told the same: within one channel it holds, between channels it does not."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace

from callcenter.floor import events as ev
from callcenter.floor.call import Call, Segment
from callcenter.floor.floor import Floor, Rules, advance

WINDOW_MS = 200
"""What is told of different channels within this time may be told the other way round."""

CLOSE_MS = 1_000

NAMING = frozenset({"leg", "to", "by", "instead", "seat", "queue", "call", "agent"})
"""Fields that name a channel, a seat, a queue, a call."""

OWN = (
    ev.CallPlaced,
    ev.CallFailed,
    ev.CallerKnown,
    ev.StepEntered,
    ev.StepTried,
    ev.StepLeft,
    ev.FlowDone,
    ev.QueueOutcome,
    ev.AgentSignedIn,
    ev.AgentSignedOut,
    ev.AgentWants,
    ev.WrapUpSaved,
    ev.LinkChanged,
    ev.Snapshot,
    ev.Tick,
)
"""Our own facts keep the order in which we made them."""


def reordered(events: Sequence[ev.Event], seed: int) -> list[ev.Event]:
    """Every event is delayed by up to WINDOW_MS, but comes before none of a channel that it names too. Stamps tell the new order."""
    chance = random.Random(seed)
    last: dict[str, int] = {}
    delayed: list[tuple[int, int, ev.Event]] = []
    for n, event in enumerate(events):
        named = _named(event)
        when = max([event.at + chance.randrange(WINDOW_MS) if event.at else 0, *(last.get(one, 0) for one in named)])
        last.update(dict.fromkeys(named, when))
        delayed.append((when, n, event))
    return [replace(event, at=when) for when, _, event in sorted(delayed, key=lambda one: one[:2])]


def _named(event: ev.Event) -> set[str]:
    named = {str(value) for one in fields(event) if one.name in NAMING and (value := getattr(event, one.name))}
    if isinstance(event, ev.HandedOver):
        named.update(event.legs)
    return named | {"ours"} if isinstance(event, OWN) else named


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
