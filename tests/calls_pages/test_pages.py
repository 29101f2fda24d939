"""The list of calls, one call, its sound: what each user finds there."""

from __future__ import annotations

import html
import io
import re
import wave
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import select

from callcenter.audit.tables import AuditRow
from callcenter.calls.tables import LinkGapRow
from callcenter.floor.call import Segment
from callcenter.settings import Settings
from callcenter.store.clock import now_ms
from callcenter.store.engine import Store
from tests.calls_pages.centre import Client, answered, furnish, gave_up, going_on, keep, moved, record, serving, settings_of, signed_in


@dataclass
class Centre:
    client: Client
    store: Store
    settings: Settings
    now: int

    async def text(self, path: str, status: int = 200) -> str:
        async with self.client.get(path) as answer:
            assert answer.status == status, await answer.text()
            return html.unescape(await answer.text())


@pytest.fixture
async def centre(store: Store, tmp_path: Path) -> AsyncIterator[Centre]:
    settings, now = settings_of(tmp_path / "data"), now_ms()
    await furnish(store)
    await keep(store, answered("1.1", now - 300_000), gave_up("2.1", now - 200_000))
    record(settings.recordings, "1.1.2", 62)
    async with serving(store, settings) as client:
        yield Centre(client, store, settings, now)


def shown(page: str) -> list[str]:
    """The calls on the list, in order, without repetition."""
    return list(dict.fromkeys(re.findall(r'href="/calls/([\d.]+)"', page)))


ALWAYS = "since=&until="


async def test_the_list_shows_the_newest_first_in_the_words_of_a_call_centre(centre: Centre) -> None:
    await signed_in(centre.client, centre.store, "4001")
    page = await centre.text(f"/calls?{ALWAYS}")
    assert shown(page) == ["2.1", "1.1"]
    for words in ("好邻居便利店", "隐藏号码", "排队放弃", "接通", "订货咨询热线", "投诉建议", "王芳"):
        assert words in page


async def test_the_same_list_in_english(centre: Centre) -> None:
    await signed_in(centre.client, centre.store, "4002")
    page = await centre.text(f"/calls?{ALWAYS}")
    for words in ("Gave up in the queue", "Connected", "Orders line", "Number withheld"):
        assert words in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("exit=answered", ["1.1"]),
        ("exit=voicemail", []),
        ("queue=complaints", ["2.1"]),
        ("hotline=8000000001", ["1.1"]),
        ("agent=2001", ["1.1"]),
        ("agent=2003", []),
        ("number=1234", ["1.1"]),
        ("number=138-1234", ["1.1"]),
        ("number=anonymous", ["2.1"]),
        ("exit=abandoned_queue&hotline=8000000001", []),
    ],
)
async def test_each_filter(centre: Centre, query: str, found: list[str]) -> None:
    await signed_in(centre.client, centre.store, "4001")
    assert shown(await centre.text(f"/calls?{ALWAYS}&{query}")) == found


async def test_without_a_time_the_list_is_todays(centre: Centre) -> None:
    await keep(centre.store, answered("0.9", centre.now - 3 * 86_400_000))
    await signed_in(centre.client, centre.store, "4001")
    assert "0.9" not in shown(await centre.text("/calls"))
    assert "0.9" in shown(await centre.text(f"/calls?{ALWAYS}"))


async def test_what_is_wrong_with_a_filter_is_named_and_kept(centre: Centre) -> None:
    await signed_in(centre.client, centre.store, "4001")
    page = await centre.text("/calls?since=2026-11-22T10:00&until=2026-11-22T09:00&number=abc&exit=nonsense", 422)
    assert "截止时间必须晚于开始时间" in page
    assert 'value="abc"' in page
    assert page.count("is-invalid") == 3
    assert shown(page) == []


