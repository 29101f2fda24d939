"""What every test may ask for: stores, empty or migrated, on both databases; a clock."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from callcenter.migrations.run import upgrade
from callcenter.store.engine import Store
from tests.clock import Time
from tests.postgres import postgres

T = TypeVar("T")

LONG = (
    "live/test_scenarios",
    "live/steps",
    "live/test_restart",
    "live/test_unanswered",
    "live/test_browser",
    "live/test_moves",
    "live/test_gap",
)
"""These come first: a long file that is begun last is what everybody waits for in the end."""

ALONE = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
EMPTIED = """
do $$
declare one record;
begin
  set local session_replication_role = replica;
  for one in select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version' loop
    execute format('delete from %I', one.tablename);
  end loop;
  perform setval(oid, 1, false) from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace;
end $$
"""
"""A store as it was after its migration: to copy it anew costs several times as much."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record-streams", action="store_true", help="keep what callers' live tests heard, as tests/streams/callers/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not any(f"tests/{name}" in item.nodeid for name in LONG))


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server, without a database's name."""
    with postgres() as server:
        yield server.url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The name of a migrated database to copy."""
    _apart(_statements(f"{postgres_server}/postgres", "create database cc_template"))
    _apart(upgrade(f"{postgres_server}/cc_template"))
    return "cc_template"


@pytest.fixture(scope="session")
def spare_stores() -> list[str]:
    """Names of migrated databases with nothing in them."""
    return []


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    path = tmp_path_factory.mktemp("template") / "centre.sqlite"
    _apart(upgrade(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    return count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path, numbers: Iterator[int]) -> Iterator[str]:
    """The URL of a database with nothing in it, on each of the two kinds."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'centre.sqlite'}"
        return
    server, name = request.getfixturevalue("postgres_server"), f"cc_empty_{next(numbers)}"
    _apart(_statements(f"{server}/postgres", f"create database {name}"))
    yield f"{server}/{name}"
    _apart(_statements(f"{server}/postgres", f"drop database {name} with (force)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path, numbers: Iterator[int]) -> Iterator[str]:
    """The URL of a migrated empty store, on each of the two databases."""
    if request.param == "sqlite":
        path = tmp_path / "centre.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    server, spare = request.getfixturevalue("postgres_server"), request.getfixturevalue("spare_stores")
    if not spare:
        spare.append(f"cc_{next(numbers)}")
        _apart(_statements(f"{server}/postgres", f"create database {spare[0]} template {request.getfixturevalue('postgres_template')}"))
    name = spare.pop()
    yield f"{server}/{name}"
    _apart(_statements(f"{server}/{name}", ALONE, EMPTIED))
    spare.append(name)


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """A migrated empty Store, on each of the two databases."""
    opened = Store(store_url)
    yield opened
    await opened.close()


def _apart(work: Coroutine[Any, Any, T]) -> T:
    # In a thread with a loop of its own: the test's loop may or may not run when a fixture is made.
    with ThreadPoolExecutor(1) as one:
        return one.submit(asyncio.run, work).result()


async def _statements(url: str, *statements: str) -> None:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()
