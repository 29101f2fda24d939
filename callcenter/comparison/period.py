"""A period of the record beside what Asterisk wrote down itself: what is read for it, and what that comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from callcenter.calls.service import CallFilter, Calls
from callcenter.comparison.record import Written, apart
from callcenter.comparison.told import record_told
from callcenter.floor.call import Call
from callcenter.telephony.cel import Line
from callcenter.telephony.evidence import legs_of, proofs
from callcenter.telephony.record import Record

EDGE_MS = 10_000
"""So much more is read on both sides: a call at the edge is in both records, and a moment that just passed is written."""

PAGE = 500

NOT_WHOLE = ("missing", "short")


async def of_period(record: Record, kept: Calls, since: int, until: int, now: int) -> dict[str, Any]:
    """The part `ledger` of the contract for what began with `since` <= began < `until` (ms). What is newer than EDGE_MS is let be."""
    until = min(until, now - EDGE_MS)
    calls = await _calls(kept, since - EDGE_MS, until + EDGE_MS)
    lines = await record.channels(since - EDGE_MS)
    if lines is None:
        return record_told(len(calls), (), 0, (), "Asterisk's own record of channels cannot be read")
    entries = await record.queues(since - EDGE_MS)
    covered = [call for call in calls if _covered(call, lines, since)]
    found = apart(covered, Written(proofs(lines), legs_of(lines), entries), since, until)
    sources = ("cel", "queue_log") if entries is not None else ("cel",)
    inside = [call for call in calls if since <= call.began < until]
    return record_told(len(inside), sources, len([call for call in inside if call not in covered]), found)


async def recordings_of(kept: Calls, since: int, until: int) -> dict[str, Any]:
    """The part `recordings` of the contract: of the calls that began in the period, those whose sound is not whole."""
    sounds = [(call["call"], one) async for call in kept.told(since, until) for one in call["recordings"]]
    wrong = [{"call": call, "recording": one["id"], "what": one["state"]} for call, one in sounds if one["state"] in NOT_WHOLE]
    return {"checked": len(sounds), "differences": wrong}


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
