"""What the record's calls say of a time, counted in the database: visits of steps, and callers of flows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from callcenter.calls.tables import CallRow, SegmentRow, StepRow, TryRow
from callcenter.ivr.seen.tally import Wanted

GOODBYES = ("end",)
KEPT = {"message": "voicemail", "callback": "callback"}
"""Kinds of steps in which hanging up is no giving up once the call has that outcome: the caller got what he came for."""

STAMPS_MS = 1000
"""Asterisk's clock and ours may stamp the same moment this far apart."""

FINE_MS, FINE, COARSE = 120_000, 1000, 10_000
"""Times are told in whole seconds below two minutes, in tens of them above: there are few different ones, however many callers."""

ALIKE = ("hotline", "flow", "version", "step", "kind", "to", "to_flow", "result", "fate", "ms")
"""Visits are counted together that have these in common."""


def visits_of(wanted: Wanted) -> Select[Any]:
    """Columns as those of `DayVisitsRow`, without `id` and `day`."""
    seen = _seen(wanted)
    alike = [seen.c[name] for name in ALIKE]
    sums = (func.count().label("visits"), func.sum(seen.c.first).label("callers"), func.sum(seen.c.misses).label("misses"))
    return select(*alike, *sums).group_by(*alike)


def callers_of(wanted: Wanted) -> Select[Any]:
    """Columns as those of `DayCallersRow`, without `id` and `day`. A call counts for the version that it came to first."""
    earlier = aliased(StepRow)
    before = select(earlier.n).where(earlier.call == StepRow.call, earlier.n < StepRow.n, earlier.flow == StepRow.flow)
    alike: list[Any] = [CallRow.hotline, StepRow.flow, StepRow.version, CallRow.exit]
    return (
        select(*alike, func.count().label("calls"), func.max(StepRow.began).label("last"))
        .join(CallRow, CallRow.id == StepRow.call)
        .where(~before.exists(), *_of_flow(wanted), *_of_calls(wanted))
        .group_by(*alike)
    )


def tries_of(wanted: Wanted) -> Select[Any]:
    """Columns as those of `DayTriesRow`, without `id` and `day`."""
    alike: list[Any] = [CallRow.hotline, StepRow.flow, StepRow.version, StepRow.step, TryRow.keys]
    return (
        select(*alike, func.count().label("times"))
        .join(StepRow, and_(StepRow.call == TryRow.call, StepRow.n == TryRow.step))
        .join(CallRow, CallRow.id == TryRow.call)
        .where(*_of_flow(wanted), *_of_calls(wanted))
        .group_by(*alike)
    )


def _seen(wanted: Wanted) -> CTE:
    """The visits wanted, each with what came of it and how long it took."""
    met = _met(_walked(wanted))
    took = func.coalesce(met.c.met, met.c.ended) - met.c.began
    return select(
        met.c.hotline,
        met.c.flow,
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
            *(getattr(StepRow, name) for name in ("call", "flow", "version", "step", "kind", "result", "began", "ended", "misses")),
            following.step.label("to"),
            following.flow.label("to_flow"),
            case((before.exists(), 0), else_=1).label("first"),
            CallRow.hotline,
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
    # Materialized: else a database may look for it again wherever it is read.
    return select(*one, answered.label("met")).cte("met").prefix_with("MATERIALIZED")


def _result(met: CTE) -> ColumnElement[str]:
    """What somebody keyed in is his own; that he did is counted."""
    keyed = and_(met.c.kind == "ask", met.c.result.not_in(("timeout", "invalid", "silent", "hung_up")))
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
    of = [StepRow.flow == wanted.flow] if wanted.flow else []
    return of if wanted.version is None else [*of, StepRow.version == wanted.version]


def _of_calls(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    of = [CallRow.began >= wanted.since, CallRow.began < wanted.until]
    return of if wanted.hotline is None else [*of, CallRow.hotline == wanted.hotline]
