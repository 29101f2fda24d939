"""The migrations make what the code's tables say, on both databases, also after a kill."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from callcenter.migrations import run


async def test_an_empty_store_is_brought_to_what_the_tables_say(empty_url: str) -> None:
    assert await run.current(empty_url) is None
    await run.upgrade(empty_url)
    assert await run.current(empty_url) == run.newest()
    assert await run.differences(empty_url) == []


async def test_a_difference_would_be_seen(empty_url: str) -> None:
    await run.upgrade(empty_url)
    await _execute(empty_url, "alter table cases drop column result", "create table stray (id integer)")
    assert len(await run.differences(empty_url)) == 2


async def test_upgrading_twice_changes_nothing(empty_url: str) -> None:
    await run.upgrade(empty_url)
    await _execute(empty_url, "insert into queues (name, zh, en, strategy) values ('orders', '订货', 'Orders', 'rrmemory')")
    await run.upgrade(empty_url)
    assert await _execute(empty_url, "select count(*) from queues") == 1


async def test_two_servers_that_start_at_once_migrate_once(empty_url: str) -> None:
    await asyncio.gather(run.upgrade(empty_url), run.upgrade(empty_url))
    assert await run.differences(empty_url) == []


async def test_a_migration_that_breaks_off_leaves_nothing_and_can_be_repeated(empty_url: str) -> None:
    await _execute(empty_url, "create table users (id integer)")
    with pytest.raises(Exception, match="already exists"):
        await run.upgrade(empty_url)
    assert await run.current(empty_url) is None
    await _execute(empty_url, "drop table users")
    await run.upgrade(empty_url)
    assert await run.differences(empty_url) == []


async def _execute(url: str, *statements: str) -> int | None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        results = [await connection.execute(text(statement)) for statement in statements]
        count = results[-1].scalar() if results[-1].returns_rows else None
    await engine.dispose()
    return count