async def test_pages_of_the_list_join_without_gap_or_repetition(centre: Centre) -> None:
    await keep(centre.store, *(gave_up(f"3.{n:03}", centre.now - 1_000_000 - n // 3) for n in range(120)))
    await signed_in(centre.client, centre.store, "4001")
    seen: list[str] = []
    path: str | None = f"/calls?{ALWAYS}"
    while path:
        page = await centre.text(path)
        seen += shown(page)
        older = re.search(r'href="(/calls\?[^"]*before=[^"]*)"', page)
        path = older.group(1) if older else None
    assert len(seen) == len(set(seen)) == 122


async def test_one_call_tells_its_whole_story(centre: Centre) -> None:
    await signed_in(centre.client, centre.store, "4001")
    page = await centre.text("/calls/1.1")
    for words in (
        "振铃超时未接",
        "客户先挂机",
        "恢复通话",
        "话后处理",
        "主叫",
        "<kbd>1</kbd>",
        "营业时间内",
        "greeting",
        "/recordings/1.1.2",
    ):
        assert words in page
    assert re.search(r"<td>主菜单 .*?按键错误 <kbd>7</kbd>.*?>•••<.*?<kbd>1</kbd>.*?<td>订货专席 ", page, re.DOTALL)
    assert page.count("<rect class=") == 8
    assert ' style="' not in page
    assert "进行中" not in page


async def test_who_is_nobody_of_ours_is_said_to_be_a_seat_or_outside(centre: Centre) -> None:
    await keep(centre.store, moved("6.1", centre.now - 120_000))
    await signed_in(centre.client, centre.store, "4002")
    page = await centre.text("/calls/6.1")
    lanes = re.findall(r"<text x=\"0\"[^>]*>([^<]*)</text>", page)
    assert lanes == ["Voice menu", "Queue Orders", "张伟 2003", "王芳 2001", "Parked", "Seat 1009", "Outside 139 0000 1111"]


async def test_whom_an_agent_connected_the_caller_with_is_one_click_away(centre: Centre) -> None:
    whole = answered("3.1", centre.now - 250_000)
    other = Segment(9, "talk", "2.1", whole.began + 60_000, who="13900001111", ended=whole.began + 82_000, reason="agent_hung_up")
    await keep(centre.store, replace(whole, segments=(*whole.segments[:6], replace(other, n=7)), joined="2.1"))
    await signed_in(centre.client, centre.store, "4001")
    page = await centre.text("/calls/3.1")
    assert '<a href="/calls/2.1">另一位来电者的通话</a>' in page
    assert "对方" in page
    assert "/calls/2.1" not in await centre.text("/calls/1.1")


async def test_a_call_that_goes_on_says_so(centre: Centre) -> None:
    await keep(centre.store, going_on("5.1", centre.now - 60_000))
    await signed_in(centre.client, centre.store, "4001")
    page = await centre.text("/calls/5.1")
    assert "该通话正在进行" in page
    assert "正在录音" in page


async def test_gaps_are_listed_and_marked_at_what_they_touch(centre: Centre) -> None:
    await signed_in(centre.client, centre.store, "4001")
    assert "没有缺口" in await centre.text("/gaps")
    assert 'href="/gaps" class="text-yellow"' not in await centre.text(f"/calls?{ALWAYS}")
    async with centre.store.transaction() as session:
        session.add(LinkGapRow(began=centre.now - 240_000, ended=centre.now - 225_000, rebuilt=1, why="server", unknown="holds,steps"))
        session.add(LinkGapRow(began=centre.now - 5_000, ended=None, rebuilt=None, why="link", unknown=""))
    page = await centre.text("/gaps")
    for words in ("系统停机", "保持、语音导航步骤", "0:15", "进行中", "与 Asterisk 的连接中断", "尚不清楚"):
        assert words in page
    found = await centre.text(f"/calls?{ALWAYS}")
    assert "该时段内系统与 Asterisk 失去联系 2 次，共 0:2" in found
    assert found.count('href="/gaps" class="text-yellow"') == 1
    call = await centre.text("/calls/1.1")
    assert "这通电话有一部分是事后补录的" in call
    assert "保持、语音导航步骤" in call
    assert "事后补录" not in await centre.text("/calls/2.1")
    await signed_in(centre.client, centre.store, "4002")
    assert "Nobody listened to Asterisk 2 times in this time" in await centre.text(f"/calls?{ALWAYS}")


async def test_a_call_that_is_not_there(centre: Centre) -> None:
    await signed_in(centre.client, centre.store, "4001")
    for path in ("/calls/9.9", "/recordings/9.9", "/recordings/..%2F..%2Fcentre.sqlite"):
        assert "页面不存在" in await centre.text(path, 404)


async def test_agents_neither_list_calls_nor_listen(centre: Centre) -> None:
    await signed_in(centre.client, centre.store, "2001")
    for path in ("/calls", "/calls/1.1", "/recordings/1.1.2"):
        assert "您没有权限" in await centre.text(path, 403)


async def test_the_recording_is_one_stereo_file_and_each_listening_is_written_down(centre: Centre) -> None:
    await signed_in(centre.client, centre.store, "4001")
    async with centre.client.get("/recordings/1.1.2") as answer:
        assert (answer.status, answer.headers["Content-Type"], answer.headers["Accept-Ranges"]) == (200, "audio/wav", "bytes")
        whole = await answer.read()
    with wave.open(io.BytesIO(whole)) as file:
        assert (file.getnchannels(), file.getnframes()) == (2, 62 * 8000)
    async with centre.client.get("/recordings/1.1.2", headers={"Range": "bytes=100000-100099"}) as answer:
        assert answer.status == 206
        assert answer.headers["Content-Range"] == f"bytes 100000-100099/{len(whole)}"
        assert await answer.read() == whole[100_000:100_100]
    async with centre.client.get("/recordings/1.1.2", headers={"Range": f"bytes={len(whole)}-"}) as answer:
        assert (answer.status, answer.headers["Content-Range"]) == (416, f"bytes */{len(whole)}")
    assert await listened(centre.store) == [("4001", "recording 1.1.2 of call 1.1")]
    await signed_in(centre.client, centre.store, "3001")
    async with centre.client.get("/recordings/1.1.2", headers={"Range": "bytes=500-599"}) as answer:
        await answer.read()
    assert [who for who, _what in await listened(centre.store)] == ["4001", "3001"]


async def test_a_recording_whose_file_is_gone(centre: Centre) -> None:
    for path in centre.settings.recordings.glob("*.wav"):
        path.unlink()
    await signed_in(centre.client, centre.store, "4001")
    await centre.text("/recordings/1.1.2", 404)
    assert await listened(centre.store) == []


async def test_the_calls_of_a_customer_are_a_piece_of_his_page(centre: Centre) -> None:
    await signed_in(centre.client, centre.store, "2001")
    piece = await centre.text("/customers/1/calls")
    assert "该客户暂无通话记录" in piece
    assert "<title>" not in piece


async def listened(store: Store) -> list[tuple[str, str]]:
    async with store.transaction() as session:
        rows = await session.scalars(select(AuditRow).where(AuditRow.act == "listen").order_by(AuditRow.seq))
        return [(row.who, row.what) for row in rows]
