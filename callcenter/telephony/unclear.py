"""What a picture of Asterisk shows and nobody has told yet: of a busy Asterisk it comes a moment later. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from callcenter.floor import events as ev
from callcenter.floor.call import Call, Segment
from callcenter.floor.floor import Floor, advance_all
from callcenter.telephony.cel import Line
from callcenter.telephony.history import NEVER, heard, told
from callcenter.telephony.queue_log import STATUS, Entry
from callcenter.telephony.queues_told import SECOND_MS
from callcenter.telephony.translate import seat_of

RECENT_MS = 5_000
"""A leg that came within this time and is not on the floor has not been told of: calls that are over are there for so long."""


def unclear(floor: Floor, seen: ev.Snapshot) -> frozenset[str]:
    """The calls of which a leg is gone or elsewhere, or waits no more, and which have not changed since.

    An Asterisk that was started again tells nothing.
    """
    there = {leg.leg: leg for leg in seen.legs}
    waiting = frozenset((one.leg, one.queue) for one in seen.waiting)
    return frozenset(
        call.id for call in floor.calls.values() if _is_unclear(call, there, seen) or _waits_no_more(call, there, waiting, seen)
    )


def _is_unclear(call: Call, there: dict[str, ev.SeenLeg], seen: ev.Snapshot) -> bool:
    known = [leg for leg in call.legs.values() if leg.ended is None and (seen.asterisk_began or 0) < leg.began <= seen.at]
    return any(leg.id not in there or (leg.bridge != there[leg.id].bridge and leg.moved <= seen.at) for leg in known)


def _waits_no_more(call: Call, there: dict[str, ev.SeenLeg], waiting: frozenset[tuple[str, str]], seen: ev.Snapshot) -> bool:
    """Whether somebody has left a queue, with nobody to talk to, and nothing tells how."""
    waits = [one for one in call.open if one.kind == "queue" and one.left is None and (seen.asterisk_began or 0) < one.began <= seen.at]
    return any(one.leg in there and (one.leg, one.queue) not in waiting and there[one.leg].bridge is None for one in waits)


def timed_out(floor: Floor, since: int) -> tuple[Segment, ...]:
    """The waits that ended since then (ms) and are told as timeouts: maybe for want of anything that says otherwise."""
    waits = (one for call in floor.calls.values() for one in call.segments if one.kind == "queue" and one.reason == "timeout")
    return tuple(one for one in waits if one.ended is not None and one.ended >= since)


def given_up(waits: Iterable[Segment], entries: Sequence[Entry]) -> list[ev.Event]:
    """Of these the ones of which Asterisk's record of queues says that the caller hung up: nobody listened at that moment."""
    found: list[ev.Event] = []
    for one in waits:
        at = one.ended or one.began
        about = (entry for entry in entries if entry.call == one.leg and entry.queue == one.queue and entry.event in STATUS)
        said = [entry for entry in about if one.began - SECOND_MS < entry.at <= at]
        if said and said[-1].event == "ABANDON":
            found.append(ev.QueueOutcome(at, one.leg, one.queue or "", "ABANDON"))
    return found


def lags(floor: Floor, lines: Sequence[Line], told: Sequence[ev.Event], held: Iterable[ev.Event], seen: ev.Snapshot, since: int) -> bool:
    """Whether Asterisk's own record is still behind: the picture shows, or was heard of, somebody of whom it tells nothing; or it shows him
    elsewhere, or waiting, after all that is told.

    `lines` are what the record of channels tells from `since` (ms) on, `told` what follows from it, `held` what was heard after it.
    """
    held = list(held)
    known = floor.loose.keys() | {leg for call in floor.calls.values() for leg in call.legs} | {line.leg for line in lines}
    known |= {event.leg for event in held if isinstance(event, ev.LegAppeared)}
    heard_of = {leg for event in held for leg in (getattr(event, "leg", None), getattr(event, "to", None)) if leg is not None}
    if not heard_of <= known or any(leg.began > since and leg.leg not in known for leg in seen.legs):
        return True
    then, _ = advance_all(floor, [*told, *held])
    return bool(unclear(then, seen)) or _waits_unheard(then, seen)


def _waits_unheard(floor: Floor, seen: ev.Snapshot) -> bool:
    """Whether somebody of a call waits in the picture, and nothing tells that he came there."""
    waits = (one for call in floor.calls.values() for one in call.segments if one.kind == "queue")
    heard = {(one.leg, one.queue) for one in waits if one.ended is None or one.ended > seen.at}
    return any(one.leg in floor.legs and (one.leg, one.queue) not in heard for one in seen.waiting)


def explained(floor: Floor, seen: ev.Snapshot, lines: Sequence[Line], entries: Sequence[Entry]) -> list[ev.Event]:
    """What the record tells of the unclear calls."""
    calls = unclear(floor, seen)
    mine = _concerned([floor.calls[call] for call in calls], lines, seen.at - RECENT_MS)
    return told([line for line in lines if line.leg in mine], heard(floor, 0), NEVER, entries=entries)


def _concerned(calls: Sequence[Call], lines: Sequence[Line], since: int) -> frozenset[str]:
    """The legs of these calls, and those that their telephones have dialled since: they bear marks of their own."""
    ids, legs = {call.id for call in calls}, {leg for call in calls for leg in call.legs}
    seats = {leg.seat for call in calls for leg in call.legs.values() if leg.seat is not None}
    dialled = {line.leg for line in lines if line.event == "CHAN_START" and line.at > since and seat_of(line.name) in seats}
    own = legs | dialled | {line.leg for line in lines if line.account in ids}
    return frozenset(own | {line.leg for line in lines if line.linked in own})
