"""A call as rows, and rows as a call again. Only what differs is written; writing it twice changes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, String, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.calls.tables import CallRow, CountedDayRow, LegRow, RecordingRow, SegmentRow, StepRow, TryRow
from callcenter.floor.call import Call, Leg, Recording, Segment, Step, Tried
from callcenter.store.base import Base

Values = dict[str, Any]

AT_ONCE = 400
"""Calls loaded by one set of queries: below every database's limit of parameters."""

INT4 = 2**31


async def store_calls(session: AsyncSession, pictures: Iterable[tuple[Call | None, Call]]) -> None:
    """Write what differs between each call as it is stored already (None when nothing is known to be) and as it is now."""
    pairs = list(pictures)
    await _uncount(session, [call.began for pair in pairs for call in pair if call is not None])
    calls = [_call(after) for before, after in pairs if before is None or _call(before) != _call(after)]
    await _upsert(session, CallRow, calls)
    await _take_back(session, [(after.id, len(after.segments)) for before, after in pairs if _is_shorter(before, after)])
    for kind, rows_of, keep in PARTS:
        rows = [row for before, after in pairs for row in _differing(rows_of(before) if before else [], rows_of(after))]
        await _upsert(session, kind, rows, keep)


async def _uncount(session: AsyncSession, began: Sequence[int]) -> None:
    """The figures of these calls' days hold no more. The first thing done: who counts a day meanwhile is waited for, or waits for us."""
    if began:
        await session.execute(delete(CountedDayRow).where(CountedDayRow.since <= max(began), CountedDayRow.until > min(began)))


def _is_shorter(before: Call | None, after: Call) -> bool:
    return before is not None and len(before.segments) > len(after.segments)


async def _take_back(session: AsyncSession, lasts: Iterable[tuple[str, int]]) -> None:
    """A moment that turned out to be no segment leaves; those after it are written over it, so that the last row is one too many."""
    for call, last in lasts:
        await session.execute(delete(SegmentRow).where(SegmentRow.call == call, SegmentRow.n > last))


async def store_call(session: AsyncSession, before: Call | None, after: Call) -> None:
    """`store_calls` of one."""
    await store_calls(session, [(before, after)])


async def load_calls(session: AsyncSession, wanted: Select[Any]) -> list[Call]:
    """The calls that a query finds, in its order, each whole."""
    rows = list((await session.scalars(wanted)).all())
    calls: list[Call] = []
    for start in range(0, len(rows), AT_ONCE):
        calls += await _load(session, rows[start : start + AT_ONCE])
    return calls


async def load_call(session: AsyncSession, id: str) -> Call | None:
    found = await load_calls(session, select(CallRow).where(CallRow.id == id))
    return found[0] if found else None


async def _load(session: AsyncSession, rows: Sequence[CallRow]) -> list[Call]:
    ids = [row.id for row in rows]
    legs = _by_call(await session.scalars(select(LegRow).where(LegRow.call.in_(ids)).order_by(LegRow.call, LegRow.n)))
    segments = _by_call(await session.scalars(select(SegmentRow).where(SegmentRow.call.in_(ids)).order_by(SegmentRow.call, SegmentRow.n)))
    steps = _by_call(await session.scalars(select(StepRow).where(StepRow.call.in_(ids)).order_by(StepRow.call, StepRow.n)))
    tries: dict[tuple[str, int], list[Tried]] = defaultdict(list)
    for one in await session.scalars(select(TryRow).where(TryRow.call.in_(ids)).order_by(TryRow.call, TryRow.step, TryRow.n)):
        tries[one.call, one.step].append(Tried(one.at, one.keys))
    recordings = _by_call(
        await session.scalars(select(RecordingRow).where(RecordingRow.call.in_(ids)).order_by(RecordingRow.started, RecordingRow.id))
    )
    return [
        Call(
            **_values(row),
            legs={one.id: Leg(**_values(one, "call", "n")) for one in legs[row.id]},
            segments=tuple(Segment(**_values(one, "call")) for one in segments[row.id]),
            steps=tuple(Step(**_values(one, "call"), tried=tuple(tries.get((row.id, one.n), ()))) for one in steps[row.id]),
            recordings=tuple(Recording(one.id, one.leg, one.started) for one in recordings[row.id]),
        )
        for row in rows
    ]


