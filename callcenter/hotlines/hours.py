"""When hotlines are open: read for every caller, changed by supervisors, each change with a line in the audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit.service import append
from callcenter.hotlines.calendar import WeeklyPlan
from callcenter.hotlines.emergency import Emergency, Switch, said_first
from callcenter.hotlines.opening import Opening, Rules, Schedule, SpecialDay, Times, opening, special_of
from callcenter.hotlines.public_days import PublicDays
from callcenter.hotlines.tables import EmergencyRow, HourRulesRow, HoursRow, SpecialDayRow
from callcenter.store.clock import Clock, now_ms
from callcenter.store.engine import Store


class NoSuchSpecialDay(Exception):
    """There is no special day of that id."""


@dataclass(frozen=True)
class Hours:
    """`zone` is the site's, `public` its country's calendar. `by` is the number of the user who changes something."""

    store: Store
    zone: ZoneInfo
    public: PublicDays
    clock: Clock = now_ms

    def today(self) -> date:
        return datetime.fromtimestamp(self.clock() / 1000, self.zone).date()

    async def schedule(self, hotline: str) -> Schedule:
        """All that decides when it is open; one without a week is never open."""
        async with self.store.transaction() as session:
            spans = await session.scalars(select(HoursRow).where(HoursRow.hotline == hotline))
            plan = WeeklyPlan.of((r.weekday, r.opens, r.closes) for r in spans)
            rules = await session.get(HourRulesRow, hotline)
            return Schedule(plan, _rules(rules), tuple(await _specials(session, hotline)))

    async def opening(self, hotline: str) -> Opening:
        """Whether the hotline is open now, why, and until when."""
        return opening(await self.schedule(hotline), self.public.day, self.clock(), self.zone)

    async def said_first(self, hotline: str) -> Emergency | None:
        """What a caller of this hotline hears first of all now; None on an ordinary day."""
        async with self.store.transaction() as session:
            switch = _switch(await session.get(EmergencyRow, hotline))
            specials = await _specials(session, hotline)
        return said_first(switch, special_of(specials, self.today()), self.clock())

    async def set_week(self, hotline: str, plan: WeeklyPlan, rules: Rules, *, by: str) -> None:
        """Replace the week, and what holds on public holidays and make-up workdays."""
        async with self.store.transaction() as session:
            await session.execute(delete(HoursRow).where(HoursRow.hotline == hotline))
            session.add_all(HoursRow(hotline=hotline, weekday=s.weekday, opens=s.opens, closes=s.closes) for s in plan.spans)
            row = HourRulesRow(hotline=hotline, holidays=rules.holidays, holiday_times=_pairs(rules.holiday_times), makeup=rules.makeup)
            await session.merge(row)
            told = f"{hotline} {_told_week(plan)} holidays={rules.holidays} {_told(rules.holiday_times)} makeup={rules.makeup}"
            await append(session, at=self.clock(), who=by, act="hours", what=told)

    async def specials(self, hotline: str, since: date) -> list[SpecialDay]:
        """The special days of a hotline that are not over on `since`, in their order."""
        async with self.store.transaction() as session:
            return [one for one in await _specials(session, hotline) if one.last >= since]

    async def special(self, special: int) -> SpecialDay | None:
        async with self.store.transaction() as session:
            row = await session.get(SpecialDayRow, special)
            return _special(row) if row else None

    async def add_special(self, new: SpecialDay, *, by: str) -> int:
        """Its id; `new.id` does not count."""
        async with self.store.transaction() as session:
            row = SpecialDayRow(hotline=new.hotline)
            _write(row, new)
            session.add(row)
            await session.flush()
            await append(session, at=self.clock(), who=by, act="special_day", what=_told_special(replace(new, id=row.id)))
            return row.id

    async def change_special(self, changed: SpecialDay, *, by: str) -> None:
        """Raise NoSuchSpecialDay."""
        async with self.store.transaction() as session:
            row = await session.get(SpecialDayRow, changed.id)
            if row is None:
                raise NoSuchSpecialDay(changed.id)
            _write(row, changed)
            await append(session, at=self.clock(), who=by, act="special_day", what=_told_special(changed))

    async def remove_special(self, special: int, *, by: str) -> None:
        """Raise NoSuchSpecialDay."""
        async with self.store.transaction() as session:
            row = await session.get(SpecialDayRow, special)
            if row is None:
                raise NoSuchSpecialDay(special)
            await session.delete(row)
            await append(session, at=self.clock(), who=by, act="special_day_removed", what=_told_special(_special(row)))

    async def switch(self, hotline: str) -> Switch:
        """The emergency switch as it stands."""
        async with self.store.transaction() as session:
            return _switch(await session.get(EmergencyRow, hotline))

    async def set_switch(self, hotlines: Sequence[str], wanted: Switch, *, by: str) -> None:
        """Switch the emergency of these hotlines on or off from this instant; `since` and `by` of `wanted` do not count."""
        now, on = self.clock(), wanted.on
        state = f"on closed={wanted.closed} until={wanted.until}" if on else "off"
        async with self.store.transaction() as session:
            for hotline in hotlines:
                row = EmergencyRow(hotline=hotline, on=on, closed=wanted.closed, zh=wanted.zh, en=wanted.en, by=by)
                row.since, row.until = (now, wanted.until) if on else (None, None)
                await session.merge(row)
            await append(session, at=now, who=by, act="emergency", what=f"{','.join(hotlines)} {state}: {wanted.zh} / {wanted.en}")


async def _specials(session: AsyncSession, hotline: str) -> list[SpecialDay]:
    mine = or_(SpecialDayRow.hotline == hotline, SpecialDayRow.hotline.is_(None))
    rows = await session.scalars(select(SpecialDayRow).where(mine).order_by(SpecialDayRow.first, SpecialDayRow.id))
    return [_special(row) for row in rows]


def _special(row: SpecialDayRow) -> SpecialDay:
    times = tuple(Times(opens, closes) for opens, closes in row.times)
    return SpecialDay(row.id, row.hotline, row.first, row.last, row.name, times, row.weekday, row.zh, row.en)


def _write(row: SpecialDayRow, given: SpecialDay) -> None:
    row.hotline, row.first, row.last, row.name = given.hotline, given.first, given.last, given.name
    row.times, row.weekday, row.zh, row.en = _pairs(given.times), given.weekday, given.zh, given.en


def _rules(row: HourRulesRow | None) -> Rules:
    if row is None:
        return Rules()
    return Rules(row.holidays, tuple(Times(opens, closes) for opens, closes in row.holiday_times), row.makeup)


def _switch(row: EmergencyRow | None) -> Switch:
    return Switch(row.on, row.closed, row.zh, row.en, row.since, row.until, row.by) if row else Switch()


def _pairs(times: Iterable[Times]) -> list[list[int]]:
    return [[one.opens, one.closes] for one in times]


def _told(times: Iterable[Times]) -> str:
    return ",".join(f"{one.opens}-{one.closes}" for one in times)


def _told_week(plan: WeeklyPlan) -> str:
    return " ".join(f"{s.weekday}:{s.opens}-{s.closes}" for s in plan.spans)


def _told_special(one: SpecialDay) -> str:
    how = f"weekday {one.weekday}" if one.weekday is not None else _told(one.times) or "closed"
    return f"{one.id} {one.hotline or 'all'} {one.first}..{one.last} {one.name}: {how}; {one.zh} / {one.en}"
