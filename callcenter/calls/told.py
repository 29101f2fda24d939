"""A call as other programs are told it: the JSON contract. Fields may be added; none changes or goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from callcenter.floor.call import Call

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Sound:
    """A recording of a call. `started` is ms; `seconds` is None while it runs or when it is missing.

    `state`: running, whole, short, missing.
    """

    id: str
    call: str
    leg: str
    started: int
    seconds: float | None
    state: str


def told(call: Call, cases: Sequence[str] = (), recordings: Sequence[Sound] = ()) -> dict[str, Any]:
    """One object of `calls --json`. Times are ISO 8601 in UTC with milliseconds; None for what did not happen or goes on."""
    return {
        "call": call.id,
        "direction": call.direction,
        "hotline": call.hotline,
        "from": call.number,
        "to": call.to,
        "customer": None if call.customer is None else {"id": call.customer, "name": call.customer_name},
        "started": iso(call.began),
        "answered": iso(call.answered),
        "ended": iso(call.ended),
        "exit": call.exit,
        "queue": call.queue,
        "agents": list(call.agents),
        "segments": [
            {"kind": s.kind, "who": s.who, "queue": s.queue, "started": iso(s.began), "ended": iso(s.ended), "reason": s.reason}
            for s in call.segments
        ],
        "recordings": [{"id": r.id, "leg": r.leg, "started": iso(r.started), "seconds": r.seconds, "state": r.state} for r in recordings],
        "cases": list(cases),
    }


def iso(at: int | None) -> str | None:
    """`2026-11-22T01:02:03.456Z` of milliseconds since the epoch."""
    if at is None:
        return None
    return (EPOCH + timedelta(milliseconds=at)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
