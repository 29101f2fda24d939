"""What a picture of Asterisk shows and nobody has told yet: of a busy Asterisk it comes a moment later. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from callcenter.floor import events as ev
from callcenter.floor.call import Call
from callcenter.floor.floor import Floor, advance_all
from callcenter.telephony.cel import Line
from callcenter.telephony.history import NEVER, heard, told
from callcenter.telephony.queue_log import Entry


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
    whole = heard(floor, 0)
    mine = {leg: at for leg, at in whole.legs.items() if floor.legs.get(leg) in calls}
    others = frozenset(line.leg for line in lines if not (mine.keys() & {line.leg, line.linked} or line.account in calls))
    events = told(lines, replace(whole, legs=mine), NEVER, others, entries)
    return events, not unclear(advance_all(floor, events)[0], seen)
