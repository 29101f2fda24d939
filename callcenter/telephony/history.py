"""What happened while nobody listened: what of Asterisk's own record is news. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from callcenter.floor import events as ev
from callcenter.floor.call import Call
from callcenter.floor.changes import CallChanged
from callcenter.floor.floor import Floor, advance_all
from callcenter.telephony.cel import Line
from callcenter.telephony.cel_told import happened
from callcenter.telephony.queue_log import Entry

LATE_MS = 300
"""The manager tells a thing this much after CEL at most."""

BUSY_MS = 3_000
"""On a busy machine it is so late. What comes about but once may be told twice."""

KEY_MS = 50
"""No two keys are pressed within this time."""

NEVER = 1 << 62
"""A time that does not come (ms)."""


@dataclass(frozen=True)
class Heard:
    """What was told already: everything before `since` (ms), and of a leg's call everything up to `legs[leg]`.

    `queued`: when each leg came to a queue. `moved`: when each was last told to enter or leave a bridge, 0 for never. `appeared`: those of
    which nothing more was told.
    """

    since: int
    legs: Mapping[str, int]
    queued: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    moved: Mapping[str, int] = field(default_factory=dict)
    appeared: frozenset[str] = frozenset()


def heard(floor: Floor, since: int) -> Heard:
    """What a floor has heard that heard of new legs until `since`. Of a leg that is gone everything is known."""
    legs, queued, moved = dict.fromkeys(floor.loose, since), dict[str, tuple[int, ...]](), dict[str, int]()
    for leg, id in floor.legs.items():
        call = floor.calls[id]
        gone = leg in call.legs and call.legs[leg].ended is not None
        legs[leg] = NEVER if gone else newest(call)
        queued[leg] = tuple(one.began for one in call.segments if one.kind == "queue" and one.leg == leg)
        moved[leg] = call.legs[leg].moved if leg in call.legs else 0
    return Heard(since, legs, queued, moved, frozenset(leg for call in floor.calls.values() for leg in _appeared(call)))


def _appeared(call: Call) -> Iterator[str]:
    """The legs that have only appeared: neither rung nor answered nor bridged."""
    rung = {one.leg for one in call.segments}
    return (leg.id for leg in call.legs.values() if leg.id not in rung and leg.answered is None and leg.ended is None)


def newest(call: Call) -> int:
    """The latest moment that Asterisk is known to have told of the call (ms). A flow's steps and wrap-ups are not Asterisk's."""
    moments = [call.began, call.answered, call.ended, call.keyed]
    for leg in call.legs.values():
        moments += [leg.began, leg.answered, leg.ended, leg.hung_up, leg.moved]
    for one in call.segments:
        if one.kind not in ("wrapup", "ivr"):
            moments += [one.began, one.ended, one.left]
    return max(moment for moment in moments if moment is not None)


def first_needed(known: Heard, floor: Floor) -> int:
    """From when on (ms) CEL has to be read: an open call's own begin tells what its legs were about."""
    open_calls = [call.began for call in floor.calls.values() if call.ended is None or call.open]
    return min([known.since, *open_calls]) - LATE_MS


def unheard(lines: Sequence[Line], known: Heard) -> frozenset[str]:
    """The legs that may be news, and those with which their calls began: what is in the record already is none."""
    new = (line for line in lines if line.event == "CHAN_START" and _is_new(line, known))
    return frozenset(leg for line in new for leg in (line.leg, line.linked)) - known.legs.keys()


def told(
    lines: Sequence[Line], known: Heard, until: int, passed: frozenset[str] = frozenset(), entries: Sequence[Entry] = ()
) -> list[ev.Event]:
    """What is not known yet and happened before `until`, in order of time. `lines` and `entries` are in that order.

    Legs in `passed`, and those of their calls, are left out.
    """
    new = {line.leg for line in lines if line.event == "CHAN_START" and _is_new(line, known) and not {line.leg, line.linked} & passed}
    return [event for leg, event in happened(lines, entries) if event.at < until and (leg in new or _is_news(event, leg, known))]


def keys_once(told: Sequence[ev.Event], held: Collection[ev.Event]) -> list[ev.Event]:
    """`told` without the keys that were heard, too, at the moment of the login: a key that comes about twice is in two lists then."""
    heard = [event for event in held if isinstance(event, ev.KeyPressed)]
    return [event for event in told if not (isinstance(event, ev.KeyPressed) and any(_same_key(event, one) for one in heard))]


def _same_key(key: ev.KeyPressed, other: ev.KeyPressed) -> bool:
    return (key.leg, key.key) == (other.leg, other.key) and abs(key.at - other.at) <= KEY_MS


def _is_new(line: Line, known: Heard) -> bool:
    return line.leg not in known.legs and line.at > known.since


def _is_news(event: ev.Event, leg: str, known: Heard) -> bool:
    if leg not in known.legs:
        return False
    if isinstance(event, ev.QueueJoined) and any(-LATE_MS <= began - event.at <= BUSY_MS for began in known.queued.get(leg, ())):
        return False  # He was answered so soon that his coming is as new as what came of it.
    if isinstance(event, ev.DialBegan) and event.leg is None and leg in known.appeared:
        return True
    return event.at > known.legs[leg] - _late(event, leg, known)


def _late(event: ev.Event, leg: str, known: Heard) -> int:
    if isinstance(event, ev.BridgeEntered | ev.BridgeLeft) and event.at > known.moved.get(leg, event.at):
        return BUSY_MS
    if isinstance(event, ev.LegUp | ev.LegHangingUp | ev.LegGone | ev.QueueJoined):
        return BUSY_MS
    return -KEY_MS if isinstance(event, ev.KeyPressed) else 0 if isinstance(event, ev.OfferBegan | ev.DialBegan) else LATE_MS


def first_news(events: Sequence[ev.Event], known: Heard, floor: Floor, before: int) -> int:
    """When the first of them happened that nobody had told (ms), NEVER when it was not `before` (ms). The events are in order of time.

    Legs that belong to no call do not count: they are in no record, however long ago they came. Nor does what changes nothing, such as a
    flow that the caller is known to be in.
    """
    earlier = [event for event in events if event.at < before]
    after, changes = advance_all(floor, earlier)
    changed = {(change.at, change.after.id) for change in changes if isinstance(change, CallChanged)}
    heard_until = dict.fromkeys(after.legs, known.since) | dict(known.legs)
    news = (event for event in earlier if event.at > heard_until.get(getattr(event, "leg", ""), NEVER))
    return min((event.at for event in news if (event.at, after.legs.get(getattr(event, "leg", ""))) in changed), default=NEVER)


def calls_of(events: Sequence[ev.Event], known: Heard, floor: Floor) -> frozenset[str]:
    """The calls of which the events tell what was not known."""
    alone = [event for event in events if isinstance(event, ev.LegAppeared) and event.linked in (None, event.leg)]
    began = {event.call or event.leg for event in alone if event.context not in floor.rules.ignored_contexts}
    news = {leg for event in events if event.at > known.legs.get(leg := getattr(event, "leg", ""), event.at)}
    return frozenset(began | {floor.legs[leg] for leg in news if leg in floor.legs})
