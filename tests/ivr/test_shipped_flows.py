"""The flows that are shipped: nothing wrong with them, and every walk beside them comes out as it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from callcenter.ivr.check import Known, check_files
from callcenter.ivr.load import load, read_prompts
from callcenter.ivr.script import judge, read_scripts
from callcenter.ivr.versions import HotlineFlow, flow_files, load_flows
from callcenter.settings import CHECKOUT

FOLDER = CHECKOUT / "ivr_flows"
KNOWN = Known(frozenset({"orders", "complaints", "english"}), {"8000000001": "orders", "8000000002": "complaints", "8000000003": "english"})
WALKS = sorted(FOLDER.glob("*.walk.yaml"))


def test_nothing_is_wrong_with_them() -> None:
    assert check_files(flow_files(FOLDER), KNOWN) == ()
    named, findings = read_prompts(FOLDER / "prompts.yaml")
    assert findings == ()
    assert {"fallback_welcome", "fallback_sorry", "demo_customer"} <= named.keys()


def test_every_flow_has_walks() -> None:
    assert {path.name.removesuffix(".walk.yaml") for path in WALKS} == {path.stem for path in flow_files(FOLDER)}


@pytest.mark.parametrize("path", WALKS, ids=lambda path: path.name)
def test_walks(path: Path) -> None:
    name, scripts, findings = read_scripts(path.read_text(encoding="utf-8"), path.name)
    assert findings == ()
    flow = load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml").flow
    assert flow is not None
    assert [str(finding) for script in scripts for finding in judge(flow, script, path.name)] == []


def test_the_flows_of_the_hotlines_are_found() -> None:
    hotlines = {"8000000001": HotlineFlow("orders", "zh_CN", "orders"), "8000000003": HotlineFlow("english", "en", "english")}
    flows, findings = load_flows(FOLDER, hotlines, Known(KNOWN.queues))
    assert findings == ()
    assert flows.of("8000000001").name == "orders"
    assert flows.language("8000000001") == "zh"
    assert flows.of("8000000003").languages == ("en",)


def test_every_step_has_a_title() -> None:
    hotlines = {"8000000001": HotlineFlow("orders", "zh_CN", "orders"), "8000000009": HotlineFlow("none", "zh_CN", "orders")}
    flows, _findings = load_flows(FOLDER, hotlines, Known(KNOWN.queues))
    walked = [*flows.by_name.values(), flows.of("8000000009")]
    titles = flows.step_titles()
    assert titles.keys() == {(flow.name, flow.version, step) for flow in walked for step in flow.steps}
    assert titles["orders", flows.by_name["orders"].version, "menu"] == ("主菜单", "Main menu")
    assert titles["straight", "0", "message"] == ("语音留言", "Voice message")
