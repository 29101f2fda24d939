"""What a picture of Asterisk shows and nobody has told yet: of a busy Asterisk it comes a moment later. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from callcenter.floor import events as ev
from callcenter.floor.call import Call
from callcenter.floor.floor import Floor, advance_all
from callcenter.telephony.cel import Line
from callcenter.telephony.history import NEVER, heard, told
from callcenter.telephony.queue_log import Entry
from callcenter.telephony.translate import seat_of

RECENT_MS = 5_000
"""A leg that came within this time and is not on the floor has not been told of: calls that are over are there for so long."""


def unclear(floor: Floor, seen: ev.Snapshot) -> frozenset[str]:
    """The calls of which a leg is gone or elsewhere, and which have not changed since. An Asterisk that was started again tells nothing."""
    there = {leg.leg: leg for leg in seen.legs}
    return frozenset(call.id for call in floor.calls.values() if _is_unclear(call, there, seen))


def _is_unclear(call: Call, there: dict[str, ev.SeenLeg], seen: ev.Snapshot) -> bool:
    known = [leg for leg in call.legs.values() if leg.ended is None and (seen.asterisk_began or 0) < leg.began <= seen.at]
    return any(leg.id not in there or (leg.bridge != there[leg.id].bridge and leg.moved <= seen.at) for leg in known)


def explained(floor: Floor, seen: ev.Snapshot, lines: Sequence[Line], entries: Sequence[Entry]) -> tuple[list[ev.Event], bool]:
    """What the record tells of the unclear calls, and whether nothing is unclear after it."""
    calls = unclear(floor, seen)
    mine = _concerned([floor.calls[call] for call in calls], lines, seen.at - RECENT_MS)
    events = told([line for line in lines if line.leg in mine], heard(floor, 0), NEVER, entries=entries)
    return events, not unclear(advance_all(floor, events)[0], seen)


def _concerned(calls: Sequence[Call], lines: Sequence[Line], since: int) -> frozenset[str]:
    """The legs of these calls, and those that their telephones have dialled since: they bear marks of their own."""
    ids, legs = {call.id for call in calls}, {leg for call in calls for leg in call.legs}
    seats = {leg.seat for call in calls for leg in call.legs.values() if leg.seat is not None}
    dialled = {line.leg for line in lines if line.event == "CHAN_START" and line.at > since and seat_of(line.name) in seats}
    own = legs | dialled | {line.leg for line in lines if line.account in ids}
    return frozenset(own | {line.leg for line in lines if line.linked in own})