def _by_call(rows: Iterable[Any]) -> dict[str, list[Any]]:
    sorted_out: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        sorted_out[row.call].append(row)
    return sorted_out


def _values(row: Base, *without: str) -> Values:
    return {name: getattr(row, name) for name in _columns(type(row), *without)}


def _table(kind: type[Base]) -> Table:
    table = kind.__table__
    assert isinstance(table, Table)
    return table


async def _upsert(session: AsyncSession, kind: type[Base], rows: Sequence[Values], keep: frozenset[str] = frozenset()) -> None:
    """Insert, or bring up to date what is there already; the columns of `keep` are only set by the insert."""
    if not rows:
        return
    table = _table(kind)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement: Any = insert(table)
    keys = [column.name for column in table.primary_key]
    renewed = {name: statement.excluded[name] for name in rows[0] if name not in keys and name not in keep}
    statement = statement.on_conflict_do_update(index_elements=keys, set_=renewed)
    await session.execute(statement, [_fitting(table, row) for row in rows])


def _fitting(table: Table, row: Values) -> Values:
    """What comes from outside (numbers, names, causes) cut to what the columns hold: a call is never lost over its length."""
    return {name: _fits(table.columns[name].type, value) for name, value in row.items()}


def _fits(kind: object, value: Any) -> Any:
    if isinstance(value, str):
        clean = value.replace("\0", "")
        return clean[: kind.length] if isinstance(kind, String) else clean
    return value


def _differing(before: Sequence[Values], after: Sequence[Values]) -> list[Values]:
    known = dict(enumerate(before))
    return [row for n, row in enumerate(after) if known.get(n) != row]


def _columns(kind: type[Base], *without: str) -> list[str]:
    return [column.name for column in _table(kind).columns if column.name not in without]


def _row_of(kind: type[Base], *without: str) -> Callable[[object], Values]:
    """What makes a row of a floor's record: columns are fields, but for those that are `without` one."""
    names = _columns(kind, *without)
    fields = attrgetter(*names)
    return lambda record: dict(zip(names, fields(record), strict=True))


_call = _row_of(CallRow)
_leg = _row_of(LegRow, "call", "n")
_segment = _row_of(SegmentRow, "call")
_step = _row_of(StepRow, "call")


def _legs(call: Call) -> list[Values]:
    return [_leg(one) | {"call": call.id, "n": n, "cause": _small(one.cause)} for n, one in enumerate(call.legs.values(), 1)]


def _small(cause: int | None) -> int | None:
    return cause if cause is None or cause < INT4 else None


def _segments(call: Call) -> list[Values]:
    return [_segment(one) | {"call": call.id} for one in call.segments]


def _steps(call: Call) -> list[Values]:
    return [_step(one) | {"call": call.id} for one in call.steps]


def _tries(call: Call) -> list[Values]:
    return [
        {"call": call.id, "step": step.n, "n": n, "at": one.at, "keys": one.keys}
        for step in call.steps
        for n, one in enumerate(step.tried, 1)
    ]


def _recordings(call: Call) -> list[Values]:
    """As they begin; what became of them is measured."""
    return [
        {"id": one.id, "call": call.id, "leg": one.leg, "started": one.started, "seconds": None, "state": "running"}
        for one in call.recordings
    ]


PARTS: tuple[tuple[type[Base], Callable[[Call], list[Values]], frozenset[str]], ...] = (
    (LegRow, _legs, frozenset()),
    (SegmentRow, _segments, frozenset()),
    (StepRow, _steps, frozenset()),
    (TryRow, _tries, frozenset()),
    (RecordingRow, _recordings, frozenset({"seconds", "state"})),
)
"""The rows of a call beside its own, in the order in which they are written."""
