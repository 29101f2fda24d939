"""A flow's figures out of its tallies: where callers go, where they give up, how long they hear. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from callcenter.ivr.seen.tally import Came, Missed, Tally


@dataclass(frozen=True)
class Way:
    """So many callers left a step towards another one (`to` '': towards none) with this result ('' none)."""

    to: str
    to_flow: str
    result: str
    fate: str
    visits: int


@dataclass(frozen=True)
class StepFigures:
    """What became of all who came to a step. `entered` is the sum of the six fates; `callers` are different calls.

    `misses`: how often they pressed nothing in time, or nothing that can be chosen. `p50_ms`, `p90_ms`: how long they were there, over
    those who have left; None when none has.
    """

    step: str
    kind: str
    callers: int
    fates: Mapping[str, int]
    ways: tuple[Way, ...]
    p50_ms: int | None
    p90_ms: int | None
    misses: int = 0

    @property
    def entered(self) -> int:
        return sum(self.fates.values())


def figures(tallies: Iterable[Tally]) -> Mapping[str, StepFigures]:
    """By step; one that nobody came to is not there."""
    by_step: dict[str, list[Tally]] = {}
    for tally in tallies:
        by_step.setdefault(tally.step, []).append(tally)
    return {step: _figures(step, of) for step, of in by_step.items()}


def in_vain(missed: Iterable[Missed]) -> Mapping[str, Sequence[tuple[str, int]]]:
    """By step, which keys led on to nothing and how often, the most frequent first."""
    counts: dict[str, Counter[str]] = {}
    for one in missed:
        counts.setdefault(one.step, Counter())[one.keys] += one.times
    return {step: sorted(of.items(), key=lambda one: (-one[1], one[0])) for step, of in counts.items()}


def in_order(found: Mapping[str, StepFigures], steps: Sequence[str], kinds: Mapping[str, str]) -> Iterator[StepFigures]:
    """Every step of a flow in its own order, also those that nobody came to; then those that only another version has."""
    for step in steps:
        yield found.get(step) or StepFigures(step, kinds[step], 0, {}, (), None, None)
    for step in sorted(found.keys() - set(steps)):
        yield found[step]


def by_exit(came: Iterable[Came], version: str | None) -> Mapping[str | None, int]:
    """How the calls ended that came to this version (None: to any): how many by exit; None for those that go on."""
    counts: Counter[str | None] = Counter()
    for one in came:
        if version in (None, one.version):
            counts[one.exit] += one.calls
    return counts


def by_version(came: Iterable[Came]) -> Mapping[str, int]:
    """How many callers each version had; the one that a caller came to last is the first."""
    counts: Counter[str] = Counter()
    last: dict[str, int] = {}
    for one in came:
        counts[one.version] += one.calls
        last[one.version] = max(one.last, last.get(one.version, 0))
    return {version: counts[version] for version in sorted(counts, key=lambda version: (-last[version], version))}


def arrow_counts(found: Iterable[StepFigures]) -> Mapping[tuple[str, str], int]:
    """How many took the way from one step to another, or to a step of another flow (`flow/step`)."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in found:
        for way in one.ways:
            if way.to:
                counts[one.step, way.to] += way.visits
    return counts


def percentile(times: Mapping[int, int], share: float) -> int | None:
    """The least time (ms) that so large a share (0 to 1) of the visits did not exceed; `times`: visits by ms."""
    wanted, seen = share * sum(times.values()), 0
    for ms, visits in sorted(times.items()):
        seen += visits
        if seen >= wanted:
            return ms
    return None


def _figures(step: str, of: Sequence[Tally]) -> StepFigures:
    fates: Counter[str] = Counter()
    ways: Counter[tuple[str, str, str, str]] = Counter()
    times: Counter[int] = Counter()
    for tally in of:
        fates[tally.fate] += tally.visits
        ways[tally.to, tally.to_flow, tally.result, tally.fate] += tally.visits
        if tally.ms is not None:
            times[tally.ms] += tally.visits
    kind = max(of, key=lambda tally: tally.visits).kind
    callers = sum(tally.callers for tally in of)
    most_first = sorted(ways.items(), key=lambda one: (-one[1], one[0]))
    left = tuple(Way(*way, visits) for way, visits in most_first)
    return StepFigures(step, kind, callers, fates, left, percentile(times, 0.5), percentile(times, 0.9), sum(tally.misses for tally in of))
