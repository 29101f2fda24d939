"""What the record tells of a flow's steps: every visit of every caller, counted in the database, never read one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from callcenter.calls.tables import CallRow, SegmentRow, StepRow
from callcenter.store.engine import Store

FATES = ("went_on", "person", "gave_up", "ended", "unknown", "still")
"""What became of a caller at a step, exactly one each visit. `person`: somebody answered. `gave_up`: he hung up with nothing reached.
`ended`: the flow ended there, or he hung up having got what he came for. `unknown`: nothing tells. `still`: he is there now."""

GOODBYES = ("end",)
KEPT = {"message": "voicemail", "callback": "callback"}
"""Kinds of steps in which hanging up is no giving up once the call has that outcome: the caller got what he came for."""

STAMPS_MS = 1000
"""Asterisk's clock and ours may stamp the same moment this far apart."""

FINE_MS, FINE, COARSE = 120_000, 1000, 10_000
"""Times are told in whole seconds below two minutes, in tens of them above: there are few different ones, however many callers."""


@dataclass(frozen=True)
class Wanted:
    """Visits by calls of `since` <= began < `until` (ms): a figure belongs to when the caller came. `version` None: of every version."""

    flow: str
    since: int
    until: int
    hotline: str | None = None
    version: str | None = None


@dataclass(frozen=True)
class Tally:
    """So many visits of a step that ended alike. `to` is the next step, '' when there was none; `flow` the flow that it stands in.

    `result` is the key or word the step ended with ('' when none; `given` for any digits asked for); `ms` how long they were there, up to
    the moment in which somebody answered; None while they are there. `callers`: visits that were their caller's first of the step.
    `misses`: how often they pressed nothing in time, or nothing that can be chosen.
    """

    version: str
    step: str
    kind: str
    to: str
    to_flow: str
    result: str
    fate: str
    ms: int | None
    visits: int
    callers: int
    misses: int


