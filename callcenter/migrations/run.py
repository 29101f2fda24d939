"""Bringing a store to the present schema, and drafting the next step.

A step runs in one transaction on both databases, so a killed migration leaves what was there before and can be repeated.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from callcenter.schema import metadata
from callcenter.store.sqlite import connecting

HERE = Path(__file__).resolve().parent
LOCK = 7_205_311
"""PostgreSQL's advisory lock under which schemas are changed: of two servers that start at once, one waits."""

T = TypeVar("T")


class Unusable(Exception):
    """The store cannot be read or brought to this version's schema; says which store, why, and where to look."""


def newest() -> str:
    """The revision that this version of the software needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def known(revision: str) -> bool:
    """Whether this version of the software has this revision's step."""
    return revision in {step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions()}


async def current(url: str) -> str | None:
    """The revision a store is at; None for an empty one."""
    return await _within(url, lambda c: MigrationContext.configure(c).get_current_revision(), begin="BEGIN")


async def is_newest(url: str) -> bool:
    """Whether a store is there that this version can read as it is. Nothing is made where there is none."""
    database = make_url(url).database
    if url.startswith("sqlite") and not (database and Path(database).exists()):
        return False
    try:
        return await current(url) == newest()
    except Unusable:
        return False


async def upgrade(url: str) -> None:
    """Bring a store to the newest revision; nothing happens to one that is there already."""
    await _within(url, lambda c: command.upgrade(_config(c), "head"))


async def differences(url: str) -> list[Any]:
    """How a store's schema differs from the tables in the code, as Alembic puts it; empty when it does not."""
    return await _within(url, lambda c: list(compare_metadata(MigrationContext.configure(c, opts={"compare_type": True}), metadata())))


async def draft(url: str, message: str, revision: str) -> None:
    """Write the next step's file out of what differs between a store and the tables in the code; to be read before it is used."""
    await _within(url, lambda c: command.revision(_config(c), message, autogenerate=True, rev_id=revision))


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


async def _within(url: str, act: Callable[[Connection], T], begin: str = "BEGIN IMMEDIATE") -> T:
    engine = create_async_engine(url, connect_args=connecting(url))
    try:
        if engine.dialect.name == "sqlite":
            _transactional_sqlite(engine, begin)
        async with engine.begin() as connection:
            await _lock(connection)
            return await connection.run_sync(act)
    except (DBAPIError, sqlite3.Error, OSError, CommandError) as wrong:
        where = make_url(url).render_as_string(hide_password=True)
        raise Unusable(f"the database {where} cannot be used (setting database): {getattr(wrong, 'orig', None) or wrong}") from wrong
    finally:
        await engine.dispose()


def _transactional_sqlite(engine: AsyncEngine, how: str) -> None:
    # Python's driver begins no transaction before a CREATE TABLE unless it is told to leave that to us.
    def leave_to_us(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA busy_timeout=60000")
        cursor.close()

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(how)

    event.listen(engine.sync_engine, "connect", leave_to_us)
    event.listen(engine.sync_engine, "begin", begin)


async def _lock(connection: AsyncConnection) -> None:
    if connection.dialect.name == "postgresql":
        await connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
