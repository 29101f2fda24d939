"""The record beside the truth, call by call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from callcenter.floor.trimming import MOMENT_MS
from tests.fake_asterisk.truth import TrueCall
from tests.live.record import moment

MOMENT_S = 0.1
TALKING = ("talk", "hold", "consult", "conference", "park")


@dataclass(frozen=True)
class Compared:
    """`error_s`: the largest difference of a talk's length (talk and hold together, by agent); `off`: a line for each by more than
    a second. `wrong`: a line for each call that is not told as it was; `unsaid`: those of them in whose record no gap
    says that it may be so; `beyond`: those that are told otherwise in more than the holds and steps which a gap leaves open;
    `ends`: those whose exit, or how a wait ended, is told otherwise.
    """

    there: int
    told: int
    missing: tuple[str, ...]
    twice: tuple[str, ...]
    unknown: tuple[str, ...]
    talks: int
    error_s: float
    off: tuple[str, ...]
    wrong: tuple[str, ...]
    unsaid: tuple[str, ...]
    beyond: tuple[str, ...]
    ends: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """What must be: every call once, every talk's length right to the second, and nothing told otherwise without a word of it."""
        return not (self.missing or self.twice or self.unknown or self.faults)

    @property
    def faults(self) -> tuple[str, ...]:
        """A line for each call that must not be so."""
        return (*self.off, *self.unsaid, *self.beyond)

    @property
    def line(self) -> str:
        lost = f"{len(self.missing)} missing, {len(self.twice)} twice, {len(self.unknown)} that never were"
        return (
            f"{self.told}/{self.there} calls told, {lost}; {self.talks} talks, error {self.error_s:.3f} s; "
            f"{len(self.wrong)} told otherwise, {len(self.unsaid)} of them without a gap, "
            f"{len(self.beyond)} in more than holds and steps, {len(self.ends)} in how they ended"
        )


def compare(truth: Iterable[TrueCall], record: Sequence[Mapping[str, Any]]) -> Compared:
    there = {call.id: call.told() for call in truth}
    counted = Counter(str(call["call"]) for call in record)
    told = {str(call["call"]): call for call in record}
    talks, error = 0, 0.0
    off: list[str] = []
    wrong: list[str] = []
    unsaid: list[str] = []
    beyond: list[str] = []
    ends: list[str] = []
    for id, call in there.items():
        if id not in told:
            continue
        true, seen = lengths(call), lengths(told[id])
        talks += len(true)
        errors = {who: abs(true.get(who, 0.0) - seen.get(who, 0.0)) for who in true.keys() | seen.keys()}
        error = max([error, *errors.values()])
        off += [
            f"{id}: {who} is {one:.3f} s off: {told[id]['segments']}, were {call['segments']}" for who, one in errors.items() if one > 1.0
        ]
        why = difference(call, told[id])
        if why:
            wrong.append(f"{id}: {why}")
            unsaid += [] if told[id]["gaps"] else wrong[-1:]
            more = difference(left_closed(call), left_closed(told[id]))
            beyond += [f"{id}: {more}"] if more else []
            ends += wrong[-1:] if _ends(call) != _ends(told[id]) else []
    return Compared(
        there=len(there),
        told=len(told),
        missing=tuple(there.keys() - told.keys()),
        twice=tuple(id for id, count in counted.items() if count > 1),
        unknown=tuple(told.keys() - there.keys()),
        talks=talks,
        error_s=error,
        off=tuple(off),
        wrong=tuple(wrong),
        unsaid=tuple(unsaid),
        beyond=tuple(beyond),
        ends=tuple(ends),
    )


def lengths(call: Mapping[str, Any]) -> dict[str, float]:
    """Seconds that each agent talked, holds among them."""
    found: Counter[str] = Counter()
    for one in call["segments"]:
        if one["kind"] in ("talk", "hold", "conference") and one["ended"]:
            found[str(one["who"])] += moment(one["ended"]) - moment(one["started"])  # type: ignore[assignment]
    return dict(found)


def difference(true: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    """'' when the call is told as it was: parties, exit, agents, segments with their reasons, moments within a second."""
    for name in ("direction", "hotline", "from", "to", "exit", "agents"):
        if true[name] != told[name]:
            return f"{name} is {told[name]!r}, was {true[name]!r}"
    was, are = ([one for one in call["segments"] if one["kind"] != "wrapup" and not _is_moment(one)] for call in (true, told))
    if [_kind(one) for one in was] != [_kind(one) for one in are]:
        return f"segments {[_kind(one) for one in are]}, were {[_kind(one) for one in was]}"
    for one, other in zip(was, are, strict=True):
        for name in ("started", "ended"):
            if other[name] is None or abs(moment(one[name]) - moment(other[name])) > 1.0:
                return f"{one['kind']} {name} {other[name]}, was {one[name]}"
    return ""


def left_closed(call: Mapping[str, Any]) -> dict[str, Any]:
    """The call without what a gap leaves open: a hold is part of its talk, and what the flow did is left out."""
    folded: list[dict[str, Any]] = []
    for one in call["segments"]:
        if one["kind"] in ("ivr", "wrapup"):
            continue
        kept = "talk" if one["kind"] == "hold" or _is_no_conference(one) else one["kind"]
        part = one | {"kind": kept, "reason": "went_on" if one["reason"] in ("held", "resumed") else one["reason"]}
        before = next((other for other in reversed(folded) if other["who"] == one["who"] and other["kind"] == kept == "talk"), None)
        if before is not None and before["queue"] == one["queue"] and _touch(before, one):
            before.update(ended=part["ended"], reason=part["reason"])
        else:
            folded.append(part)
    return {**call, "segments": sorted(folded, key=lambda one: (str(one["kind"]), str(one["who"]), str(one["started"])))}


def _is_no_conference(one: Mapping[str, Any]) -> bool:
    """So short that it is taken for the moment in which legs are moved."""
    return one["kind"] == "conference" and bool(one["ended"]) and moment(one["ended"]) - moment(one["started"]) <= MOMENT_MS / 1000


def _touch(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(one["ended"]) and abs(moment(one["ended"]) - moment(other["started"])) < MOMENT_S


def _ends(call: Mapping[str, Any]) -> tuple[str, ...]:
    return str(call["exit"]), *(str(one["reason"]) for one in call["segments"] if one["kind"] == "queue")


def _is_moment(one: Mapping[str, Any]) -> bool:
    """Back in the flow, whose end is next: a server that is killed then, or busy, never walks it, and the caller hears nothing of it."""
    return bool(one["kind"] == "ivr" and one["ended"] and moment(one["ended"]) - moment(one["started"]) < MOMENT_S)


def _kind(one: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(one[name]) for name in ("kind", "who", "queue", "reason"))
