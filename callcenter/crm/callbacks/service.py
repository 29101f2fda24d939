"""Promising calls, listing those we owe, and closing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.calls.tables import CallRow
from callcenter.crm.callbacks.tables import AskRow, AttemptRow, CallbackRow
from callcenter.floor.call import ANONYMOUS
from callcenter.hotlines.numbers import normalise, writings
from callcenter.settings import CHINA, Home
from callcenter.store.clock import Clock, now_ms
from callcenter.store.engine import Store

KINDS = ("asked", "voicemail", "after_hours", "abandoned", "promised")

DAY_MS = 86_400_000
WITHHELD_SHARE = 10
"""How many times as often all callers who withhold their number may ask together."""

RESULTS = ("reached", "no_answer", "busy", "refused", "wrong_number", "not_needed")
"""What a person may close a callback with; `by_himself` is noted when the customer got through first."""


@dataclass(frozen=True)
class Ask:
    """One reason to call back; `by` is a user's id, None for the caller himself; `recording` names the message left."""

    at: int
    kind: str
    call: str | None
    reason: str
    recording: str | None
    by: int | None


@dataclass(frozen=True)
class Callback:
    """An owed call. Times are ms; `asks` in the order they came; `number` is '' for a message left without one."""

    id: int
    number: str
    customer: int | None
    call: str | None
    hotline: str | None
    queue: str | None
    kind: str
    opened: int
    due: int
    state: str
    attempts: int
    closed: int | None
    result: str
    closed_by: int | None
    closed_call: str | None
    note: str
    asks: tuple[Ask, ...]


@dataclass(frozen=True)
class CallbackFilter:
    """All that are given must hold. Open ones by deadline, closed ones by when they were closed, newest first."""

    state: str = "open"
    queues: tuple[str, ...] | None = None
    customer: int | None = None
    number: str | None = None
    limit: int = 100


@dataclass(frozen=True)
class NewAsk:
    """`number` as given; `due` (ms) or the centre's own limit; the same `key` counts once."""

    number: str
    kind: str
    customer: int | None = None
    call: str | None = None
    hotline: str | None = None
    queue: str | None = None
    reason: str = ""
    recording: str | None = None
    by: int | None = None
    due: int | None = None
    key: str | None = None


class NotANumber(Exception):
    """There is no number to call back, and no message was left either."""


class NoSuchCallback(Exception):
    """There is no callback of that id."""


class AlreadyClosed(Exception):
    """The callback was closed before."""


class Callbacks:
    """`due_ms`: how long we may take; `home`: reads a number without country or area code; `asks_a_day`: how often callers of one
    number may ask within 24 hours."""

    def __init__(self, store: Store, *, due_ms: int, home: Home = CHINA, asks_a_day: int = 10, clock: Clock = now_ms) -> None:
        self._store = store
        self._asks_a_day = asks_a_day
        self._due_ms = due_ms
        self._home = home
        self._clock = clock

    async def promise(self, ask: NewAsk) -> Callback:
        """Owe a call. A number that is owed one already gets this reason added, and the earlier deadline. Raise NotANumber."""
        number = normalise(ask.number, self._home) or ""
        if not number and ask.recording is None:
            raise NotANumber(ask.number)
        try:
            return await self._promise(ask, number)
        except IntegrityError:
            # Somebody promised it at the same instant; now his row is seen. A fault of another kind is raised again.
            return await self._promise(ask, number)

    async def may_ask(self, number: str) -> bool:
        """Whether a caller of this number may leave one more message or ask for one more call. Withheld numbers share a larger count."""
        known = normalise(number, self._home)
        asked = select(func.count(AskRow.id)).join(CallbackRow, CallbackRow.id == AskRow.callback)
        asked = asked.outerjoin(CallRow, CallRow.id == AskRow.call).where(AskRow.by.is_(None), AskRow.at > self._clock() - DAY_MS)
        if known is None:
            asked = asked.where(or_(CallRow.number == ANONYMOUS, CallbackRow.number == ""))
        else:
            asked = asked.where(or_(CallRow.number.in_(writings(known, self._home) | {number}), CallbackRow.number == known))
        async with self._store.transaction() as session:
            return (await session.scalar(asked) or 0) < self._asks_a_day * (1 if known else WITHHELD_SHARE)

    async def owed(self, wanted: CallbackFilter | None = None) -> list[Callback]:
        """Callbacks as filtered; without a filter all that are open, most urgent first."""
        async with self._store.transaction() as session:
            rows = (await session.scalars(_query(wanted or CallbackFilter()))).all()
            return await _told(session, rows)

    async def one(self, callback: int) -> Callback | None:
        async with self._store.transaction() as session:
            row = await session.get(CallbackRow, callback)
            return (await _told(session, [row]))[0] if row else None

    async def of_number(self, number: str) -> list[Callback]:
        """What is owed to a number, as the network gave it: one, or none."""
        known = normalise(number, self._home)
        return await self.owed(CallbackFilter(number=known)) if known else []

    async def of_customer(self, customer: int, limit: int = 20) -> list[Callback]:
        """Open ones first, then the newest."""
        order = (CallbackRow.state.desc(), CallbackRow.opened.desc(), CallbackRow.id.desc())
        async with self._store.transaction() as session:
            rows = (await session.scalars(select(CallbackRow).where(CallbackRow.customer == customer).order_by(*order).limit(limit))).all()
            return await _told(session, rows)

    async def of_call(self, call: str) -> list[Callback]:
        """What was promised in a call, in the order it was."""
        asked = select(AskRow.callback).where(AskRow.call == call)
        async with self._store.transaction() as session:
            rows = (await session.scalars(select(CallbackRow).where(CallbackRow.id.in_(asked)).order_by(CallbackRow.id))).all()
            return await _told(session, rows)

    async def attempt(self, callback: int, call: str, *, by: int) -> int:
        """Note that we are calling; return how often we tried. The same call counts once. Raise NoSuchCallback, AlreadyClosed."""
        async with self._store.transaction() as session:
            row = await _open(session, callback)
            known = select(AttemptRow.id).where(AttemptRow.callback == callback, AttemptRow.call == call)
            if await session.scalar(known) is None:
                row.attempts += 1
                session.add(AttemptRow(callback=callback, call=call, at=self._clock(), by=by))
            return row.attempts

    async def close(self, callback: int, result: str, *, by: int, note: str = "", call: str | None = None) -> Callback:
        """Close it with one of RESULTS. Raise NoSuchCallback, AlreadyClosed, ValueError."""
        if result not in RESULTS:
            raise ValueError(f"{result!r} is none of {', '.join(RESULTS)}")
        async with self._store.transaction() as session:
            row = await _open(session, callback)
            self._closed(row, result, call=call, by=by, note=note)
            return (await _told(session, [row]))[0]

    async def reached_by_himself(self, number: str, call: str) -> Callback | None:
        """The one who was owed a call was answered when he rang: nothing is owed any more. None when nothing was."""
        known = normalise(number, self._home)
        if known is None:
            return None
        async with self._store.transaction() as session:
            row = await _open_for(session, known)
            if row is None:
                return None
            self._closed(row, "by_himself", call=call, by=None, note="")
            return (await _told(session, [row]))[0]

    def _closed(self, row: CallbackRow, result: str, *, call: str | None, by: int | None, note: str) -> None:
        row.state, row.closed, row.result = "done", self._clock(), result
        row.closed_by, row.closed_call, row.note = by, call, note

    async def _promise(self, ask: NewAsk, number: str) -> Callback:
        now = self._clock()
        due = ask.due if ask.due is not None else now + self._due_ms
        async with self._store.transaction() as session:
            row = await _open_for(session, number) if number else None
            known = await session.scalar(select(AskRow.callback).where(AskRow.key == ask.key)) if ask.key else None
            if known is not None:
                return (await _told(session, [await session.get_one(CallbackRow, known)]))[0]
            if row is None:
                row = _new(ask, number, now, due)
                session.add(row)
                await session.flush()
            else:
                row.due = min(row.due, due)
                row.customer = row.customer or ask.customer
            session.add(
                AskRow(
                    callback=row.id,
                    at=now,
                    kind=ask.kind,
                    call=ask.call,
                    reason=ask.reason,
                    recording=ask.recording,
                    by=ask.by,
                    key=ask.key,
                )
            )
            await session.flush()
            return (await _told(session, [row]))[0]


