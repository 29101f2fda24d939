"""Asterisk's own record in PostgreSQL, for an Asterisk on another machine: as cel_pgsql and res_config_pgsql write it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Double, Identity, MetaData, Row, Select, String, Table, TextClause, delete, select, text
from sqlalchemy.types import TIMESTAMP

from callcenter.store.engine import AWAY, Store
from callcenter.telephony.cel import Line
from callcenter.telephony.queue_log import Entry, row

log = logging.getLogger(__name__)

CEL_TABLE = "asterisk_cel"
QUEUE_LOG_TABLE = "asterisk_queue_log"

PREPARING = 4_212_022
"""The advisory lock under which the tables are made."""

DAY_MS = 86_400_000

EPOCH = datetime(1970, 1, 1)
"""The times of queue_log are UTC and bear no zone."""


def _texts(**lengths: int) -> list[Column[str]]:
    # cel_pgsql cuts a value to its column's length, which it must be told: it takes a text without one for too short.
    return [Column(name, String(length)) for name, length in lengths.items()]


TABLES = MetaData()

CEL = Table(
    CEL_TABLE,
    TABLES,
    Column("id", BigInteger, Identity(), primary_key=True),
    # As a floating point number cel_pgsql writes microseconds since the epoch; as a time it would write the local one.
    Column("eventtime", Double, index=True),
    *_texts(eventtype=40, cid_num=80, exten=80, context=80, channame=120, appname=80, appdata=1000, accountcode=80),
    *_texts(peeraccount=80, uniqueid=150, linkedid=150, extra=2000),
)

QUEUE_LOG = Table(
    QUEUE_LOG_TABLE,
    TABLES,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("time", TIMESTAMP(timezone=False), index=True),
    *_texts(callid=150, queuename=80, agent=120, event=40, data=1000),
)


class Rows:
    """`record.Record` in the database `store`. Asterisk reads the tables' columns when it starts: `prepare` comes before."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def prepare(self) -> None:
        """Make the tables that are not there. Raises one of AWAY."""
        async with self._store.engine.begin() as connection:
            await connection.execute(_lock())
            await connection.run_sync(TABLES.create_all)

    async def channels(self, since: int) -> list[Line] | None:
        found = await self._found(select(CEL).where(CEL.c.eventtime >= since / 1000).order_by(CEL.c.eventtime, CEL.c.id))
        return None if found is None else [_line(one) for one in found]

    async def queues(self, since: int) -> list[Entry] | None:
        asked = select(QUEUE_LOG).where(QUEUE_LOG.c.time >= _time(since // 1000 * 1000)).order_by(QUEUE_LOG.c.time, QUEUE_LOG.c.id)
        found = await self._found(asked)
        return None if found is None else [_entry(one) for one in found]

    async def shorten(self, now: int, days: int) -> None:
        before = now - days * DAY_MS
        async with self._store.transaction() as session:
            await session.execute(delete(CEL).where(CEL.c.eventtime < before / 1000))
            await session.execute(delete(QUEUE_LOG).where(QUEUE_LOG.c.time < _time(before)))

    async def close(self) -> None:
        await self._store.close()

    async def _found(self, asked: Select[Any]) -> Sequence[Row[Any]] | None:
        try:
            async with self._store.transaction() as session:
                found: Sequence[Row[Any]] = (await session.execute(asked)).all()
        except AWAY as wrong:
            log.warning("Asterisk's own record cannot be read: %s", str(wrong).partition("\n")[0])
            return None
        return found


def _lock() -> TextClause:
    return text(f"select pg_advisory_xact_lock({PREPARING})")


def _line(one: Row[Any]) -> Line:
    return Line(
        event=one.eventtype or "",
        at=round(one.eventtime * 1_000_000) // 1000,
        number=one.cid_num or "",
        dialled=one.exten or "",
        context=one.context or "",
        name=one.channame or "",
        app=one.appname or "",
        data=one.appdata or "",
        account=one.accountcode or "",
        leg=one.uniqueid or "",
        linked=one.linkedid or "",
        peer_account=one.peeraccount or "",
        extra=one.extra or "",
    )


def _entry(one: Row[Any]) -> Entry:
    at = round(one.time.replace(tzinfo=UTC).timestamp() * 1000)
    return row(at, one.callid or "", one.queuename or "", one.agent or "", one.event or "", (one.data or "").split("|"))


def _time(at: int) -> datetime:
    return EPOCH + timedelta(milliseconds=at)
