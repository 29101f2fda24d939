"""A store that does not answer is away, and is back when it answers again."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from callcenter.store import engine
from callcenter.store.engine import AWAY, TURNS, Store


@pytest.fixture
async def hurried(postgres_server: str) -> AsyncIterator[Store]:
    """A store on PostgreSQL that waits for no statement longer than a moment."""
    store = Store(f"{postgres_server}/postgres", answer_s=0.5)
    yield store
    await store.close()


async def test_a_database_that_goes_silent_counts_as_away(hurried: Store) -> None:
    assert await hurried.trouble() is None
    with pytest.raises(AWAY):
        async with hurried.transaction() as session:
            await session.execute(text("select pg_sleep(30)"))
    assert await hurried.trouble() is None


async def test_what_a_store_raises_names_no_values(store: Store) -> None:
    with pytest.raises(DBAPIError) as raised:
        async with store.transaction() as session:
            await session.execute(text("select nothing from nowhere where number = :number"), {"number": "13800138000"})
    assert "13800138000" not in str(raised.value)


async def test_however_many_screens_are_read_the_record_finds_a_connection(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "TURN_S", 0.05)
    async with AsyncExitStack() as readers:
        for _ in range(TURNS):
            session = await readers.enter_async_context(store.transaction())
            await session.execute(text("select 1"))
        with pytest.raises(AWAY):
            await readers.enter_async_context(store.transaction())
        async with store.transaction(at_once=True) as session:
            assert await session.scalar(text("select 1")) == 1
    async with store.transaction() as session:
        assert await session.scalar(text("select 1")) == 1


def test_a_database_that_cannot_be_opened_is_told_by_its_error_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread of its connection that has something to say later would say it to a loop that is closed."""
    said: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", said.append)

    async def look() -> None:
        store = Store(f"sqlite+aiosqlite:///{tmp_path}/nowhere/centre.sqlite")
        try:
            await store.alive()
        finally:
            await store.close()

    before = set(threading.enumerate())
    for _ in range(20):
        with pytest.raises(OperationalError, match="unable to open database file"):
            asyncio.run(look())
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
    assert said == []


async def test_a_database_that_another_program_holds_is_in_trouble(tmp_path: Path) -> None:
    store = Store(f"sqlite+aiosqlite:///{tmp_path}/centre.sqlite")
    try:
        assert await store.trouble() is None
        with sqlite3.connect(tmp_path / "centre.sqlite", isolation_level=None) as other:
            other.execute("begin immediate")
            assert await store.trouble(0.2)
            other.execute("rollback")
        assert await store.trouble() is None
        async with store.transaction() as session:
            await session.execute(text("create table kept (id integer)"))
    finally:
        await store.close()


async def test_who_asked_for_a_held_database_in_vain_does_not_hold_it_afterwards(tmp_path: Path) -> None:
    """A pile of questions while it is held is one question, and each is answered in time."""
    store = Store(f"sqlite+aiosqlite:///{tmp_path / 'held.sqlite'}")
    try:
        assert await store.trouble() is None
        with closing(sqlite3.connect(tmp_path / "held.sqlite")) as other:
            other.execute("begin immediate")
            async with asyncio.timeout(engine.BUSY_MS / 1000):
                assert [await store.trouble(0.05) for _ in range(5)] == ["TimeoutError"] * 5
        async with asyncio.timeout(engine.BUSY_MS / 1000), store.transaction() as session:
            await session.execute(text("create table written (n integer)"))
    finally:
        await store.close()
