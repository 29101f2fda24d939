"""Files become drafts and drafts become files; a fresh centre begins with the files there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from callcenter.ivr.language.reader import MOST_BYTES
from callcenter.ivr.published.publishing import publish
from callcenter.ivr.published.travel import CannotImport, begin_with, bring, differing, read_files, write_files
from callcenter.store.engine import Store
from tests.ivr_versions.flows import WALKS, Centre, flow, furnish, goes_to


@pytest.fixture
async def centre(store: Store) -> Centre:
    await furnish(store, "orders")
    return Centre(store)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """`orders` with its walks, and `night`, which goes on in it."""
    made = tmp_path / "flows"
    made.mkdir()
    (made / "orders.yaml").write_text(flow(), encoding="utf-8")
    (made / "orders.walk.yaml").write_text(WALKS, encoding="utf-8")
    (made / "night.yaml").write_text(goes_to("night", "orders"), encoding="utf-8")
    (made / "prompts.yaml").write_text("hello: {zh: 您好, en: Hello}\n", encoding="utf-8")
    return made


async def bring_all(centre: Centre, folder: Path, *, force: bool = False) -> None:
    for file in read_files([folder]):
        await bring(centre.kept, file, by="command", force=force)


async def numbers(centre: Centre) -> dict[str, int | None]:
    return {draft.name: draft.number for draft in await centre.kept.drafts()}


async def test_a_fresh_centre_begins_with_the_files_published_together(centre: Centre, folder: Path) -> None:
    assert await begin_with(centre.kept, folder, await centre.around()) == ()
    assert await numbers(centre) == {"night": 1, "orders": 1}
    flows = await centre.in_use.read()
    assert centre.in_use.findings == ()
    assert flows.by_name["night"].others["orders"] is flows.by_name["orders"]
    draft = await centre.kept.draft("orders")
    assert (draft.text, draft.walks, draft.by) == (flow(), WALKS, "")


async def test_what_is_wrong_at_the_beginning_is_a_draft_and_told(centre: Centre, folder: Path) -> None:
    (folder / "orders.walk.yaml").write_text(WALKS.replace("[answered]", "[timeout]").replace("person, bye", "bye"), encoding="utf-8")
    (folder / "Bad Name.yaml").write_text("- x", encoding="utf-8")
    wrong = [str(finding) for finding in await begin_with(centre.kept, folder, await centre.around())]
    assert any("orders.walk.yaml:3" in one for one in wrong)
    assert any("Bad Name.yaml:1: expected a flow's name" in one for one in wrong)
    assert (await numbers(centre))["orders"] is None


async def test_it_begins_once(centre: Centre, folder: Path) -> None:
    await begin_with(centre.kept, folder, await centre.around())
    (folder / "orders.yaml").write_text(flow(says="早上好"), encoding="utf-8")
    (folder / "gift.yaml").write_text(flow("gift"), encoding="utf-8")
    assert await begin_with(centre.kept, folder, await centre.around()) == ()
    assert await numbers(centre) == {"night": 1, "orders": 1}
    assert (await centre.kept.draft("orders")).text == flow()
    found = {(file.path.name, how) for file, how in differing(await centre.kept.drafts(), read_files([folder]))}
    assert found == {("orders.yaml", "changed"), ("gift.yaml", "new")}


async def test_without_a_folder_there_is_nothing_to_begin_with(centre: Centre, tmp_path: Path) -> None:
    assert await begin_with(centre.kept, tmp_path / "nowhere", await centre.around()) == ()
    assert await centre.kept.drafts() == []


async def test_imported_it_is_a_draft_and_the_file_is_no_news_any_more(centre: Centre, folder: Path) -> None:
    await begin_with(centre.kept, folder, await centre.around())
    (folder / "orders.yaml").write_text(flow(says="早上好"), encoding="utf-8")
    await bring_all(centre, folder)
    draft = await centre.kept.draft("orders")
    assert (draft.text, draft.number) == (flow(says="早上好"), 1)
    assert list(differing(await centre.kept.drafts(), read_files([folder]))) == []
    (folder / "orders.walk.yaml").write_text(WALKS + "# more\n", encoding="utf-8")
    assert [how for _file, how in differing(await centre.kept.drafts(), read_files([folder]))] == ["changed"]


async def test_a_draft_with_changes_of_its_own_is_not_written_over(centre: Centre, folder: Path) -> None:
    await begin_with(centre.kept, folder, await centre.around())
    draft = await centre.kept.draft("orders")
    draft = await centre.kept.save("orders", flow(says="手写"), WALKS, draft.revision, by="3001")
    (folder / "orders.yaml").write_text(flow(says="早上好"), encoding="utf-8")
    with pytest.raises(CannotImport, match="the draft of orders holds changes"):
        await bring_all(centre, folder)
    assert (await centre.kept.draft("orders")).text == flow(says="手写")
    await centre.in_use.read()
    await publish(centre.in_use, draft, by="3001")
    await bring_all(centre, folder)
    assert (await centre.kept.draft("orders")).text == flow(says="早上好")
    draft = await centre.kept.draft("orders")
    await centre.kept.save("orders", flow(says="又改"), WALKS, draft.revision, by="3001")
    (folder / "orders.yaml").write_text(flow(says="晚上好"), encoding="utf-8")
    await bring_all(centre, folder, force=True)
    assert (await centre.kept.draft("orders")).text == flow(says="晚上好")


@pytest.mark.parametrize(
    ("content", "why"), [(b"x" * (MOST_BYTES + 1), "at most .* KiB"), (b"name: orders\n\0", "it is no text"), (b"\xff\xfe", None)]
)
async def test_a_file_that_is_none(centre: Centre, tmp_path: Path, content: bytes, why: str | None) -> None:
    (tmp_path / "orders.yaml").write_bytes(content)
    if why is None:
        await bring_all(centre, tmp_path)
        assert "\ufffd" in (await centre.kept.draft("orders")).text
        return
    with pytest.raises(CannotImport, match=why):
        await bring_all(centre, tmp_path)
    assert await centre.kept.drafts() == []


async def test_there_and_back_again(centre: Centre, folder: Path, tmp_path: Path) -> None:
    await bring_all(centre, folder)
    drafts = [(draft.name, draft.text, draft.walks) for draft in await centre.kept.drafts()]
    written = write_files(tmp_path / "out", drafts)
    assert sorted(path.name for path in written) == ["night.yaml", "orders.walk.yaml", "orders.yaml"]
    assert all(path.read_bytes() == (folder / path.name).read_bytes() for path in written)
