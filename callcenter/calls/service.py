"""What can be asked of the record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.calls.belonging import held_ms, recorded_until
from callcenter.calls.measure import measure
from callcenter.calls.orphans import Orphans, orphans
from callcenter.calls.rows import AT_ONCE, load_call, load_calls, store_call
from callcenter.calls.tables import CallRow, LegRow, LinkGapRow, RecordingRow, SegmentRow, StepRow
from callcenter.calls.told import Gap, Sound, told
from callcenter.floor.call import Call
from callcenter.store.engine import Store

PAGE = 200
"""Calls read at a time when all of them are told."""

CLOSING_MS = 500
"""After a leg is gone, its recording's file is written to its end within this time."""

MEASURED = ("seconds", "state", "ended", "agent_sha256", "caller_sha256")
"""What is found out about a recording when its leg is gone: columns of its row, fields of Sound."""

CasesOf = Callable[[Sequence[str]], Awaitable[Mapping[str, Sequence[str]]]]
"""The numbers of the cases opened in these calls, by call: an argument, since cases are above the record."""


@dataclass(frozen=True)
class CallFilter:
    """Which calls, newest first. `since` <= began < `until` (ms); `agent` talked; `queue` was entered.

    `number` is part of the number that called or was called. `step` is a flow that the caller walked, or flow/step.
    `before` is the id of the last one seen.
    """

    since: int | None = None
    until: int | None = None
    hotline: str | None = None
    queue: str | None = None
    agent: str | None = None
    number: str | None = None
    exit: str | None = None
    step: str | None = None
    limit: int = 50
    before: str | None = None


