"""Publishing, differences, history and going back, on the pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.store.engine import Store
from tests.ivr_pages.centre import FlowPages, flow_pages
from tests.ivr_versions.flows import WALKS, flow


@pytest.fixture
async def pages(store: Store, tmp_path: Path) -> AsyncIterator[FlowPages]:
    async with flow_pages(store, tmp_path) as opened:
        yield opened


async def typed(pages: FlowPages, text: str, walks: str = WALKS) -> str:
    """The draft says this now; its revision."""
    _status, told = await pages.type(text, walks, (await pages.draft()).revision)
    return str(told["revision"])


async def test_published_with_a_note_it_is_in_use_and_in_the_history(pages: FlowPages) -> None:
    revision = await typed(pages, flow(says="早上好"))
    assert await pages.post("/flows/orders/publish", revision=revision, note="改了<欢迎语>") == (303, "/flows/orders?published=2")
    assert pages.flows.version() == "2"
    page = await pages.get("/flows/orders?published=2")
    assert "第 2 版已启用" in page
    assert "发布前已运行 1 个走查脚本，全部通过" in page
    assert 'href="/flows/orders/versions/1">查看改动，或回滚到第 1 版' in page
    history = await pages.get("/flows/orders/history")
    assert "改了<欢迎语>" in history
    assert history.index("第 2 版") < history.index("第 1 版")


async def test_what_is_in_use_already_is_not_published_again(pages: FlowPages) -> None:
    draft = await pages.draft()
    status, where = await pages.post("/flows/orders/publish", revision=str(draft.revision), note="")
    assert (status, where) == (303, "/flows/orders?same=1")
    assert "自在用的第 1 版以来没有任何改动" in await pages.get(where)
    assert len(await pages.flows.kept.history("orders")) == 1


async def test_new_flows_that_need_each_other_are_published_together(pages: FlowPages) -> None:
    kept = pages.flows.kept
    steps = "  a: {{do: hours, open: b, closed: c}}\n  b: {{do: end}}\n  c: {{do: go_to, flow: {other}, step: b}}\n"
    for name, other in (("day", "evening"), ("evening", "day")):
        await kept.add(name, f"name: {name}\nlanguages: [zh]\nstart: a\nsteps:\n{steps.format(other=other)}", "", by="3001")
    page = await pages.get("/flows/day")
    assert "将一起发布" in page
    assert 'form="publish" name="together" value="evening:1"' in page
    evening = await pages.draft("evening")
    await kept.save("evening", f"{evening.text}# anew\n", "", evening.revision, by="3002")
    status, page = await pages.post("/flows/day/publish", revision="1", note="", together="evening:1")
    assert (status, "须与本流程一起发布的内容刚刚有改动" in page) == (409, True)
    assert [one.flow for one in await kept.in_use()] == ["orders"]
    status, where = await pages.post("/flows/day/publish", revision="1", note="", together="evening:2")
    assert (status, where) == (303, "/flows/day?published=1")
    assert [(one.flow, one.number) for one in await kept.in_use()] == [("day", 1), ("evening", 1), ("orders", 1)]
    assert "将一起发布" not in await pages.get("/flows/day")


async def test_refused_it_says_every_error_and_keeps_the_old_one_and_the_note(pages: FlowPages) -> None:
    revision = await typed(pages, flow(then="nowhere", queue="gone"))
    status, page = await pages.post("/flows/orders/publish", revision=revision, note="我的说明")
    assert status == 422
    assert "原在用版本继续使用" in page
    for says in ("orders.yaml:8", "nowhere", "gone"):
        assert says in page
    assert 'value="我的说明"' in page
    assert pages.flows.version() == "1"


async def test_what_somebody_changed_since_is_not_published(pages: FlowPages) -> None:
    revision = await typed(pages, flow(says="甲"))
    await typed(pages, flow(says="乙"))
    status, page = await pages.post("/flows/orders/publish", revision=revision, note="我的说明")
    assert status == 409
    assert "本次操作未执行" in page
    assert 'value="我的说明"' in page
    assert pages.flows.version() == "1"


async def test_a_note_that_is_too_long_is_told_beside_it(pages: FlowPages) -> None:
    status, page = await pages.post("/flows/orders/publish", revision=str((await pages.draft()).revision), note="长" * 401)
    assert (status, "note-error" in page) == (422, True)


async def test_what_differs_stands_side_by_side_line_by_line(pages: FlowPages) -> None:
    assert "相同" in await pages.get("/flows/orders/differences")
    await typed(pages, flow(says="<b>早</b>"), WALKS + "  - it: another\n    does: [answered]\n")
    async with pages.client.get("/flows/orders/differences") as answer:
        page = await answer.text()
    assert "<del>    prompt: {zh: 您好}</del>" in page
    assert "<ins>    prompt: {zh: &lt;b&gt;早&lt;/b&gt;}</ins>" in page
    assert "orders.walk.yaml" in page
    assert "全部内容都是新的" in await pages.get("/flows/night/differences")


async def test_back_to_an_earlier_version(pages: FlowPages) -> None:
    await pages.post("/flows/orders/publish", revision=await typed(pages, flow(says="早上好")))
    page = await pages.get("/flows/orders/versions/1")
    assert "启用第 1 版" in page
    assert "<ins>    prompt: {zh: 早上好}</ins>" in page
    assert await pages.post("/flows/orders/versions/1/use", note="有误") == (303, "/flows/orders?published=1")
    assert pages.flows.version() == "1"
    assert (await pages.draft()).text == flow(says="早上好")
    history = await pages.get("/flows/orders/history")
    assert "回退" in history
    assert "有误" in history
    assert "启用第 1 版" not in await pages.get("/flows/orders/versions/1")


async def test_an_earlier_version_as_the_draft(pages: FlowPages) -> None:
    revision = await typed(pages, flow(says="早上好"))
    assert (await pages.post("/flows/orders/take", number="1", revision="1"))[0] == 409
    assert (await pages.draft()).text == flow(says="早上好")
    assert (await pages.post("/flows/orders/take", number="1", revision=revision))[0] == 303
    assert (await pages.draft()).text == flow()


@pytest.mark.parametrize("number", ["0", "2", "x", "99999999999999"])
async def test_a_version_that_is_not_there(pages: FlowPages, number: str) -> None:
    await pages.get(f"/flows/orders/versions/{number}", 404)
    assert (await pages.post(f"/flows/orders/versions/{number}/use"))[0] == 404
    assert (await pages.post("/flows/orders/take", number=number, revision=str((await pages.draft()).revision)))[0] == 404
    await pages.get(f"/flows/orders/file?version={number}", 404)


async def test_the_picture_is_of_the_draft_or_of_what_is_in_use(pages: FlowPages) -> None:
    assert "<svg" in await pages.get("/flows/orders/drawing")
    await typed(pages, flow(then="nowhere"))
    broken = await pages.get("/flows/orders/drawing")
    assert "下图为在用版本" in broken
    assert "<svg" in broken
    assert "<svg" not in await pages.get("/flows/night/drawing")


async def test_files_to_take_along(pages: FlowPages) -> None:
    await typed(pages, flow(says="早上好"))
    for path, text in (
        ("/flows/orders/file", flow(says="早上好")),
        ("/flows/orders/file?version=1", flow()),
        ("/flows/orders/file?of=walks", WALKS),
    ):
        async with pages.client.get(path) as answer:
            assert await answer.text() == text
            assert answer.headers["Content-Disposition"].startswith('attachment; filename="orders.')


async def test_two_long_texts_are_shown_as_far_as_anybody_reads(pages: FlowPages) -> None:
    await pages.type(flow(), "# so\n# and so\n" * 30_000, (await pages.draft()).revision)
    page = await pages.get("/flows/orders/differences")
    assert page.count("cc-diff-new") < 2_001
    assert "cc-diff-more" in page
    lines = "".join(f"# {n}\n" for n in range(30_000))
    await pages.type(flow() + lines, WALKS, (await pages.draft()).revision)
    assert (await pages.post("/flows/orders/publish", revision=str((await pages.draft()).revision)))[0] == 303
    await pages.type(flow() + lines.replace("# 15000\n", "# other\n"), WALKS, (await pages.draft()).revision)
    page = await pages.get("/flows/orders/differences")
    assert "# other" in page
    assert page.count("cc-diff-same") == 6
