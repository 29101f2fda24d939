"""A centre whose desk is looked at, and an agent who sits in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.store.engine import Store
from tests.desk.centre import Browser, Centre, opened, seat_agent


@pytest.fixture
async def centre(store: Store, tmp_path: Path) -> AsyncIterator[Centre]:
    async with opened(store, tmp_path) as one:
        yield one


@pytest.fixture
async def agent(centre: Centre) -> AsyncIterator[Browser]:
    async with centre.browser("2001") as browser:
        await centre.put(*seat_agent(user=browser.user.id))
        yield browser