class Calls:
    """The record of `store`; `recordings` is the folder of the sound. Each method is one transaction."""

    def __init__(self, store: Store, recordings: Path) -> None:
        self._store = store
        self._folder = recordings

    async def one(self, id: str) -> Call | None:
        async with self._store.transaction() as session:
            return await load_call(session, id)

    async def find(self, wanted: CallFilter) -> list[Call]:
        """Newest first. An unknown `before` finds nothing."""
        async with self._store.transaction() as session:
            query = _wanted(wanted)
            if wanted.before is not None:
                last = await session.get(CallRow, wanted.before)
                if last is None:
                    return []
                query = query.where(or_(CallRow.began < last.began, and_(CallRow.began == last.began, CallRow.id < last.id)))
            return await load_calls(session, query.limit(wanted.limit))

    async def of_customer(self, customer: int, limit: int = 20, numbers: Sequence[str] = ()) -> list[Call]:
        """A customer's calls, newest first; with `numbers` also those from or to them that were not recognised."""
        his = CallRow.customer == customer
        if numbers:
            unclaimed = and_(CallRow.customer.is_(None), or_(CallRow.number.in_(numbers), CallRow.to.in_(numbers)))
            his = or_(his, unclaimed)
        async with self._store.transaction() as session:
            return await load_calls(session, select(CallRow).where(his).order_by(CallRow.began.desc(), CallRow.id.desc()).limit(limit))

    async def of_number(self, number: str, limit: int = 20) -> list[Call]:
        """The calls from or to a number, newest first."""
        wanted = select(CallRow).where(or_(CallRow.number == number, CallRow.to == number))
        async with self._store.transaction() as session:
            return await load_calls(session, wanted.order_by(CallRow.began.desc(), CallRow.id.desc()).limit(limit))

    async def open_calls(self) -> list[Call]:
        """The calls that went on when we stopped, and those whose legs or wrap-ups did: what the floor starts from."""
        going_on = select(SegmentRow.call).where(SegmentRow.ended.is_(None)).union(select(LegRow.call).where(LegRow.ended.is_(None)))
        wanted = select(CallRow).where(or_(CallRow.ended.is_(None), CallRow.id.in_(going_on))).order_by(CallRow.began)
        async with self._store.transaction() as session:
            return await load_calls(session, wanted)

    async def newest(self) -> tuple[int, int] | None:
        """When the latest call began, and the latest moment at which one began or ended (ms); None when there is no call.

        All that began before the latest one are in the record; see the ledger.
        """
        async with self._store.transaction() as session:
            began, ended = [await session.scalar(select(func.max(column))) for column in (CallRow.began, CallRow.ended)]
        return None if began is None else (began, max(began, ended or began))

    async def gap_open_since(self, began: int) -> int:
        """Open the gap that the start of a process ends, and say since when it goes on (ms).

        It is in the record before anything else is: a process that is killed before it wrote of the gap leaves it open to the next one.
        """
        async with self._store.transaction() as session:
            opened = await session.scalar(select(func.min(LinkGapRow.began)).where(LinkGapRow.ended.is_(None)))
            if opened is None:
                session.add(LinkGapRow(began=began, why="server"))
        return began if opened is None else min(opened, began)

    async def put_right(self, before: Call, after: Call) -> bool:
        """Write a call that is over as it really was; not when it is no more as it was `before`."""
        async with self._store.transaction(at_once=True) as session:
            if await load_call(session, before.id) != before:
                return False
            await store_call(session, before, after)
        return True

    async def begun(self, since: int) -> frozenset[str]:
        """The calls of the record that began after `since` (ms)."""
        async with self._store.transaction() as session:
            return frozenset(await session.scalars(select(CallRow.id).where(CallRow.began > since)))

    async def recorded(self, legs: Collection[str]) -> frozenset[str]:
        """Which of these legs are in the record."""
        wanted, found = sorted(legs), set[str]()
        async with self._store.transaction() as session:
            for start in range(0, len(wanted), AT_ONCE):
                found |= set(await session.scalars(select(LegRow.id).where(LegRow.id.in_(wanted[start : start + AT_ONCE]))))
        return frozenset(found)

    async def told(
        self, since: int | None = None, until: int | None = None, cases_of: CasesOf | None = None
    ) -> AsyncIterator[dict[str, Any]]:
        """Every call with `since` <= began < `until` (ms) as the JSON contract says, oldest first, a page at a time."""
        last: Call | None = None
        while True:
            query = select(CallRow).order_by(CallRow.began, CallRow.id).limit(PAGE)
            query = query.where(*_between(since, until))
            if last is not None:
                query = query.where(or_(CallRow.began > last.began, and_(CallRow.began == last.began, CallRow.id > last.id)))
            async with self._store.transaction() as session:
                page = await load_calls(session, query)
                sounds = await _sounds(session, [call.id for call in page])
                gaps = await _gaps(session, page[0].began, None) if page else []
            cases = await cases_of([call.id for call in page]) if cases_of and page else {}
            for call in page:
                measured = [await self._measured(sound, call) for sound in sounds if sound.call == call.id]
                yield told(call, cases.get(call.id, ()), measured, gaps)
            if len(page) < PAGE:
                return
            last = page[-1]

    async def gaps(self, since: int | None = None, until: int | None = None) -> list[Gap]:
        """The times in which nobody listened to Asterisk that touch `since` to `until` (ms; None: no limit), in order."""
        async with self._store.transaction() as session:
            return await _gaps(session, since, until)

    async def orphans(self, since: int, until: int, claimed: Collection[str] = ()) -> Orphans:
        """What does not fit among the recordings of a time (ms): see `calls.orphans`."""
        return await orphans(self._store, self._folder, since, until, claimed)

    async def seconds_since(self, since: int) -> float:
        """How many seconds of sound were recorded in talks that began since a time (ms)."""
        async with self._store.transaction() as session:
            return float(await session.scalar(select(func.sum(RecordingRow.seconds)).where(RecordingRow.started >= since)) or 0)

    async def recordings(self, call: str) -> list[Sound]:
        """The recordings of a call, in the order they began."""
        async with self._store.transaction() as session:
            return await _sounds(session, [call])

    async def recording(self, id: str) -> Sound | None:
        async with self._store.transaction() as session:
            row = await session.get(RecordingRow, id)
            return _sound(row) if row is not None else None

    async def measure_ended(self, now: int) -> int:
        """Measure the recordings whose leg is gone and write down what they came to. How many there were."""
        over = now - CLOSING_MS
        waiting = (
            select(RecordingRow, CallRow)
            .join(CallRow, CallRow.id == RecordingRow.call)
            .outerjoin(LegRow, LegRow.id == RecordingRow.leg)
            .where(RecordingRow.state == "running", or_(LegRow.ended <= over, CallRow.ended <= over - 60_000))
        )
        async with self._store.transaction() as session:
            found = [_sound(row) for row, _ in (await session.execute(waiting)).all()]
            calls = {call: await load_call(session, call) for call in {sound.call for sound in found}}
        for sound in found:
            call = calls[sound.call]
            measured = await self._measured(sound, call) if call else sound
            async with self._store.transaction() as session:
                change = update(RecordingRow).where(RecordingRow.id == sound.id)
                await session.execute(change.values({name: getattr(measured, name) for name in MEASURED}))
        return len(found)

    async def _measured(self, sound: Sound, call: Call) -> Sound:
        ended = recorded_until(call, sound.leg, sound.started)
        if sound.state != "running" or ended is None:
            return sound
        talked = ended - sound.started - held_ms(call, sound.leg, sound.started)
        found = await asyncio.to_thread(measure, self._folder, sound.leg, talked)
        return replace(sound, ended=ended, **asdict(found))


