"""A flow's picture with figures on it: what stands where, which version is drawn, what a step tells."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from callcenter.floor.call import Step
from callcenter.ivr.language.action import Action, Answer, Asked
from callcenter.ivr.language.known import Known
from callcenter.ivr.language.load import load
from callcenter.ivr.language.steps import together
from callcenter.store.engine import Store
from tests.ivr_seen.centre import Seen, serving
from tests.ivr_seen.flows import orders
from tests.ivr_seen.walked import call, keep, waited

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
async def seen(store: Store, tmp_path: Path) -> AsyncIterator[Seen]:
    earlier = orders("v0", 主菜单="从前的菜单")
    async with serving(store, tmp_path / "data", [earlier, orders("v1")]) as opened:
        yield opened


async def a_day(seen: Seen) -> None:
    """Of the version in use: one reached a person by key 0 of the last menu, one gave up in the menu; one walked an earlier version."""
    at = seen.at("2026-11-20 10:00")
    talked = [("greeting", 4000, "done"), ("menu", 3000, "2"), ("closing", 2000, "0"), ("person", 70_000, "hung_up")]
    await keep(
        seen.store,
        waited(call("1", at, talked), at + 9100, at + 20_000, "answered"),
        call("2", at + 5000, [("greeting", 4000, "done"), ("menu", 3000, "hung_up")]),
        call("3", at + 6000, [("greeting", 4000, "done"), ("menu", 3000, "hung_up")], version="v0"),
    )


def drawn(page: str) -> ElementTree.Element:
    found = re.search(r'<svg xmlns="[^"]*" class="flow-picture".*?</svg>\s*</div>', page, re.DOTALL)
    assert found, "no picture"
    return ElementTree.fromstring(found[0].removesuffix("</div>").strip())


def told(picture: ElementTree.Element, step: str) -> str:
    box = next(node for node in picture.iter(f"{SVG}g") if node.get("id") == f"step-{step}")
    return " ".join(" ".join(box.itertext()).split())


def on_arrows(picture: ElementTree.Element) -> list[str]:
    return [" ".join(node.itertext()) for node in picture.iter(f"{SVG}text") if node.get("class") == "flow-label"]


async def raw(seen: Seen, path: str) -> str:
    async with seen.client.get(path) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()


async def test_figures_of_the_version_in_use_stand_in_the_steps_and_on_the_arrows(seen: Seen) -> None:
    await a_day(seen)
    await seen.sign_in()
    page = await raw(seen, "/flows/orders/picture?day=2026-11-20")
    picture = drawn(page)
    assert told(picture, "greeting") == "欢迎语 播报 进入 2"
    assert told(picture, "menu") == "主菜单 菜单 进入 2 挂机 1"
    assert told(picture, "closing") == "结束菜单 菜单 · 0 转人工 进入 1 按 0：1"
    assert told(picture, "person") == "人工服务 队列 · 订货咨询 进入 1 接通 1"
    assert told(picture, "message") == "留言 留言 无来电"
    assert "2 (1)" in on_arrows(picture)
    assert "1 (0)" in on_arrows(picture)
    assert "另有 1 个来电走的是其他版本" in page
    assert 'data-watch="flow:orders:v1"' in page


async def test_another_version_is_drawn_as_it_was_with_its_own_callers(seen: Seen) -> None:
    await a_day(seen)
    await seen.sign_in()
    picture = drawn(await raw(seen, "/flows/orders/picture?day=2026-11-20&version=v0"))
    assert told(picture, "menu") == "从前的菜单 菜单 进入 1 挂机 1"
    await seen.text("/flows/orders/picture?version=v7", 404)


async def test_a_step_tells_its_figures_and_its_calls(seen: Seen) -> None:
    await a_day(seen)
    await seen.sign_in()
    step = await seen.text("/flows/orders/picture/steps/menu?from=2026-11-20&to=2026-11-20")
    assert "订货请按1" in step
    assert [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in re.findall(r"<tr>.*?</tr>", step, re.DOTALL)] == [
        "在此挂机 1",
        "2 → 结束菜单 1",
    ]
    assert re.findall(r'href="/calls/(\d)"', step) == ["3", "2", "1"]
    assert "<html" not in step
    whole = await seen.text("/flows/orders/picture?day=2026-11-20&step=menu")
    assert 'id="step-figures"' in whole
    assert "订货请按1" in whole
    empty = await seen.text("/flows/orders/picture/steps/message?from=2026-11-20")
    assert "该时段内没有来电到达此步" in empty
    await seen.text("/flows/orders/picture/steps/nothing?from=2026-11-20", 404)


async def test_the_steps_of_the_picture_open_their_figures(seen: Seen) -> None:
    await seen.sign_in()
    picture = drawn(await raw(seen, "/flows/orders/picture?day=2026-11-20"))
    asked = [node.get("hx-get") or "" for node in picture.iter(f"{SVG}g") if node.get("hx-get")]
    assert len(asked) == 7
    for path in asked:
        assert 'id="step-figures"' in await seen.text(path)


async def test_the_picture_alone(seen: Seen) -> None:
    await seen.sign_in("4002")
    async with seen.client.get("/flows/orders/picture.svg") as answer:
        assert answer.content_type == "image/svg+xml"
        assert told(ElementTree.fromstring(await answer.text()), "menu") == "Main menu menu"


async def test_a_day_that_is_none_is_told_beside_its_field(seen: Seen) -> None:
    await seen.sign_in("4002")
    assert "A day such as 2026-11-22 was expected." in await seen.text("/flows/orders/picture?day=x", 422)


DAY = """\
name: day
title: {zh: 日间, en: Day}
languages: [zh, en]
start: stock
steps:
  stock: {do: do, title: {zh: 看库存, en: Stock}, action: stock, results: {plenty: orders, failed: orders}}
  orders: {do: go_to, flow: orders, step: menu}
"""


async def in_stock(_asked: Asked) -> Answer:
    return Answer("plenty")


async def test_actions_their_results_and_other_flows_are_named_as_people_call_them(store: Store, tmp_path: Path) -> None:
    stock = Action(name="stock", title=("查询库存", "Stock"), results=("plenty",), called={"plenty": ("充足", "plenty")}, run=in_stock)
    day = load(DAY, "day.yaml", Known(actions={"stock": stock})).flow
    assert day is not None
    both = together([replace(day, version="v1"), replace(orders("v1"), title=("订货", "Orders"))])
    async with serving(store, tmp_path / "data", list(both.values()), [stock]) as seen:
        at = seen.at("2026-11-20 10:00")
        steps = (
            Step(1, "day", "v1", "stock", "do", at, at + 10, "plenty"),
            Step(2, "day", "v1", "orders", "go_to", at + 10, at + 20, "orders"),
            Step(3, "orders", "v1", "menu", "menu", at + 20, at + 900, "hung_up"),
        )
        await keep(store, call("1", at, [("menu", 900, "hung_up")], steps=steps))
        await seen.sign_in()
        days = "from=2026-11-20&to=2026-11-20"
        picture = drawn(await raw(seen, f"/flows/day/picture?{days}"))
        assert "动作 · 查询库存" in told(picture, "stock")
        assert "转流程 · 订货/主菜单" in told(picture, "orders")
        assert any("充足" in one for one in on_arrows(picture))
        assert "充足" in await seen.text(f"/flows/day/picture/steps/stock?{days}")
        assert "订货 / 主菜单" in await seen.text(f"/flows/day/picture/steps/orders?{days}")
