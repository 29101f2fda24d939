"""Adding a line to the audit trail, and proving that none was changed since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit.tables import AuditEndRow, AuditRow
from callcenter.store.engine import Store

BEGIN = "0" * 64
"""What stands for the hash before the first line."""


@dataclass(frozen=True)
class Line:
    """What somebody did. `who` is a user's number, "command" for whoever works on this machine, '' for the server; `address` where from."""

    seq: int
    at: int
    who: str
    act: str
    what: str
    address: str


@dataclass(frozen=True)
class Broken:
    """The first line that is not what it was when it was added."""

    seq: int
    why: str


async def append(session: AsyncSession, *, at: int, who: str, act: str, what: str, address: str = "") -> int:
    """Add a line inside the caller's transaction, so that it is there exactly when what it tells of is. Return its place.

    Call it last: from here to the end of the transaction nobody else can append.
    """
    last = (await session.execute(update(AuditEndRow).values(seq=AuditEndRow.seq + 1).returning(AuditEndRow.seq, AuditEndRow.hash))).first()
    seq, prev = (last.seq, last.hash) if last else (1, BEGIN)
    mark = line_hash(seq, at, who, act, what, address, prev)
    session.add(AuditRow(seq=seq, at=at, who=who, act=act, what=what, address=address, prev=prev, hash=mark))
    if last:
        await session.execute(update(AuditEndRow).values(hash=mark))
    else:
        session.add(AuditEndRow(id=1, seq=seq, hash=mark))
    await session.flush()
    return seq


async def note(store: Store, clock: Callable[[], int], who: str, act: str, what: str) -> None:
    """Add a line for something that is not in the store. Raise one of the store's AWAY."""
    async with store.transaction() as session:
        await append(session, at=clock(), who=who, act=act, what=what)


async def lines(store: Store, since: int | None = None, until: int | None = None) -> AsyncIterator[Line]:
    """The lines of [since, until) in ms, oldest first; all of them where nothing is said."""
    wanted = select(AuditRow).order_by(AuditRow.seq).execution_options(yield_per=500)
    wanted = wanted if since is None else wanted.where(AuditRow.at >= since)
    wanted = wanted if until is None else wanted.where(AuditRow.at < until)
    async with store.transaction() as session:
        async for row in await session.stream_scalars(wanted):
            yield Line(row.seq, row.at, row.who, row.act, row.what, row.address)


async def verify(store: Store) -> Broken | None:
    """The first broken link of the chain; None when every line is as it was added and none is missing. Others may append meanwhile."""
    seq, prev, ended = 0, BEGIN, 0
    async with store.transaction() as session:
        while True:
            async for row in await session.stream_scalars(
                select(AuditRow).where(AuditRow.seq > seq).order_by(AuditRow.seq).execution_options(yield_per=500)
            ):
                seq += 1
                if row.seq != seq:
                    return Broken(seq, "a line is missing")
                if row.prev != prev or row.hash != line_hash(row.seq, row.at, row.who, row.act, row.what, row.address, row.prev):
                    return Broken(seq, "the line was changed")
                prev = row.hash
            # The end is read after the lines: it may be further on by now, and then there are more lines to read, but never before them.
            before, end = ended, (await session.execute(select(AuditEndRow.seq, AuditEndRow.hash))).first()
            ended = end.seq if end else 0
            if seq < before or ended < seq or (ended == seq and end is not None and end.hash != prev):
                return Broken(seq + 1, "lines are missing at the end")
            if ended == seq:
                return None


def line_hash(seq: int, at: int, who: str, act: str, what: str, address: str, prev: str) -> str:
    """SHA-256 over a line and the hash before it, in hexadecimal digits."""
    line = json.dumps([seq, at, who, act, what, address, prev], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(line.encode()).hexdigest()
