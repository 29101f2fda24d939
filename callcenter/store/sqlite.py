"""SQLite's connections: each is a thread, which is ended when it could not connect, before anybody is told so.

aiosqlite tells the event loop when a connection's thread ends. Where a connection fails it waits for none: a command that ends for this
reason has closed its loop by then, and the thread prints a traceback after the command's own words.
"""

from __future__ import annotations

import asyncio
from typing import Any

import aiosqlite
from sqlalchemy import URL, make_url


def connecting(url: str | URL) -> dict[str, Any]:
    """What an engine's `connect_args` need for this; nothing for another database."""
    return {"async_creator_fn": _connect} if make_url(url).get_backend_name() == "sqlite" else {}


async def _connect(*place: Any, **how: Any) -> aiosqlite.Connection:
    connection = aiosqlite.connect(*place, **how)
    # As SQLAlchemy does it: no thread of the database keeps a process from ending.
    connection._thread.daemon = True
    try:
        return await connection
    except BaseException:
        await asyncio.to_thread(connection._thread.join)
        raise
