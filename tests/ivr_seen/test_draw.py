"""A flow's picture: every step and way is there, nothing stands on anything else, no arrow runs through a box, words are escaped."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.cli import main
from callcenter.hotlines.tables import QueueRow
from callcenter.ivr.language.load import load
from callcenter.ivr.language.steps import Flow
from callcenter.ivr.language.ways import ways
from callcenter.ivr.seen.picture.arrows import Arrow, arrows
from callcenter.ivr.seen.picture.draw import Mark, Placed, Shown, draw, layout, now_mark
from callcenter.ivr.seen.picture.labels import along
from callcenter.ivr.seen.picture.placing import Box, Line, place
from callcenter.settings import CHECKOUT
from callcenter.store.engine import Store
from tests.ivr_seen.flows import ORDERS
from tests.ivr_seen.walked import call, keep

SHIPPED = sorted(path for path in (CHECKOUT / "ivr_flows").glob("*.yaml") if path.name != "prompts.yaml" and ".walk." not in path.name)
SVG = "{http://www.w3.org/2000/svg}"


def read(path: Path) -> Flow:
    flow = load(path.read_text(encoding="utf-8"), str(path)).flow
    assert flow is not None
    return flow


def full(flow: Flow) -> Shown:
    """A picture with as many figures as it can have."""
    counts = {(way.start, way.end): 100 * n for n, way in enumerate(arrows(flow))}
    marks = {step: [Mark("进入 12,345", "came"), Mark("挂机 999", "gave_up"), Mark("人工 1,000", "person")] for step in flow.steps}
    return Shown(counts, marks, opens={step: f"/flows/{flow.name}/picture/steps/{step}" for step in flow.steps})


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_step_and_every_way_of_a_shipped_flow_is_drawn(path: Path, language: str) -> None:
    flow = read(path)
    for shown in (Shown(), full(flow)):
        picture = ElementTree.fromstring(draw(flow, language, shown))
        drawn = [node.get("id") for node in picture.iter(f"{SVG}g") if (node.get("id") or "").startswith("step-")]
        assert drawn == [f"step-{name}" for name in flow.steps]
        lines = [node for node in picture.iter(f"{SVG}path") if node.get("marker-end")]
        assert len(lines) == len([way for way in arrows(flow) if not way.side])
    assert {(way.start, way.end) for way in arrows(flow)} >= {(step.name, to) for step in flow.steps.values() for to in ways(step)}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("figures", [False, True])
def test_in_a_shipped_flow_nothing_stands_on_anything_else(path: Path, language: str, figures: bool) -> None:
    flow = read(path)
    placed = layout(flow, language, full(flow) if figures else Shown())
    apart(placed.boxes.values())
    runs_between(placed.lines, placed.boxes)
    assert all(label.clear for label in placed.labels)
    for one, other in combinations(placed.labels, 2):
        assert not one.overlaps(other.x, other.y, other.width, other.height), f"{one.words} over {other.words}"
    for label in placed.labels:
        for box in placed.boxes.values():
            assert not label.overlaps(box.x, box.y, box.width, box.height), f"{label.words} over a box"
    inside(placed)


@given(st.data())
@settings(max_examples=40)
def test_whatever_leads_where_no_arrow_runs_through_a_box(data: st.DataObject) -> None:
    names = [f"s{n}" for n in range(data.draw(st.integers(1, 14)))]
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=30, unique=True))
    sizes = {name: (float(data.draw(st.sampled_from([100, 140, 230]))), 46.0) for name in names}
    boxes, lines = place([Arrow(start, end) for start, end in pairs], sizes, names[0], 70)
    assert set(boxes) == set(names)
    apart(boxes.values())
    runs_between(lines, boxes)


def apart(boxes: Iterable[Box]) -> None:
    for one, other in combinations(boxes, 2):
        assert abs(one.y - other.y) >= one.height or abs(one.x - other.x) >= (one.width + other.width) / 2


def runs_between(lines: Iterable[Line], boxes: Mapping[str, Box]) -> None:
    for line in lines:
        for x, y in along(line):
            for name, box in boxes.items():
                crossed = abs(box.x - x) < box.width / 2 - 0.1 and abs(box.y - y) < box.height / 2 - 0.1
                assert not crossed, f"{line.arrow} runs through {name}"


def inside(placed: Placed) -> None:
    left, top, right, bottom = placed.bounds
    for line in placed.lines:
        assert all(left <= x <= right and top <= y <= bottom for x, y in along(line))


ODD = """
name: odd
languages: [en]
start: hello
steps:
  hello: {do: say, title: {zh: "<b>&", en: "<script>alert(1)</script>"}, prompt: {en: Hello}, next: bye}
  bye: {do: end}
