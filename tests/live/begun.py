"""The invented centre, made once a process: each test's centre begins with a copy, whose passwords cost little to check."""

from __future__ import annotations

import asyncio
import os
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from argon2 import PasswordHasher

from callcenter import demo
from callcenter.migrations import run as migrations
from callcenter.people.passwords import Passwords
from callcenter.settings import DEMO_PASSWORDS, Settings, read
from callcenter.store.engine import Store

STORE = "centre.sqlite"


def cheap() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


def begin(settings: Settings) -> None:
    """Put the migrated store with the demo, and its passwords, into a demo's data folder that wants a store of its own and has none yet."""
    if not settings.demo or settings.database or (settings.data_dir / STORE).exists():
        return
    for name in (DEMO_PASSWORDS, STORE):
        shutil.copyfile(Path(_made().name) / name, settings.data_dir / name)
        (settings.data_dir / name).chmod(0o600)


@cache
def _made() -> TemporaryDirectory[str]:
    folder = TemporaryDirectory(prefix="callcenter-demo-")
    asyncio.run(_make(read({"CALLCENTER_SETTINGS": os.devnull}, {"data_dir": Path(folder.name), "demo": True})))
    return folder


async def _make(settings: Settings) -> None:
    await migrations.upgrade(settings.database_url)
    store = Store(settings.database_url)
    try:
        await demo.load(settings, store, passwords=cheap())
    finally:
        await store.close()
