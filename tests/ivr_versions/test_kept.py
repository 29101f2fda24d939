"""Drafts and versions in the store, on both databases."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from callcenter.audit.service import verify
from callcenter.audit.tables import AuditRow
from callcenter.ivr.published.kept import AlreadyThere, Draft, KeptFlows, NoSuchFlow, NothingNew, Overtaken, before
from callcenter.store.engine import Store

NO_PROMPTS: dict[str, dict[str, dict[str, str]]] = {}


@pytest.fixture
def kept(store: Store) -> KeptFlows:
    return KeptFlows(store, clock=lambda: 1_000)


async def published(kept: KeptFlows, *texts: str) -> Draft:
    """The flow `orders`, each of these texts a version of it."""
    draft = await kept.add("orders", texts[0], "", by="3001")
    for text in texts:
        if text != draft.text:
            draft = await kept.save("orders", text, "", draft.revision, by="3001")
        await kept.publish("orders", draft.revision, NO_PROMPTS, by="3001", note=f"note {text}")
    return await kept.draft("orders")


async def numbers(kept: KeptFlows) -> list[int]:
    return [version.number for version in await kept.in_use()]


async def test_a_draft_is_in_nobodys_way(kept: KeptFlows) -> None:
    draft = await kept.add("orders", "text", "walks", by="3001", imported="sum")
    assert draft == Draft("orders", "text", "walks", 1, 1_000, "3001", "sum", None)
    assert await kept.drafts() == [draft]
    assert (await kept.in_use(), await kept.history("orders"), await kept.last_use()) == ([], [], 0)


async def test_a_flow_is_added_once(kept: KeptFlows) -> None:
    await kept.add("orders", "text", "", by="3001")
    with pytest.raises(AlreadyThere):
        await kept.add("orders", "other", "", by="3002")
    assert (await kept.draft("orders")).text == "text"


async def test_of_two_who_change_a_draft_the_second_is_told_what_it_is_now(kept: KeptFlows) -> None:
    read = await kept.add("orders", "text", "", by="3001")
    first = await kept.save("orders", "first", "", read.revision, by="3001")
    with pytest.raises(Overtaken) as told:
        await kept.save("orders", "second", "", read.revision, by="3002")
    assert told.value.draft == first
    assert await kept.draft("orders") == first
    assert (await kept.save("orders", "second", "", first.revision, by="3002")).by == "3002"


async def test_of_two_who_save_at_once_one_is_told(kept: KeptFlows) -> None:
    read = await kept.add("orders", "text", "", by="3001")
    saved = await asyncio.gather(
        *(kept.save("orders", f"by {by}", "", read.revision, by=by) for by in ("3001", "3002")), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in saved) == ["Draft", "Overtaken"]


async def test_what_is_published_is_in_use_and_stays_as_it_was(kept: KeptFlows) -> None:
    draft = await published(kept, "one", "two")
    await kept.save("orders", "three", "", draft.revision, by="3001")
    [version] = await kept.in_use()
    assert (version.number, version.text, version.by, version.made) == (2, "two", "3001", 1_000)
    assert (await kept.version("orders", 1)).text == "one"


async def test_what_was_changed_since_it_was_read_is_not_published(kept: KeptFlows) -> None:
    draft = await published(kept, "one")
    await kept.save("orders", "two", "", draft.revision, by="3002")
    with pytest.raises(Overtaken):
        await kept.publish("orders", draft.revision, NO_PROMPTS, by="3001")
    assert await numbers(kept) == [1]


async def test_the_same_words_are_the_same_version_and_other_prompts_another(kept: KeptFlows) -> None:
    draft = await published(kept, "one", "two", "one")
    assert await numbers(kept) == [1]
    spoken = {"welcome": {"texts": {"zh": "您好"}, "sounds": {"zh": "ab"}}}
    assert (await kept.publish("orders", draft.revision, spoken, by="3001")).number == 3
    assert (await kept.version("orders", 3)).prompts == spoken
    with pytest.raises(NothingNew, match="orders: nothing has changed since version 3"):
        await kept.publish("orders", draft.revision, spoken, by="3001")
    assert len(await kept.history("orders")) == 4


async def test_rolled_back_and_forth(kept: KeptFlows) -> None:
    draft = await published(kept, "one", "two", "three")
    await kept.roll_back("orders", 1, by="3002", note="wrong number")
    assert await numbers(kept) == [1]
    assert (await kept.draft("orders")).text == draft.text
    history = await kept.history("orders")
    assert [(use.number, use.act, use.by, use.note) for use in history] == [
        (1, "rolled_back", "3002", "wrong number"),
        (3, "published", "3001", "note three"),
        (2, "published", "3001", "note two"),
        (1, "published", "3001", "note one"),
    ]
    assert before(history) == 3


async def test_before_the_first_there_is_nothing(kept: KeptFlows) -> None:
    await published(kept, "one")
    assert before(await kept.history("orders")) is None


async def test_every_use_is_a_new_number_and_a_line_of_the_audit(kept: KeptFlows, store: Store) -> None:
    await published(kept, "one", "two")
    last = await kept.last_use()
    await kept.roll_back("orders", 1, by="3002")
    assert await kept.last_use() > last
    async with store.transaction() as session:
        lines = [(row.who, row.act, row.what) for row in await session.scalars(select(AuditRow).order_by(AuditRow.seq))]
    assert lines == [
        ("3001", "flow_added", "orders"),
        ("3001", "flow_published", "orders version 1: note one"),
        ("3001", "flow_published", "orders version 2: note two"),
        ("3002", "flow_rolled_back", "orders version 1"),
    ]
    assert await verify(store) is None


async def test_what_is_not_there(kept: KeptFlows) -> None:
    await published(kept, "one")
    with pytest.raises(NoSuchFlow):
        await kept.draft("order")
    with pytest.raises(NoSuchFlow):
        await kept.save("order", "", "", 1, by="3001")
    with pytest.raises(NoSuchFlow):
        await kept.publish("order", 1, NO_PROMPTS, by="3001")
    for number in (0, 2):
        with pytest.raises(NoSuchFlow):
            await kept.roll_back("orders", number, by="3001")
        with pytest.raises(NoSuchFlow):
            await kept.version("orders", number)
    assert await numbers(kept) == [1]
