"""A period of the record beside what Asterisk wrote down itself: what is read for it, and what that comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from callcenter.calls.measure import leg_of
from callcenter.calls.orphans import YOUNG_MS
from callcenter.calls.service import CallFilter, Calls
from callcenter.calls.told import iso
from callcenter.comparison.healing import healed, with_late_times
from callcenter.comparison.record import Written, apart
from callcenter.comparison.told import record_told
from callcenter.floor.call import Call
from callcenter.telephony.cel import Line
from callcenter.telephony.evidence import legs_of, proofs
from callcenter.telephony.record import Record

EDGE_MS = 10_000
"""So much more is read on both sides: a call at the edge is in both records, and a moment that just passed is written."""

PAGE = 500


async def of_period(record: Record, kept: Calls, since: int, until: int, now: int, *, heal: bool = False) -> dict[str, Any]:
    """The part `ledger` of the contract for what began with `since` <= began < `until` (ms). What is newer than EDGE_MS is let be.

    `heal`: where times alone differ, the record takes Asterisk's.
    """
    until = min(until, now - EDGE_MS)
    calls = await _calls(kept, since - EDGE_MS, until + EDGE_MS)
    lines = await record.channels(since - EDGE_MS)
    if lines is None:
        # Before the very first call there is no such record.
        return record_told(len(calls), (), 0, (), why="Asterisk's own record of channels cannot be read" if calls else "")
    entries = await record.queues(since - EDGE_MS)
    covered = [call for call in calls if _covered(call, lines, since)]
    written = Written(proofs(lines), legs_of(lines), entries)
    found, mended = apart(covered, written, since, until), dict[str, Call]()
    for before in with_late_times(covered, found) if heal else ():
        after = healed(before, lines, entries or ())
        if after is not None and not _differs(after, covered, written, since, until) and await kept.put_right(before, after):
            mended[before.id] = after
    sources = ("cel", "queue_log") if entries is not None else ("cel",)
    inside = [call for call in calls if since <= call.began < until]
    uncovered = len([call for call in inside if call not in covered])
    stand, put_right = [one for one in found if one.call not in mended], [one for one in found if one.call in mended]
    return record_told(len(inside), sources, uncovered, stand, put_right)


def _differs(after: Call, calls: Sequence[Call], written: Written, since: int, until: int) -> bool:
    others = [call for call in calls if call.id != after.id]
    return any(one.call == after.id for one in apart([*others, after], written, since, until))


async def recordings_of(kept: Calls, since: int, until: int, now: int) -> dict[str, Any]:
    """The part `recordings` of the contract: what was said in calls that are over and cannot be heard, and files that are of no call."""
    found = await kept.orphans(since, min(until, now - YOUNG_MS))
    over = [call for call in await _calls(kept, since, until) if call.ended is not None and call.ended < now - EDGE_MS]
    ended = {call.id for call in over}
    wrong: list[dict[str, Any]] = [{"call": one.call, "recording": one.leg, "what": one.state} for one in found.mutes if one.call in ended]
    # Files of another name are callers' messages: what belongs to them is kept with the callbacks.
    wrong += [{"call": None, "recording": one.file, "what": "stray"} for one in found.strays if leg_of(one.file)]
    return {"checked": sum(len(call.recordings) for call in over), "differences": wrong}


async def gaps_of(kept: Calls, since: int, until: int) -> list[dict[str, Any]]:
    """The part `gaps`: the times of the period in which nobody listened to Asterisk, and what was told of them afterwards."""
    return [
        {"started": iso(one.began), "ended": iso(one.ended), "why": one.why, "rebuilt": one.rebuilt, "unknown": list(one.unknown)}
        for one in await kept.gaps(since, until)
    ]


def _covered(call: Call, lines: Sequence[Line], since: int) -> bool:
    """Whether Asterisk's record reaches back to the call's begin. One that begins with the period does."""
    first = lines[0].at if lines else None
    return first is not None and (call.began >= first - EDGE_MS or first < since)


async def _calls(kept: Calls, since: int, until: int) -> list[Call]:
    wanted, found = CallFilter(since=since, until=until, limit=PAGE), list[Call]()
    while True:
        page = await kept.find(wanted)
        found += page
        if len(page) < PAGE:
            return found
        wanted = replace(wanted, before=page[-1].id)