async def _open_for(session: AsyncSession, number: str) -> CallbackRow | None:
    # Written before it is read, so that of two who act at once the second sees what the first did.
    query = update(CallbackRow).where(CallbackRow.number == number, CallbackRow.state == "open").values(state="open")
    return (await session.scalars(query.returning(CallbackRow))).first()


async def _open(session: AsyncSession, callback: int) -> CallbackRow:
    query = update(CallbackRow).where(CallbackRow.id == callback).values(state=CallbackRow.state).returning(CallbackRow)
    row = (await session.scalars(query)).first()
    if row is None:
        raise NoSuchCallback(callback)
    if row.state != "open":
        raise AlreadyClosed(callback)
    return row


def _new(ask: NewAsk, number: str, now: int, due: int) -> CallbackRow:
    return CallbackRow(
        number=number,
        customer=ask.customer,
        call=ask.call,
        hotline=ask.hotline,
        queue=ask.queue,
        kind=ask.kind,
        opened=now,
        due=due,
        state="open",
        attempts=0,
        closed=None,
        result="",
        closed_by=None,
        closed_call=None,
        note="",
    )


def _query(wanted: CallbackFilter) -> Select[CallbackRow]:
    query = select(CallbackRow).where(CallbackRow.state == wanted.state)
    if wanted.queues is not None:
        query = query.where(CallbackRow.queue.in_(wanted.queues))
    if wanted.customer is not None:
        query = query.where(CallbackRow.customer == wanted.customer)
    if wanted.number is not None:
        query = query.where(CallbackRow.number == wanted.number)
    order = (CallbackRow.due, CallbackRow.id) if wanted.state == "open" else (CallbackRow.closed.desc(), CallbackRow.id.desc())
    return query.order_by(*order).limit(wanted.limit)


async def _told(session: AsyncSession, rows: Sequence[CallbackRow]) -> list[Callback]:
    asks: dict[int, tuple[Ask, ...]] = {}
    for a in await session.scalars(select(AskRow).where(AskRow.callback.in_([r.id for r in rows])).order_by(AskRow.id)):
        asks[a.callback] = (*asks.get(a.callback, ()), Ask(a.at, a.kind, a.call, a.reason, a.recording, a.by))
    return [
        Callback(
            id=r.id,
            number=r.number,
            customer=r.customer,
            call=r.call,
            hotline=r.hotline,
            queue=r.queue,
            kind=r.kind,
            opened=r.opened,
            due=r.due,
            state=r.state,
            attempts=r.attempts,
            closed=r.closed,
            result=r.result,
            closed_by=r.closed_by,
            closed_call=r.closed_call,
            note=r.note,
            asks=asks.get(r.id, ()),
        )
        for r in rows
    ]
