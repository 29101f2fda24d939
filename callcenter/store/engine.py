"""Opening the store, and one transaction at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any

from sqlalchemy import event, make_url, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from callcenter.store.sqlite import connecting

AWAY = (OperationalError, InterfaceError, DBAPIError, NoConnection, OSError, TimeoutError)
"""What a store that is away, locked, full or overrun raises. It takes in REFUSED: who tells the two apart catches that first."""

REFUSED = (IntegrityError, DataError)
"""What a store raises that is there but will not take a row: trying again would never help."""

BUSY_MS = 5_000
"""How long SQLite waits for another writer's lock."""

ANSWER_S = 15.0
"""How long PostgreSQL may take for one statement, or to be connected to: one that went silent is away."""

TURNS = 8
"""Transactions at once. Fewer than there are connections: the record finds one however many screens are read."""

TURN_S = 20.0
"""How long a transaction waits for its turn."""


class Store:
    """The engine and its transactions. Open one a process; `close()` when done. What it raises names no values: they are people's."""

    def __init__(self, url: str, *, answer_s: float = ANSWER_S) -> None:
        self.url = url
        limits = {"timeout": answer_s, "command_timeout": answer_s} if make_url(url).get_backend_name() == "postgresql" else {}
        arguments = {**limits, **connecting(url)}
        self.engine: AsyncEngine = create_async_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=arguments)
        self._turns = asyncio.Semaphore(TURNS)
        self._probe: asyncio.Task[str | None] | None = None
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)

    @asynccontextmanager
    async def transaction(self, *, at_once: bool = False) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises. `at_once`: it waits for no turn."""
        async with nullcontext() if at_once else self._turn(), self._sessions() as session, session.begin():
            yield session

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        async with asyncio.timeout(TURN_S):
            await self._turns.acquire()
        try:
            yield
        finally:
            self._turns.release()

    async def alive(self) -> None:
        """Raise one of AWAY when the store does not answer, or takes no writes."""
        async with self.engine.connect() as connection:
            # SQLite answers the other without a look at its file, which another program may hold.
            await connection.execute(text("begin immediate" if self.engine.dialect.name == "sqlite" else "select 1"))

    async def trouble(self, limit_s: float = 3.0) -> str | None:
        """Why the store does not answer, in one line; None when it does."""
        probe = self._probe
        if probe is None or probe.done():
            probe = self._probe = asyncio.create_task(self._probed())
        # Never cancelled: SQLite's thread would get the lock later, for nobody who gives it back.
        done, _ = await asyncio.wait({probe}, timeout=limit_s)
        return probe.result() if done else TimeoutError.__name__

    async def _probed(self) -> str | None:
        try:
            await self.alive()
        except AWAY as wrong:
            return str(wrong).partition("\n")[0] or type(wrong).__name__
        return None

    async def close(self) -> None:
        if self._probe is not None:
            await asyncio.wait({self._probe})
        await self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # synchronous=FULL: a write a user was told of survives power loss, in WAL too.
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
