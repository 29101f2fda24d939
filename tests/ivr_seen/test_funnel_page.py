"""The page that tells where callers go in a flow and where they give up."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from callcenter.calls.tables import LinkGapRow
from callcenter.floor.call import Tried
from callcenter.store.engine import Store
from tests.ivr_seen.centre import Seen, serving
from tests.ivr_seen.flows import orders
from tests.ivr_seen.walked import HOTLINE, call, keep, waited


@pytest.fixture
async def seen(store: Store, tmp_path: Path) -> AsyncIterator[Seen]:
    async with serving(store, tmp_path / "data", [orders()]) as opened:
        yield opened


async def a_day(seen: Seen) -> int:
    """Three callers: one reached a person, one gave up in the menu, one in the queue."""
    at = seen.at("2026-11-20 10:00")
    talked = call("1", at, [("greeting", 4000, "done"), ("menu", 3000, "1"), ("person", 70_000, "hung_up")])
    queued = call("3", at + 9000, [("greeting", 2000, "1"), ("menu", 1000, "1"), ("person", 30_000, "hung_up")], hotline="8000000002")
    await keep(
        seen.store,
        waited(talked, at + 7100, at + 20_000, "answered"),
        call("2", at + 5000, [("greeting", 4000, "done"), ("menu", 3000, "hung_up")]),
        waited(queued, at + 12_100, at + 42_000, "abandoned"),
    )
    return at


def row(page: str, step: str) -> list[str]:
    """The cells of a step's row, as text."""
    found = re.search(rf'<tr[^>]*data-step="{step}".*?</tr>', page, re.DOTALL)
    assert found, f"no row of {step}"
    cells = re.findall(r"<td.*?</td>", found[0], re.DOTALL)
    return [" ".join(re.sub(r"<title>.*?</title>|<[^>]+>", " ", cell).split()) for cell in cells]


async def test_a_supervisor_sees_what_became_of_the_callers_of_a_day(seen: Seen) -> None:
    await a_day(seen)
    await seen.sign_in()
    page = await seen.text("/flows/orders/funnel?from=2026-11-20&to=2026-11-20")
    # title, bar, callers, entered, went on, to a person, gave up, ended, there now, half, nine of ten
    assert row(page, "greeting") == ["欢迎语 播报", "", "3 100.0 %", "3", "3", "0", "0", "0", "0", "0:04", "0:04"]
    assert row(page, "menu") == ["主菜单 菜单", "", "3 100.0 %", "3", "2", "0", "1 33.3 %", "0", "0", "0:03", "0:03"]
    assert row(page, "person")[2:] == ["2 66.7 %", "2", "0", "1", "1 50.0 %", "0", "0", "0:13", "0:30"]
    assert row(page, "bye")[2:4] == ["0", "0"]
    for words in ("接通", "排队放弃", "语音导航放弃"):
        assert words in page


async def test_an_english_reader_reads_english(seen: Seen) -> None:
    await a_day(seen)
    await seen.sign_in("4002")
    page = await seen.text("/flows/orders/funnel?from=2026-11-20")
    assert row(page, "menu")[0] == "Main menu Menu"
    assert "Where callers go" in page
    assert "Gave up in the queue" in page


async def test_hotline_version_and_days_choose_and_stay_chosen(seen: Seen) -> None:
    await a_day(seen)
    await seen.sign_in()
    one = await seen.text(f"/flows/orders/funnel?from=2026-11-20&to=2026-11-20&hotline={HOTLINE}")
    assert row(one, "greeting")[3] == "2"
    assert re.search(rf'<option value="{HOTLINE}" selected', one)
    for nobody in ("from=2026-11-19&to=2026-11-19", "from=2026-11-20&to=2026-11-20&version=v9"):
        page = await seen.text(f"/flows/orders/funnel?{nobody}")
        assert "暂无来电" in page
        assert "<table" not in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=2026-11-20&to=2026-11-19", "不得早于开始日期"),
        ("from=2026-01-01&to=2026-11-19", "一次最多查询 31 天"),
        ("from=gestern", "请填写日期"),
        ("from=9999-12-31", "请填写日期"),
    ],
)
async def test_days_that_cannot_be_meant_are_told_beside_their_field(seen: Seen, query: str, said: str) -> None:
    await seen.sign_in()
    page = await seen.text(f"/flows/orders/funnel?{query}", 422)
    assert said in page


async def test_figures_that_touch_a_gap_are_told_to_be_incomplete(seen: Seen) -> None:
    at = await a_day(seen)
    async with seen.store.transaction() as session:
        session.add(LinkGapRow(began=at + 3_600_000, ended=at + 3_700_000, rebuilt=0, why="link", unknown="steps"))
    await seen.sign_in()
    assert "以下数据不完整" in await seen.text("/flows/orders/funnel?from=2026-11-20")
    assert "以下数据不完整" not in await seen.text("/flows/orders/funnel?from=2026-11-19")


async def test_every_figure_leads_to_its_calls(seen: Seen) -> None:
    await a_day(seen)
    await seen.sign_in()
    page = await seen.text("/flows/orders/funnel?from=2026-11-20")
    links = set(re.findall(r'href="(/calls\?[^"]+)"', page))
    found = {link.partition("&step=")[2]: await seen.text(link) for link in links if "exit" not in link}
    assert len(re.findall(r'href="/calls/[123]" class', found["orders%2Fmenu"])) == 3
    assert len(re.findall(r'href="/calls/[123]" class', found["orders%2Fperson"])) == 2
    by_exit = [await seen.text(link) for link in links if "exit=abandoned_queue" in link]
    assert [re.findall(r'href="/calls/([123])" class', one) for one in by_exit] == [["3"]]


async def test_a_flow_that_is_none_is_none(seen: Seen) -> None:
    await seen.sign_in()
    await seen.text("/flows/nothing/funnel", 404)


async def test_which_keys_were_pressed_in_vain_stands_at_their_step(seen: Seen) -> None:
    at = seen.at("2026-11-20 10:00")
    one = call("1", at, [("menu", 9000, "1"), ("person", 2000, "hung_up")], hotline=HOTLINE)
    tried = (Tried(at, "7"), Tried(at + 1, ""), Tried(at + 2, "7"), Tried(at + 3, "••••"))
    await keep(seen.store, replace(one, steps=(replace(one.steps[0], misses=4, tried=tried), one.steps[1])))
    await seen.sign_in()
    days = "from=2026-11-20&to=2026-11-20"
    assert row(await seen.text(f"/flows/orders/funnel?{days}"), "menu")[0] == "主菜单 菜单 无效： 7 × 2 超时未按 × 1 4 位 × 1"
    card = await seen.text(f"/flows/orders/picture/steps/menu?{days}")
    assert "<kbd>7</kbd>" in card
