"""A site file into the store: what is missing is added, what differs is changed, nothing is ever removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit.service import append
from callcenter.hotlines.service import Hotlines
from callcenter.hotlines.tables import HotlineRow, QueueRow
from callcenter.people.passwords import invented
from callcenter.people.service import People
from callcenter.people.tables import AgentQueueRow, DispositionRow, PauseReasonRow, SeatRow, UserRow
from callcenter.site.read import Section, Site
from callcenter.store.base import Base
from callcenter.store.clock import Clock, now_ms
from callcenter.store.engine import Store

TABLES: Mapping[str, tuple[type[Base], str]] = {
    "queues": (QueueRow, "name"),
    "hotlines": (HotlineRow, "number"),
    "seats": (SeatRow, "name"),
    "pause_reasons": (PauseReasonRow, "code"),
    "dispositions": (DispositionRow, "code"),
}
"""Sections that are a table each, in the order in which they point at each other."""

ORDERED = ("pause_reasons", "dispositions")
"""Sections whose order in the file is the order in which agents are offered them."""


@dataclass
class Applied:
    """What was done, a line each; what stands in the store and not in the file; the passwords of new users by number."""

    done: list[str] = field(default_factory=list)
    besides: list[str] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=dict)


async def apply(site: Site, store: Store, people: People, *, by: str, clock: Clock = now_ms, dry_run: bool = False) -> Applied:
    """Make the store as the file says; each change is a line of the audit. With `dry_run` it is only told what would be done."""
    applied = Applied()
    async with store.transaction() as session:
        for name, (table, key) in TABLES.items():
            await _section(session, table, key, _rows(name, getattr(site, name)), name, applied)
        await _known_users(session, site.users, applied)
        if dry_run:
            await session.rollback()
        else:
            for line in applied.done:
                await append(session, at=clock(), who=by, act="site_applied", what=line)
    new = [number for number in site.users if f"users: {number} added" in applied.done]
    if not dry_run:
        await _weeks(site, Hotlines(store), applied)
        for number in new:
            applied.passwords[number] = await _new_user(people, number, site.users[number], by)
    return applied


def _rows(section: str, wanted: Section) -> Section:
    rows = {name: {key: value for key, value in one.items() if key != "hours"} for name, one in wanted.items()}
    if section in ORDERED:
        return {name: {**one, "place": place} for place, (name, one) in enumerate(rows.items())}
    return rows


async def _section(session: AsyncSession, table: type[Base], key: str, wanted: Section, name: str, applied: Applied) -> None:
    there = {str(getattr(row, key)): row for row in await session.scalars(select(table))}
    for one, values in wanted.items():
        row = there.get(one)
        if row is None:
            session.add(table(**{key: one, **values}))
            applied.done.append(f"{name}: {one} added")
        else:
            applied.done += [f"{name}: {one} {change}" for change in _changes(row, values)]
    applied.besides += [f"{name}: {one}" for one in there if wanted and one not in wanted]
    await session.flush()


def _changes(row: Base, values: Mapping[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        before = getattr(row, key)
        if before != value:
            setattr(row, key, value)
            yield f"{key}: {before!r} → {value!r}"


async def _known_users(session: AsyncSession, wanted: Section, applied: Applied) -> None:
    """Users who have an account; new ones are only noted."""
    there = {row.number: row for row in await session.scalars(select(UserRow))}
    for number, user in wanted.items():
        row = there.get(number)
        if row is None:
            applied.done.append(f"users: {number} added")
            continue
        values = {"name": user["name"], "language": user["language"], "roles": sorted(user["roles"])}
        applied.done += [f"users: {number} {change}" for change in _changes(row, values)]
        serves = set(await session.scalars(select(AgentQueueRow.queue).where(AgentQueueRow.user == row.id)))
        if serves != set(user["queues"]):
            await session.execute(delete(AgentQueueRow).where(AgentQueueRow.user == row.id))
            session.add_all(AgentQueueRow(user=row.id, queue=queue) for queue in user["queues"])
            applied.done.append(f"users: {number} queues: {', '.join(sorted(serves))} → {', '.join(user['queues'])}")
    applied.besides += [f"users: {number}" for number, row in there.items() if wanted and number not in wanted and row.active]
    await session.flush()


async def _weeks(site: Site, hotlines: Hotlines, applied: Applied) -> None:
    """The week that a new hotline begins with; later it is changed on its page."""
    for number, hotline in site.hotlines.items():
        if f"hotlines: {number} added" in applied.done:
            await hotlines.set_plan(number, hotline["hours"])


async def _new_user(people: People, number: str, user: Mapping[str, Any], by: str) -> str:
    password = invented()
    await people.add(
        number=number,
        name=user["name"],
        password=password,
        roles=user["roles"],
        language=user["language"],
        queues=user["queues"],
        by=by,
    )
    return password
