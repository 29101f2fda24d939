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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record-streams", action="store_true", help="keep what callers' live tests heard, as tests/streams/callers/")


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
    _apart(_statements(postgres_server, "create database cc_template"))
    _apart(upgrade(f"{postgres_server}/cc_template"))
    return "cc_template"


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
    _apart(_statements(server, f"create database {name}"))
    yield f"{server}/{name}"
    _apart(_statements(server, f"drop database {name} with (force)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path, numbers: Iterator[int]) -> Iterator[str]:
    """The URL of a migrated empty store, on each of the two databases."""
    if request.param == "sqlite":
        path = tmp_path / "centre.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
    name = f"cc_{next(numbers)}"
    _apart(_statements(server, f"create database {name} template {template}"))
    yield f"{server}/{name}"
    _apart(_statements(server, f"drop database {name} with (force)"))


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


async def _statements(server: str, *statements: str) -> None:
    engine = create_async_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()
