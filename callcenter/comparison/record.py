"""The record of a period beside what Asterisk wrote down itself. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from callcenter.calls.told import iso
from callcenter.floor.call import Call
from callcenter.telephony.evidence import Proof
from callcenter.telephony.queue_log import Entry

APART_MS = 1_000
"""Times may be so far apart: two clocks, and two places at which they are read."""

NOT_THERE = "not there"
WITH_HIM = frozenset({"talk", "conference"})
HELD = "hold"
NOT_COMPARED = frozenset({"internal"})
"""Directions of calls of which Asterisk's record does not tell who is the customer."""

OUTCOMES: Mapping[str, frozenset[str]] = {
    "CONNECT": frozenset({"answered"}),
    "ABANDON": frozenset({"abandoned", "withdrawn", "callback", "overflow"}),
    "EXITWITHTIMEOUT": frozenset({"timeout", "overflow"}),
    "EXITWITHKEY": frozenset({"callback", "withdrawn", "overflow"}),
    "EXITEMPTY": frozenset({"no_agent"}),
    "JOINEMPTY": frozenset({"no_agent"}),
    "FULL": frozenset({"full"}),
    "WITHDRAW": frozenset({"withdrawn", "callback", "overflow"}),
}
"""How queue_log says that a wait ended -> the reasons of ours that say the same."""


@dataclass(frozen=True, slots=True)
class Apart:
    """One thing of which the record says `ours` and Asterisk `theirs`: of a call, its begin, answer, end, talk (s), exit or queues."""

    call: str
    what: str
    ours: str | None
    theirs: str | None

    def told(self) -> dict[str, str | None]:
        return {"call": self.call, "what": self.what, "ours": self.ours, "theirs": self.theirs}


@dataclass(frozen=True, slots=True)
class Written:
    """What Asterisk wrote: the calls that it proves, every leg of which it tells, and its queues' lines (None: there is no such record)."""

    proofs: Mapping[str, Proof]
    legs: frozenset[str]
    queues: Sequence[Entry] | None


def apart(calls: Sequence[Call], written: Written, since: int, until: int) -> list[Apart]:
    """What differs of the calls that began with `since` <= began < `until` (ms) and of what ended before `until`.

    `calls` and `written` reach a little further on both sides, so that a call at the edge is found by both.
    """
    ours = {call.id: call for call in calls}
    of_calls = {leg for call in calls for leg in call.legs} | ours.keys()
    found: list[Apart] = []
    for id, proof in written.proofs.items():
        # A seat that dials to ask somebody has a mark of its own, and its legs belong to the call that it asks about.
        if since <= proof.began < until and id not in ours and not proof.legs & of_calls:
            found.append(Apart(id, "call", NOT_THERE, iso(proof.began)))
    for call in calls:
        if since <= call.began < until:
            found += _call(call, written, until)
    if written.queues is not None:
        found += _queues([call for call in calls if since <= call.began < until], written.queues, until)
    return found


def _call(call: Call, written: Written, until: int) -> Iterator[Apart]:
    proof = written.proofs.get(call.id)
    if proof is None:
        if call.legs and next(iter(call.legs)) not in written.legs:
            yield Apart(call.id, "call", iso(call.began), NOT_THERE)
        return
    if _differ(call.began, proof.began):
        yield Apart(call.id, "started", iso(call.began), iso(proof.began))
    if proof.ended is None or proof.ended >= until:
        return
    if _differ(call.ended, proof.ended):
        yield Apart(call.id, "ended", iso(call.ended), iso(proof.ended))
    if call.ended is not None and call.direction not in NOT_COMPARED:
        yield from _talk(call, proof)


def _talk(call: Call, proof: Proof) -> Iterator[Apart]:
    if call.exit == "lost_sight" or (call.exit != "transferred_out" and (call.exit == "answered") != (proof.answered is not None)):
        yield Apart(call.id, "exit", call.exit, "answered" if proof.answered is not None else "not answered")
    if call.exit == "transferred_out":
        return
    if _differ(call.answered, proof.answered):
        yield Apart(call.id, "answered", iso(call.answered), iso(proof.answered))
    talked, held = (_length(call, kinds) for kinds in (WITH_HIM, {HELD}))
    if not talked - APART_MS <= proof.talked <= talked + held + APART_MS:
        yield Apart(call.id, "talk", f"{talked / 1000:.1f}", f"{proof.talked / 1000:.1f}")


def _length(call: Call, kinds: Iterable[str]) -> int:
    return sum((one.ended if one.ended is not None else one.began) - one.began for one in call.segments if one.kind in kinds)


def _differ(ours: int | None, theirs: int | None) -> bool:
    if ours is None or theirs is None:
        return ours is not theirs
    return abs(ours - theirs) > APART_MS


def _queues(calls: Iterable[Call], entries: Iterable[Entry], until: int) -> Iterator[Apart]:
    theirs: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        if entry.event in OUTCOMES and entry.at < until:
            theirs[entry.call].append(entry.event)
    for call in calls:
        legs = [leg.id for leg in call.legs.values() if leg.role == "caller"]
        told = [event for leg in legs for event in theirs[leg]]
        if call.ended is None or call.ended >= until - APART_MS:
            continue
        reasons = [one.reason or "" for one in call.segments if one.kind == "queue"]
        if len(told) != len(reasons) or any(reason not in OUTCOMES[event] for reason, event in zip(reasons, told, strict=True)):
            yield Apart(call.id, "queues", ", ".join(reasons) or "none", ", ".join(told) or "none")
