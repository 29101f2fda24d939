"""A flow's picture: every step and way is there, steps stand clear of each other, words are escaped."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from callcenter.cli import main
from callcenter.ivr.arrows import arrows
from callcenter.ivr.draw import HEIGHT, draw, layout
from callcenter.ivr.load import load
from callcenter.ivr.steps import Flow
from callcenter.ivr.ways import ways
from callcenter.settings import CHECKOUT

SHIPPED = sorted(path for path in (CHECKOUT / "ivr_flows").glob("*.yaml") if path.name != "prompts.yaml" and ".walk." not in path.name)


def read(path: Path) -> Flow:
    flow = load(path.read_text(encoding="utf-8"), str(path)).flow
    assert flow is not None
    return flow


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_step_and_every_way_of_a_shipped_flow_is_drawn(path: Path, language: str) -> None:
    flow = read(path)
    picture = ElementTree.fromstring(draw(flow, language))
    drawn = {node.get("id") for node in picture.iter("{http://www.w3.org/2000/svg}g")}
    assert drawn == {f"step-{name}" for name in flow.steps}
    ends = [node for node in picture.iter("{http://www.w3.org/2000/svg}path") if node.get("marker-end")]
    assert len(ends) == len(arrows(flow))
    assert {(way.start, way.end) for way in arrows(flow)} >= {(step.name, to) for step in flow.steps.values() for to in ways(step)}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_steps_stand_clear_of_each_other_and_ways_forward_run_between_them(path: Path) -> None:
    boxes, lines = layout(read(path), "zh")
    for one, other in combinations(boxes.values(), 2):
        assert abs(one.y - other.y) >= HEIGHT or abs(one.x - other.x) >= (one.width + other.width) / 2
    for line in lines:
        for x, y in line.points[1:-1]:
            crossed = [name for name, box in boxes.items() if abs(box.x - x) < box.width / 2 and abs(box.y - y) < HEIGHT / 2]
            assert not crossed, f"{line.arrow} runs through {crossed}"


def test_titles_are_text_and_figures_stand_on_the_arrows() -> None:
    source = """
name: odd
languages: [en]
start: hello
steps:
  hello: {do: say, title: {zh: "<b>&", en: "<script>alert(1)</script>"}, prompt: {en: Hello}, next: bye}
  bye: {do: end}
"""
    flow = load(source, "odd.yaml").flow
    assert flow is not None
    picture = draw(flow, "en", {("hello", "bye"): 42})
    assert "<script>" not in picture
    assert "42" in [node.text for node in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]


def test_the_command_draws_a_file_and_says_what_is_wrong_with_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "orders.svg"
    assert status("flow", "draw", str(CHECKOUT / "ivr_flows/orders.yaml"), "-o", str(out), "--language", "en") == 0
    assert "Main menu" in out.read_text(encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("name: x\n", encoding="utf-8")
    assert status("flow", "draw", str(tmp_path / "broken.yaml"), "-o", str(out)) == 1
    assert status("flow", "draw", str(tmp_path / "absent.yaml"), "-o", str(out)) == 1
    said = capsys.readouterr().err
    assert "broken.yaml:1: a flow needs 'steps'" in said
    assert "absent.yaml: No such file" in said


def status(*words: str) -> object:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return ended.value.code
