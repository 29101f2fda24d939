"""A changed prompt is heard by a flow's callers when the flow is published again: by one click, whatever its draft says."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.ivr.published.kept import KeptFlows
from callcenter.ivr.published.publishing import publish
from callcenter.store.engine import Store
from tests.ivr_prompts import centre as prompts
from tests.ivr_prompts.centre import FLOW, PromptCentre, prompt_centre


@pytest.fixture
async def centre(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[PromptCentre]:
    shutil.copy(sqlite_template, tmp_path / "centre.sqlite")
    store = Store(f"sqlite+aiosqlite:///{tmp_path / 'centre.sqlite'}")
    async with prompt_centre(store, tmp_path / "data") as made:
        await prompts.publish(store, made.named)
        yield made
    await store.close()


@pytest.fixture
def kept(centre: PromptCentre) -> KeptFlows:
    return KeptFlows(centre.store)


async def said(kept: KeptFlows, prompt: str = "welcome") -> str:
    """What callers of the version in use hear."""
    [version] = await kept.in_use()
    return str(version.prompts[prompt]["texts"]["zh"])


async def test_one_click_and_callers_hear_it_while_the_draft_stays(centre: PromptCentre, kept: KeptFlows) -> None:
    unfinished = FLOW.replace("next: bye", "next: nowhere")
    await kept.save("orders", unfinished, "", 1, by="3001")
    assert "重新发布" not in await centre.get("/prompts")
    await centre.named.write("welcome", "zh", "您好!", by="3001")
    for page in ("/prompts", "/prompts/welcome"):
        assert "重新发布" in await centre.get(page)
    assert "重新发布" not in await centre.get("/prompts/goodbye")
    assert await said(kept) == prompts.TEXTS["welcome"]["zh"]
    assert await centre.post("/prompts/publish", prompt="welcome") == (303, "/prompts?published=orders")
    assert await said(kept) == "您好!"
    page = await centre.get("/prompts?published=orders")
    assert "已重新发布：orders" in page
    assert "/prompts/publish" not in page
    draft = await kept.draft("orders")
    assert (draft.text, draft.number) == (unfinished, 2)
    assert next((use.number, use.act, use.by) for use in await kept.history("orders")) == (2, "published", "3001")


async def test_what_does_not_fit_any_more_is_said_and_the_old_one_stays(centre: PromptCentre, kept: KeptFlows) -> None:
    await centre.named.write("welcome", "zh", "您好!{nobody}", by="3001")
    status, page = await centre.post("/prompts/publish", prompt="")
    assert status == 422
    assert "流程 orders 未能重新发布" in page
    assert "{nobody}" in page
    assert await said(kept) == prompts.TEXTS["welcome"]["zh"]


async def test_nothing_waits_and_nothing_is_published(centre: PromptCentre, kept: KeptFlows) -> None:
    assert await centre.post("/prompts/publish", prompt="") == (303, "/prompts?published=")
    assert len(await kept.history("orders")) == 1


async def test_a_draft_is_published_with_its_prompts_of_this_moment(centre: PromptCentre, kept: KeptFlows) -> None:
    await centre.named.write("welcome", "zh", "您好!", by="3001")
    await publish(centre.in_use, await kept.draft("orders"), by="3001")
    assert await said(kept) == "您好!"
