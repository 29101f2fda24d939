"""The blacklist, what agents say of callers, and who is turned away for it. Whoever is turned away can be let in again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit.service import append
from callcenter.calls.tables import CallRow
from callcenter.crm.callers.rules import IN_VAIN, KINDS, OF_DISPOSITION, Against, Limits, treatment
from callcenter.crm.callers.tables import BarredRow, MarkRow, PardonRow
from callcenter.crm.customers.tables import PhoneRow
from callcenter.hotlines.numbers import normalise, writings
from callcenter.settings import CHINA, Home
from callcenter.store.clock import Clock, now_ms
from callcenter.store.engine import Store

TURNED_AWAY = ("blacklisted", *KINDS)
LISTED = 200
"""Numbers and calls shown at most."""


class NotANumber(Exception):
    """What was given is no telephone number. Withheld numbers cannot be barred: most of them are honest people's."""


class AlreadyBarred(Exception):
    """The number stands on the blacklist already."""


class NotBarred(Exception):
    """There is no such entry, or it was lifted before."""


@dataclass(frozen=True)
class Barred:
    """An entry of the blacklist that stands. Times are ms; `until` None: for good."""

    id: int
    number: str
    reason: str
    since: int
    until: int | None
    by: str


@dataclass(frozen=True)
class Held:
    """A number that is turned away without anybody's decision: `why` is nuisance or silent, `count` how often, `last` (ms) when last."""

    number: str
    why: str
    count: int
    last: int


@dataclass(frozen=True)
class TurnedAway:
    """A call that was turned away."""

    call: str
    number: str
    at: int
    hotline: str
    exit: str


