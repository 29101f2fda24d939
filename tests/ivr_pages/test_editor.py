"""The list, the editor and its draft."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.ivr.language.known import NamedPrompt
from callcenter.ivr.published.travel import bring, read_files
from callcenter.store.engine import Store
from tests.ivr_pages.centre import FlowPages, flow_pages
from tests.ivr_versions.flows import WALKS, flow


@pytest.fixture
async def pages(store: Store, tmp_path: Path) -> AsyncIterator[FlowPages]:
    async with flow_pages(store, tmp_path) as opened:
        yield opened


async def test_the_list_tells_how_each_flow_stands(pages: FlowPages) -> None:
    page = await pages.get("/flows")
    orders, night = page.index("/flows/orders"), page.index("/flows/night")
    assert night < orders
    assert "从未发布" in page[night:orders]
    assert "1 处错误" in page[night:orders]
    assert "第 1 版" in page[orders:]
    assert "与在用版本相同" in page[orders:]
    draft = await pages.draft()
    await pages.type(flow(says="早上好"), WALKS, draft.revision)
    assert "有改动" in await pages.get("/flows")


async def test_a_reviewer_sees_the_list_and_changes_nothing(pages: FlowPages) -> None:
    await pages.sign_in("4001")
    page = await pages.get("/flows")
    assert "/flows/orders/funnel" in page
    assert "/flows/new" not in page
    await pages.get("/flows/orders", 403)
    assert (await pages.type("x", "", 1))[0] == 403
    assert (await pages.post("/flows/orders/publish", revision="1"))[0] == 403


async def test_an_agent_sees_nothing_of_it(pages: FlowPages) -> None:
    await pages.sign_in("2001")
    await pages.get("/flows", 403)


async def test_the_editor_holds_the_draft_as_it_is(pages: FlowPages) -> None:
    draft = await pages.draft()
    text = flow(says="</textarea><script>alert(1)</script>")
    await pages.type(text, WALKS, draft.revision)
    async with pages.client.get("/flows/orders") as answer:
        page = await answer.text()
    assert "<script>alert" not in page
    assert "&lt;/textarea&gt;&lt;script&gt;" in page


async def test_before_a_publish_it_is_said_who_will_hear_it(pages: FlowPages) -> None:
    assert "发布后，订货咨询热线 800 000 0001 的新来电立即听到新版本。" in await pages.get("/flows/orders")
    assert "目前没有热线从此流程开始" in await pages.get("/flows/night")


async def test_what_is_typed_is_kept_and_judged(pages: FlowPages) -> None:
    draft = await pages.draft()
    status, told = await pages.type(flow(then="nowhere"), WALKS, draft.revision)
    assert (status, told["revision"]) == (200, draft.revision + 1)
    [finding] = [one for one in told["findings"] if one["level"] == "error"]
    assert (finding["file"], finding["line"]) == ("text", 8)
    assert "nowhere" in finding["what"]
    assert "nowhere" in told["checks"]
    assert (await pages.draft()).text == flow(then="nowhere")
    assert (await pages.draft()).by == "3001"
    assert pages.flows.version() == "1"


async def test_a_walk_that_goes_otherwise_is_told_at_its_line(pages: FlowPages) -> None:
    draft = await pages.draft()
    _status, told = await pages.type(flow(), WALKS.replace("does: [answered]", "does: []"), draft.revision)
    assert {(one["file"], one["line"]) for one in told["findings"]} == {("walks", 3)}


async def test_nothing_new_is_judged_and_not_counted_as_a_change(pages: FlowPages) -> None:
    draft = await pages.draft()
    status, told = await pages.type(draft.text.replace("\n", "\r\n"), draft.walks, draft.revision)
    assert (status, told["revision"], told["findings"]) == (200, draft.revision, [])


async def test_of_two_who_type_the_second_is_told_and_loses_nothing(pages: FlowPages) -> None:
    draft = await pages.draft()
    await pages.type(flow(says="甲"), WALKS, draft.revision)
    status, told = await pages.type(flow(says="乙"), WALKS, draft.revision)
    assert status == 409
    assert "3001 赵敏" in told["message"]
    assert told["theirs"] == {"revision": draft.revision + 1, "text": flow(says="甲"), "walks": WALKS}
    assert (await pages.type(flow(says="乙"), WALKS, told["theirs"]["revision"]))[0] == 200
    assert (await pages.draft()).text == flow(says="乙")


@pytest.mark.parametrize("text", ["x: 1\n" * 60_000, "", "a: &a [*a]\n", "[" * 5_000, "\ud7ff\U0001f600: {"])
async def test_whatever_is_typed_is_answered(pages: FlowPages, text: str) -> None:
    draft = await pages.draft()
    status, told = await pages.type(text, WALKS, draft.revision)
    assert (status == 422 and told["message"]) or (status == 200 and told["findings"])


async def test_a_flow_that_is_not_there(pages: FlowPages) -> None:
    await pages.get("/flows/nothing", 404)
    assert (await pages.type("x", "", 1, name="nothing"))[0] == 404


async def test_a_new_flow_begins_short_or_like_another(pages: FlowPages) -> None:
    assert await pages.post("/flows", name="gift", like="") == (303, "/flows/gift")
    page = await pages.get("/flows/gift")
    assert "没有发现问题" in page
    assert await pages.post("/flows", name="gift2", like="orders") == (303, "/flows/gift2")
    assert (await pages.draft("gift2")).text == flow("gift2")


async def test_a_copy_is_called_one(pages: FlowPages) -> None:
    draft = await pages.draft()
    titled = flow().replace("languages:", "title: {zh: 订货, en: Orders}\nlanguages:")
    await pages.type(titled, WALKS, draft.revision)
    assert await pages.post("/flows", name="gift", like="orders") == (303, "/flows/gift")
    assert 'title: {zh: "订货（副本）", en: "Orders (copy)"}\n' in (await pages.draft("gift")).text
    page = await pages.get("/flows/gift")
    assert "语音流程 · 订货（副本）" in page
    assert "没有发现问题" in page


@pytest.mark.parametrize(("name", "says"), [("orders", "已有同名流程"), ("new", "已有同名流程"), ("", "请填写此项"), ("Ä b", "小写字母")])
async def test_a_name_that_cannot_be(pages: FlowPages, name: str, says: str) -> None:
    status, page = await pages.post("/flows", name=name, like="orders")
    assert status == 422
    assert says in page
    assert f'value="{name}"' in page
    assert "is-invalid" in page


async def test_files_beside_the_store_are_told_and_taken(pages: FlowPages) -> None:
    (pages.folder / "orders.yaml").write_text(flow(says="文件"), encoding="utf-8")
    (pages.folder / "gift.yaml").write_text(flow("gift"), encoding="utf-8")
    page = await pages.get("/flows")
    assert "gift.yaml" in page
    assert "文件与上次导入的内容不同" in page
    assert (await pages.post("/flows/files"))[0] == 303
    assert (await pages.draft("gift")).number is None
    assert "文件 orders.yaml 与上次导入的内容不同" in await pages.get("/flows/orders")
    draft = await pages.draft()
    assert (await pages.post("/flows/orders/take", file="1", revision=str(draft.revision)))[0] == 303
    assert (await pages.draft()).text == flow(says="文件")
    assert "与上次导入的内容不同" not in await pages.get("/flows")
    assert pages.flows.version() == "1"


async def test_the_same_file_again_is_no_news(pages: FlowPages) -> None:
    (pages.folder / "gift.yaml").write_text(flow("gift"), encoding="utf-8")
    await bring(pages.flows.kept, read_files([pages.folder])[0], by="command")
    assert "gift.yaml" not in await pages.get("/flows")


@pytest.mark.parametrize(
    ("text", "walks"),
    [
        ("k: x\n" * 90_000, ""),
        ("", "- x\n" * 100_000),
        (flow() + "".join(f"  s{n}: {{do: say, prompt: {{zh: 好}}, next: n{n}}}\n" for n in range(900)), ""),
        (flow(), "flow: orders\nwalks:\n" + "".join(f"  - {{it: w{n}, does: [answered], path: [bye]}}\n" for n in range(299))),
    ],
    ids=["a key over and over", "walks that are none", "900 wrong names", "299 wrong walks"],
)
async def test_rubbish_is_answered_shortly_and_calls_go_on_meanwhile(pages: FlowPages, text: str, walks: str) -> None:
    revision = (await pages.draft()).revision
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.01)
            longest = max(longest, time.thread_time() - before)

    watching = asyncio.ensure_future(watch())
    status, told = await pages.type(text, walks, revision)
    watching.cancel()
    assert status == 200
    assert 0 < len(told["findings"]) <= 103
    assert len(told["checks"]) < 700_000
    # The loop's own thread: what it did at a stretch, the browser's half of this test among it.
    assert longest < 2


async def test_ten_megabytes_are_refused_and_the_draft_stays(pages: FlowPages) -> None:
    draft = await pages.draft()
    status, _told = await pages.type("x" * 10_000_000, "", draft.revision)
    assert status == 413
    assert await pages.draft() == draft


async def test_a_prompt_that_was_made_just_now_is_there(pages: FlowPages) -> None:
    text = flow().replace("prompt: {zh: 您好}", "prompt: night")
    _status, told = await pages.type(text, WALKS, (await pages.draft()).revision)
    assert [one["what"] for one in told["findings"] if "night" in one["what"]]
    pages.flows.prompts["night"] = NamedPrompt({"zh": "晚上好"})
    _status, told = await pages.type(text, WALKS, (await pages.draft()).revision)
    assert told["findings"] == []
