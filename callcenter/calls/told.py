"""A call as other programs are told it: the JSON contract. Fields may be added; none changes or goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from callcenter.calls.belonging import segments_of
from callcenter.floor.call import Call, Segment, Step

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Sound:
    """A recording of a call. `started`, `ended` are ms; `seconds` is None while it runs or when it is missing.

    `state`: running, whole, short, missing. The sums are SHA-256 in hex of each side's file.
    """

    id: str
    call: str
    leg: str
    started: int
    seconds: float | None
    state: str
    ended: int | None = None
    agent_sha256: str | None = None
    caller_sha256: str | None = None


@dataclass(frozen=True)
class Gap:
    """A time in which nobody listened to Asterisk (ms). `ended` is None while it goes on; `rebuilt`: calls told afterwards, or None.

    `why`: link, server, asterisk. `unknown`: holds, keys, steps, unwritten, calls.
    """

    began: int
    ended: int | None
    why: str
    rebuilt: int | None
    unknown: tuple[str, ...]

    def touches(self, began: int, ended: int | None) -> bool:
        """Whether something that lasted from `began` to `ended` (None: goes on) lies in it, or a part of it."""
        return (self.ended is None or began < self.ended) and (ended is None or ended > self.began)


def told(call: Call, cases: Sequence[str] = (), recordings: Sequence[Sound] = (), gaps: Sequence[Gap] = ()) -> dict[str, Any]:
    """One object of `calls --json`. Times are ISO 8601 in UTC with milliseconds; None for what did not happen or goes on."""
    segments = in_time(call)
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
        "flows": [{"name": name, "version": version} for name, version in walked(call)],
        "steps": [_step(one) for one in call.steps],
        "agents": list(call.agents),
        "joined": call.joined,
        "segments": [
            {"kind": s.kind, "who": s.who, "queue": s.queue, "started": iso(s.began), "ended": iso(s.ended), "reason": s.reason}
            for s in segments
        ],
        "recordings": [_sound(call, one) for one in recordings],
        "cases": list(cases),
        "gaps": [
            {"started": iso(g.began), "ended": iso(g.ended), "why": g.why, "unknown": list(g.unknown)}
            for g in gaps
            if g.touches(call.began, call.ended)
        ],
    }


def walked(call: Call) -> list[tuple[str, str]]:
    """The flows that the caller walked, with the version of each, in the order in which he came to them."""
    return list(dict.fromkeys((step.flow, step.version) for step in call.steps))


def _step(step: Step) -> dict[str, Any]:
    """What was keyed in as a number is the caller's own: that it was is told."""
    keyed = step.kind == "ask" and step.result is not None and step.result.isdigit()
    return {
        "flow": step.flow,
        "step": step.step,
        "kind": step.kind,
        "started": iso(step.began),
        "ended": iso(step.ended),
        "result": "given" if keyed else step.result,
        "tried": [{"at": iso(one.at), "keys": one.keys} for one in step.tried],
    }


def in_time(call: Call) -> list[Segment]:
    """The segments in the order in which they began. How one goes on may be known only after another began."""
    return sorted(call.segments, key=lambda one: (one.began, one.n))


def _sound(call: Call, one: Sound) -> dict[str, Any]:
    places = {segment.n: place for place, segment in enumerate(in_time(call))}
    return {
        "id": one.id,
        "leg": one.leg,
        "started": iso(one.started),
        "ended": iso(one.ended),
        "seconds": one.seconds,
        "state": one.state,
        "sha256": {"agent": one.agent_sha256, "caller": one.caller_sha256},
        "segments": sorted(places[segment.n] for segment in segments_of(call, one.leg, one.started)),
    }


def iso(at: int | None) -> str | None:
    """`2026-11-22T01:02:03.456Z` of milliseconds since the epoch."""
    if at is None:
        return None
    return (EPOCH + timedelta(milliseconds=at)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