async def _sounds(session: AsyncSession, calls: Sequence[str]) -> list[Sound]:
    found = select(RecordingRow).where(RecordingRow.call.in_(calls)).order_by(RecordingRow.started, RecordingRow.id)
    return [_sound(row) for row in (await session.scalars(found)).all()]


async def _gaps(session: AsyncSession, since: int | None, until: int | None) -> list[Gap]:
    query = select(LinkGapRow).order_by(LinkGapRow.began)
    if since is not None:
        query = query.where(or_(LinkGapRow.ended.is_(None), LinkGapRow.ended > since))
    if until is not None:
        query = query.where(LinkGapRow.began < until)
    return [_gap(row) for row in (await session.scalars(query)).all()]


def _sound(row: RecordingRow) -> Sound:
    return Sound(row.id, row.call, row.leg, row.started, **{name: getattr(row, name) for name in MEASURED})


def _gap(row: LinkGapRow) -> Gap:
    return Gap(row.began, row.ended, row.why, row.rebuilt, tuple(word for word in row.unknown.split(",") if word))


def _between(since: int | None, until: int | None) -> list[Any]:
    found: list[Any] = []
    if since is not None:
        found.append(CallRow.began >= since)
    if until is not None:
        found.append(CallRow.began < until)
    return found


def _wanted(wanted: CallFilter) -> Select[Any]:
    query = select(CallRow).where(*_between(wanted.since, wanted.until))
    if wanted.hotline is not None:
        query = query.where(CallRow.hotline == wanted.hotline)
    if wanted.exit is not None:
        query = query.where(CallRow.exit == wanted.exit)
    if wanted.number is not None:
        has = [column.contains(wanted.number, autoescape=True) for column in (CallRow.number, CallRow.to)]
        query = query.where(or_(*has))
    if wanted.queue is not None:
        queued = select(SegmentRow.call).where(SegmentRow.kind == "queue", SegmentRow.queue == wanted.queue)
        query = query.where(CallRow.id.in_(queued))
    if wanted.agent is not None:
        talked = select(SegmentRow.call).where(SegmentRow.kind.in_(("talk", "conference")), SegmentRow.who == wanted.agent)
        query = query.where(CallRow.id.in_(talked))
    if wanted.step is not None:
        flow, _, step = wanted.step.partition("/")
        walked = select(StepRow.call).where(StepRow.call == CallRow.id, StepRow.flow == flow, *([StepRow.step == step] if step else []))
        query = query.where(walked.exists())
    return query.order_by(CallRow.began.desc(), CallRow.id.desc())
