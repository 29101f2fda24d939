"""A centre whose prompts are looked at and changed."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.store.engine import Store
from tests.ivr_prompts.centre import PromptCentre, prompt_centre


@pytest.fixture
async def centre(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[PromptCentre]:
    shutil.copy(sqlite_template, tmp_path / "centre.sqlite")
    store = Store(f"sqlite+aiosqlite:///{tmp_path / 'centre.sqlite'}")
    async with prompt_centre(store, tmp_path / "data") as made:
        yield made
    await store.close()