class Visits:
    """The record of `store`, asked about flows. Each method is one transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def tallies(self, wanted: Wanted) -> list[Tally]:
        async with self._store.transaction() as session:
            return [Tally(*row) for row in await session.execute(_tallies(wanted))]

    async def exits(self, wanted: Wanted) -> Mapping[str | None, int]:
        """How the calls that came to the flow ended: how many by exit; None for those that go on."""
        came = select(StepRow.call).where(StepRow.call == CallRow.id, *_of_flow(wanted)).exists()
        query = select(CallRow.exit, func.count().label("calls")).where(came, *_of_calls(wanted)).group_by(CallRow.exit)
        async with self._store.transaction() as session:
            return {row.exit: row.calls for row in await session.execute(query)}

    async def versions(self, wanted: Wanted) -> Sequence[tuple[str, int]]:
        """The versions that callers walked, with how many did; the one walked last comes first."""
        count = func.count(StepRow.call.distinct())
        query = select(StepRow.version, count).join(CallRow, CallRow.id == StepRow.call).where(*_of_flow(wanted), *_of_calls(wanted))
        query = query.group_by(StepRow.version).order_by(func.max(StepRow.began).desc(), StepRow.version)
        async with self._store.transaction() as session:
            return [(version, callers) for version, callers in await session.execute(query)]


def _tallies(wanted: Wanted) -> Select[Any]:
    seen = _seen(wanted)
    alike = (seen.c.version, seen.c.step, seen.c.kind, seen.c.to, seen.c.to_flow, seen.c.result, seen.c.fate, seen.c.ms)
    return select(*alike, func.count(), func.sum(seen.c.first), func.sum(seen.c.misses)).group_by(*alike).order_by(*alike[:7])


def _seen(wanted: Wanted) -> CTE:
    """The visits wanted, each with what came of it and how long it took."""
    met = _met(_walked(wanted))
    took = func.coalesce(met.c.met, met.c.ended) - met.c.began
    return select(
        met.c.version,
        met.c.step,
        met.c.kind,
        func.coalesce(met.c.to, "").label("to"),
        func.coalesce(met.c.to_flow, "").label("to_flow"),
        _result(met).label("result"),
        _fate(met).label("fate"),
        case((took < 0, 0), (took < FINE_MS, took // FINE * FINE), else_=took // COARSE * COARSE).label("ms"),
        met.c.first,
        met.c.misses,
    ).cte("seen")


def _walked(wanted: Wanted) -> CTE:
    """The flow's steps of the calls, with the one that each caller came to next. Found by the rows' own key: nothing is sorted."""
    following, earlier = aliased(StepRow), aliased(StepRow)
    before = select(earlier.n).where(
        earlier.call == StepRow.call, earlier.n < StepRow.n, earlier.flow == StepRow.flow, earlier.step == StepRow.step
    )
    return (
        select(
            *(getattr(StepRow, name) for name in ("call", "version", "step", "kind", "result", "began", "ended", "misses")),
            following.step.label("to"),
            following.flow.label("to_flow"),
            case((before.exists(), 0), else_=1).label("first"),
            CallRow.ended.label("over"),
            CallRow.exit,
            CallRow.outcome,
        )
        .join(CallRow, CallRow.id == StepRow.call)
        .outerjoin(following, and_(following.call == StepRow.call, following.n == StepRow.n + 1))
        .where(*_of_flow(wanted), *_of_calls(wanted))
        .cte("walked")
    )


def _met(walked: CTE) -> CTE:
    """The same, with when somebody answered."""
    one = walked.c
    # Also where the dialplan took the caller to a queue without us, and he was answered: his step stood open until then.
    queued = or_(one.kind == "queue", one.to.is_(None))
    answered = case((one.kind == "transfer", _answered(one, "talk")), (queued, _answered(one, "queue")))
    return select(*one, answered.label("met")).cte("met")


def _result(met: CTE) -> ColumnElement[str]:
    """What somebody keyed in is his own; that he did is counted."""
    keyed = and_(met.c.kind == "ask", met.c.result.not_in(("timeout", "invalid", "hung_up")))
    return case((keyed, "given"), else_=func.coalesce(met.c.result, ""))


def _answered(step: ReadOnlyColumnCollection[str, ColumnElement[Any]], kind: str) -> ColumnElement[int | None]:
    """When somebody answered whom this step had made wait in a queue, or put through to somebody (`kind` talk)."""
    answered = SegmentRow.ended if kind == "queue" else SegmentRow.began
    return (
        select(func.min(answered))
        .where(
            SegmentRow.call == step.call,
            SegmentRow.kind == kind,
            *([SegmentRow.reason == "answered"] if kind == "queue" else []),
            SegmentRow.began >= step.began - STAMPS_MS,
            or_(step.ended.is_(None), SegmentRow.began <= step.ended),
        )
        .scalar_subquery()
    )


def _fate(met: CTE) -> ColumnElement[str]:
    one = met.c
    return case(
        (one.met.is_not(None), "person"),
        (one.to.is_not(None), "went_on"),
        (and_(one.ended.is_(None), one.over.is_(None)), "still"),
        (or_(one.exit == "lost_sight", one.ended.is_(None)), "unknown"),
        (or_(one.result.is_(None), one.result != "hung_up"), "ended"),
        (one.kind.in_(GOODBYES), "ended"),
        (and_(one.kind.in_(KEPT), one.outcome.in_(tuple(KEPT.values()))), "ended"),
        else_="gave_up",
    )


def _of_flow(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    of = [StepRow.flow == wanted.flow]
    return of if wanted.version is None else [*of, StepRow.version == wanted.version]


def _of_calls(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    of = [CallRow.began >= wanted.since, CallRow.began < wanted.until]
    return of if wanted.hotline is None else [*of, CallRow.hotline == wanted.hotline]