@dataclass(frozen=True)
class Callers:
    store: Store
    limits: Limits = Limits()
    home: Home = CHINA
    clock: Clock = now_ms

    async def treatment(self, number: str) -> str:
        """'' or the exit with which a caller of this number is turned away now; one who withholds his number never is."""
        known = normalise(number, self.home)
        if known is None:
            return ""
        async with self.store.transaction() as session:
            return treatment(self.limits, await self._against(session, known, number))

    async def bar(self, number: str, reason: str, until: int | None, *, by: str) -> None:
        """Put a number on the blacklist. Raise NotANumber, AlreadyBarred."""
        known = normalise(number, self.home)
        if known is None:
            raise NotANumber(number)
        now = self.clock()
        async with self.store.transaction() as session:
            if await session.scalar(select(BarredRow.id).where(BarredRow.number == known, _standing(now))) is not None:
                raise AlreadyBarred(known)
            session.add(BarredRow(number=known, reason=reason, since=now, until=until, by=by, lifted=None, lifted_by=""))
            await append(session, at=now, who=by, act="barred", what=f"{known} until={until}: {reason}")

    async def lift(self, entry: int, *, by: str) -> None:
        """Take an entry off the blacklist; what was counted against its number is forgotten, too. Raise NotBarred."""
        now = self.clock()
        async with self.store.transaction() as session:
            lifted = update(BarredRow).where(BarredRow.id == entry, _standing(now)).values(lifted=now, lifted_by=by)
            number = await session.scalar(lifted.returning(BarredRow.number))
            if number is None:
                raise NotBarred(entry)
            await session.merge(PardonRow(number=number, at=now, by=by))
            await append(session, at=now, who=by, act="unbarred", what=number)

    async def pardon(self, number: str, *, by: str) -> None:
        """Forget what was counted against a number until now. Raise NotANumber."""
        known = normalise(number, self.home)
        if known is None:
            raise NotANumber(number)
        now = self.clock()
        async with self.store.transaction() as session:
            await session.merge(PardonRow(number=known, at=now, by=by))
            await append(session, at=now, who=by, act="pardoned", what=known)

    async def marked(self, call: str, number: str, disposition: str | None, *, user: int) -> None:
        """What an agent said of a call counts for its caller, or against him; saying another thing replaces it."""
        known, kind = normalise(number, self.home), OF_DISPOSITION.get(disposition or "")
        async with self.store.transaction() as session:
            await session.execute(delete(MarkRow).where(MarkRow.call == call, MarkRow.user == user))
            if known is not None and kind is not None:
                session.add(MarkRow(call=call, user=user, number=known, kind=kind, at=self.clock()))

    async def barred(self) -> list[Barred]:
        """The blacklist as it stands, the newest first."""
        async with self.store.transaction() as session:
            query = select(BarredRow).where(_standing(self.clock())).order_by(BarredRow.since.desc(), BarredRow.id.desc())
            return [Barred(r.id, r.number, r.reason, r.since, r.until, r.by) for r in await session.scalars(query.limit(LISTED))]

    async def held(self) -> list[Held]:
        """Who is turned away without anybody's decision, the latest first."""
        now, limits = self.clock(), self.limits
        async with self.store.transaction() as session:
            marks = {
                kind: await _marked(session, kind, now - ms) for kind, ms in (("nuisance", limits.marks_ms), ("silent", limits.silent_ms))
            }
            calls = await _in_vain(session, now - limits.calls_ms)
            numbers = {number for one in (*marks.values(), calls) for number in one}
            found = [await self._held(session, number, marks, calls) for number in sorted(numbers)]
        return sorted((one for one in found if one is not None), key=lambda one: -one.last)[:LISTED]

    async def turned_away(self, since: int) -> Sequence[TurnedAway]:
        """The calls that were turned away since then (ms), the newest first."""
        query = select(CallRow).where(CallRow.exit.in_(TURNED_AWAY), CallRow.began >= since).order_by(CallRow.began.desc()).limit(LISTED)
        async with self.store.transaction() as session:
            return [TurnedAway(r.id, r.number, r.began, r.hotline or "", r.exit or "") for r in await session.scalars(query)]

    async def _held(self, session: AsyncSession, number: str, marks: dict[str, dict[str, int]], calls: dict[str, int]) -> Held | None:
        known = normalise(number, self.home) or number
        against = await self._against(session, known, number)
        why = treatment(self.limits, against)
        if why not in KINDS:
            return None
        count = against.silent if why == "silent" else max(against.nuisance, against.in_vain)
        last = max(one.get(number, 0) for one in (*marks.values(), calls))
        return Held(known, why, count, last)

    async def _against(self, session: AsyncSession, known: str, given: str) -> Against:
        """`known` is the number in its one form, `given` as the network writes it. One question: a caller waits for the answer."""
        now, limits = self.clock(), self.limits
        pardon = func.coalesce(select(PardonRow.at).where(PardonRow.number == known).scalar_subquery(), 0)

        def marks(kind: str, ms: int) -> ScalarSelect[int]:
            counted = (MarkRow.number == known) & (MarkRow.kind == kind) & (MarkRow.at > now - ms) & (MarkRow.at > pardon)
            return select(func.count(MarkRow.call)).where(counted).scalar_subquery()

        written = writings(known, self.home) | {given}
        vain = CallRow.number.in_(written) & CallRow.exit.in_(IN_VAIN) & (CallRow.began > now - limits.calls_ms) & (CallRow.began > pardon)
        query = select(
            exists().where(BarredRow.number == known, _standing(now)),
            exists().where(PhoneRow.number == known),
            marks("nuisance", limits.marks_ms),
            marks("silent", limits.silent_ms),
            select(func.count(CallRow.id)).where(vain).scalar_subquery(),
        )
        barred, customer, nuisance, silent, in_vain = (await session.execute(query)).one()
        return Against(bool(barred), bool(customer), nuisance, silent, in_vain)


def _standing(now: int) -> ColumnElement[bool]:
    return BarredRow.lifted.is_(None) & or_(BarredRow.until.is_(None), BarredRow.until > now)


async def _marked(session: AsyncSession, kind: str, since: int) -> dict[str, int]:
    """Numbers that agents marked since then, and when last."""
    query = select(MarkRow.number, func.max(MarkRow.at)).where(MarkRow.kind == kind, MarkRow.at > since).group_by(MarkRow.number)
    return {row[0]: row[1] for row in await session.execute(query)}


async def _in_vain(session: AsyncSession, since: int) -> dict[str, int]:
    """Numbers that called in vain more than once since then, and when last."""
    query = select(CallRow.number, func.max(CallRow.began)).where(CallRow.exit.in_(IN_VAIN), CallRow.began > since)
    rows = await session.execute(query.group_by(CallRow.number).having(func.count() > 1))
    return {row[0]: row[1] for row in rows}
