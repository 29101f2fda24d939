"""A store that does not answer is away, and is back when it answers again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from callcenter.store.engine import AWAY, Store


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