"""


def odd() -> Flow:
    flow = load(ODD, "odd.yaml").flow
    assert flow is not None
    return flow


def test_titles_are_text_and_figures_stand_on_the_arrows_and_in_the_steps() -> None:
    picture = draw(odd(), "en", Shown({("hello", "bye"): 42}, {"hello": [Mark("<7> came", "came")]}, opens={"hello": '/x?a="b"&c'}))
    assert "<script>" not in picture
    told = ["".join(node.itertext()) for node in ElementTree.fromstring(picture).iter(f"{SVG}text")]
    assert "(42)" in told
    assert "<7> came" in told


def test_the_path_walked_is_lit() -> None:
    lit = [
        node.get("id") or node.get("marker-end")
        for node in ElementTree.fromstring(draw(odd(), "en", Shown(path=["hello", "bye"]))).iter()
        if "flow-lit" in (node.get("class") or "")
    ]
    assert lit == ["url(#end-lit)", "step-hello", "step-bye"]
    assert "flow-lit" not in draw(odd(), "en")


def test_how_many_are_there_now_is_a_piece_that_can_be_pushed() -> None:
    assert now_mark("hello", 0) in draw(odd(), "en", Shown(opens={"hello": "/x"}))
    assert ElementTree.fromstring(now_mark("hello", 12)).get("id") == "now-hello"
    assert ">12<" in now_mark("hello", 12)


def test_the_command_draws_a_file_and_says_what_is_wrong_with_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "orders.svg"
    assert status("flow", "draw", str(CHECKOUT / "ivr_flows/orders.yaml"), "-o", str(out), "--language", "en") == 0
    for words in ("Main menu", "<title>Orders</title>", "go to · Licences<", "action · Order status<"):
        assert words in out.read_text(encoding="utf-8")
    assert status("flow", "draw", str(CHECKOUT / "ivr_flows/orders.yaml"), "-o", str(out)) == 0
    for words in ("主菜单", "<title>订货与咨询</title>", "转流程 · 许可证业务<", "动作 · 查询订单<", ">已送达<", ">未查到<"):
        assert words in out.read_text(encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("name: x\n", encoding="utf-8")
    assert status("flow", "draw", str(tmp_path / "broken.yaml"), "-o", str(out)) == 1
    assert status("flow", "draw", str(tmp_path / "absent.yaml"), "-o", str(out)) == 1
    said = capsys.readouterr().err
    assert "broken.yaml:1: a flow needs 'steps'" in said
    assert "absent.yaml: No such file" in said


async def test_the_command_draws_the_figures_of_a_day(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, out = tmp_path / "orders.yaml", tmp_path / "orders.svg"
    file.write_text(ORDERS, encoding="utf-8")
    noon = int(datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000)
    await keep(store, *(call(str(n), noon, [("greeting", 2000, "done"), ("menu", 1000, "hung_up")]) for n in range(3)))
    monkeypatch.setenv("CALLCENTER_DATABASE", store.url)
    async with store.transaction() as session:
        session.add(QueueRow(name="orders", zh="订货咨询", en="Order desk", strategy="leastrecent"))
    drawing = ("flow", "draw", str(file), "-o", str(out), "--language", "en", "--day")
    assert await asyncio.to_thread(status, *drawing, "2026-11-20") == 0
    assert "3 came" in out.read_text(encoding="utf-8")
    assert "3 gave up" in out.read_text(encoding="utf-8")
    assert "queue · Order desk" in out.read_text(encoding="utf-8")
    assert await asyncio.to_thread(status, *drawing, "2026-11-21") == 0
    assert "3 came" not in out.read_text(encoding="utf-8")
    assert await asyncio.to_thread(status, *drawing[:-1]) == 0
    assert "queue · Order desk" in out.read_text(encoding="utf-8")


def test_where_another_flow_goes_on_is_told_by_the_title_of_the_step() -> None:
    there = load(ORDERS, "orders.yaml").flow
    here = load("name: a\nlanguages: [zh, en]\nstart: x\nsteps:\n  x: {do: go_to, flow: orders, step: menu}\n", "a.yaml").flow
    assert there is not None
    assert here is not None
    assert "go to · orders/Main menu<" in draw(replace(here, others={"orders": there}), "en")
    titled = replace(there, title=("订货", "Orders"))
    assert "go to · Orders/Main menu<" in draw(replace(here, others={"orders": titled}), "en")
    assert "<title>订货</title>" in draw(titled, "zh")
    assert "转流程 · orders/menu<" in draw(here, "zh")


def status(*words: str) -> object:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return ended.value.code
