"""Opening, finding and closing cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.crm.cases import rules
from callcenter.crm.cases.tables import CaseDayRow, CaseEventRow, CaseRow
from callcenter.store.clock import Clock, now_ms
from callcenter.store.engine import Store


@dataclass(frozen=True)
class Case:
    """`owner` and `opened_by` are users' ids; times are ms; `state` is open or closed; `result` says how it was settled.

    `channel` is phone or ivr: the caller opened it himself, and nobody took it.
    """

    id: int
    number: str
    kind: str
    text: str
    customer: int | None
    call: str | None
    owner: int
    opened_by: int
    opened: int
    due: int
    state: str
    closed: int | None
    result: str
    channel: str = "phone"


@dataclass(frozen=True)
class CaseEvent:
    at: int
    who: int
    act: str
    text: str


@dataclass(frozen=True)
class CaseFilter:
    """All that are given must hold. `due_before` in ms. Open ones by deadline, closed ones newest first."""

    state: str | None = "open"
    kind: str | None = None
    owner: int | None = None
    customer: int | None = None
    due_before: int | None = None
    limit: int = 100


class NoSuchCase(Exception):
    """There is no case of that number."""


class AlreadyClosed(Exception):
    """The case was closed before."""


class Cases:
    """`zone` is the site's: a case's number bears the day it was opened there."""

    def __init__(self, store: Store, zone: ZoneInfo, *, clock: Clock = now_ms) -> None:
        self._store = store
        self._zone = zone
        self._clock = clock

    async def open(
        self,
        *,
        kind: str,
        text: str,
        by: int,
        owner: int | None = None,
        customer: int | None = None,
        call: str | None = None,
        due: int | None = None,
        key: str | None = None,
        channel: str = "phone",
    ) -> Case:
        """Open a case and give it its number. The same `key` opens it once and gives that case ever after.

        Without `owner` the one who opens it owns it; without `due` its kind says. Raise UnknownKind.
        """
        now = self._clock()
        limit = rules.due(kind, now)
        row = CaseRow(
            kind=kind,
            text=text,
            customer=customer,
            call=call,
            owner=owner or by,
            opened_by=by,
            opened=now,
            due=limit if due is None else due,
            state="open",
            closed=None,
            result="",
            key=key,
            channel=channel,
        )
        known = await self._by_key(key)
        if known is not None:
            return known
        try:
            return await self._add(row)
        except IntegrityError:
            known = await self._by_key(key)  # the same act, done twice at once
            if known is None:
                raise
            return known

    async def one(self, number: str) -> Case | None:
        async with self._store.transaction() as session:
            row = await session.scalar(select(CaseRow).where(CaseRow.number == number))
            return _case(row) if row else None

    async def events(self, number: str) -> list[CaseEvent]:
        """What was done about a case, in order."""
        async with self._store.transaction() as session:
            rows = await session.scalars(
                select(CaseEventRow)
                .join(CaseRow, CaseRow.id == CaseEventRow.case)
                .where(CaseRow.number == number)
                .order_by(CaseEventRow.id)
            )
            return [CaseEvent(r.at, r.who, r.act, r.text) for r in rows]

    async def find(self, wanted: CaseFilter) -> list[Case]:
        async with self._store.transaction() as session:
            return [_case(row) for row in await session.scalars(_query(wanted))]

    async def of_customer(self, customer: int, limit: int = 20) -> list[Case]:
        """Open ones first, then the newest."""
        query = select(CaseRow).where(CaseRow.customer == customer)
        async with self._store.transaction() as session:
            rows = await session.scalars(query.order_by(CaseRow.state.desc(), CaseRow.opened.desc(), CaseRow.id.desc()).limit(limit))
            return [_case(row) for row in rows]

    async def of_calls(self, calls: Sequence[str]) -> dict[str, list[Case]]:
        """The cases opened in each of these calls, in the order they were opened."""
        found: dict[str, list[Case]] = {}
        async with self._store.transaction() as session:
            for row in await session.scalars(select(CaseRow).where(CaseRow.call.in_(calls)).order_by(CaseRow.id)):
                found.setdefault(row.call or "", []).append(_case(row))
        return found

    async def of_call(self, call: str) -> list[Case]:
        return (await self.of_calls([call])).get(call, [])

    async def note(self, number: str, text: str, *, by: int) -> None:
        """Add what was done. Raise NoSuchCase."""
        async with self._store.transaction() as session:
            row = await _locked(session, number)
            session.add(CaseEventRow(case=row.id, at=self._clock(), who=by, act="noted", text=text))

    async def close(self, number: str, result: str, *, by: int) -> Case:
        """Close a case with how it was settled. Raise NoSuchCase, AlreadyClosed."""
        now = self._clock()
        async with self._store.transaction() as session:
            row = await _locked(session, number)
            if row.state == "closed":
                raise AlreadyClosed(number)
            row.state, row.closed, row.result = "closed", now, result
            session.add(CaseEventRow(case=row.id, at=now, who=by, act="closed", text=result))
            return _case(row)

    async def reassign(self, number: str, *, owner: int, why: str, by: int) -> Case:
        """Give a case to another owner; `why` stands among its events. Raise NoSuchCase, AlreadyClosed."""
        async with self._store.transaction() as session:
            row = await _locked(session, number)
            if row.state == "closed":
                raise AlreadyClosed(number)
            row.owner = owner
            session.add(CaseEventRow(case=row.id, at=self._clock(), who=by, act="reassigned", text=why))
            return _case(row)

    async def _add(self, row: CaseRow) -> Case:
        async with self._store.transaction() as session:
            row.number = await _next_number(session, rules.day_of(row.opened, self._zone))
            session.add(row)
            await session.flush()
            session.add(CaseEventRow(case=row.id, at=row.opened, who=row.opened_by, act="opened", text=""))
            return _case(row)

    async def _by_key(self, key: str | None) -> Case | None:
        if key is None:
            return None
        async with self._store.transaction() as session:
            row = await session.scalar(select(CaseRow).where(CaseRow.key == key))
            return _case(row) if row else None


async def _next_number(session: AsyncSession, day: str) -> str:
    # The UPDATE comes first: it takes the day's lock on both databases, so that no number is given twice.
    query = update(CaseDayRow).where(CaseDayRow.day == day).values(last=CaseDayRow.last + 1).returning(CaseDayRow.last)
    last = await session.scalar(query)
    if last is None:
        last = 1
        session.add(CaseDayRow(day=day, last=last))
        await session.flush()
    return rules.number(day, last)


async def _locked(session: AsyncSession, number: str) -> CaseRow:
    # Written before it is read, so that of two who act at once the second sees what the first did.
    await session.execute(update(CaseRow).where(CaseRow.number == number).values(state=CaseRow.state))
    row = await session.scalar(select(CaseRow).where(CaseRow.number == number))
    if row is None:
        raise NoSuchCase(number)
    return row


def _query(wanted: CaseFilter) -> Select[CaseRow]:
    query = select(CaseRow)
    for column, value in (
        (CaseRow.state, wanted.state),
        (CaseRow.kind, wanted.kind),
        (CaseRow.owner, wanted.owner),
        (CaseRow.customer, wanted.customer),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.due_before is not None:
        query = query.where(CaseRow.due < wanted.due_before)
    order = (CaseRow.due, CaseRow.id) if wanted.state == "open" else (CaseRow.opened.desc(), CaseRow.id.desc())
    return query.order_by(*order).limit(wanted.limit)


def _case(row: CaseRow) -> Case:
    return Case(
        id=row.id,
        number=row.number,
        kind=row.kind,
        text=row.text,
        customer=row.customer,
        call=row.call,
        owner=row.owner,
        opened_by=row.opened_by,
        opened=row.opened,
        due=row.due,
        state=row.state,
        closed=row.closed,
        result=row.result,
        channel=row.channel,
    )
