"""The flows that are shipped: nothing wrong with them, every walk beside them comes out as it says, with a restart anywhere too."""

from __future__ import annotations

from pathlib import Path

import pytest

from callcenter.ivr.checking.check import Known, check_files, check_source
from callcenter.ivr.language.load import read_prompts
from callcenter.ivr.language.steps import Flow
from callcenter.ivr.scripts.beside import beside
from callcenter.ivr.scripts.judged import judge_all
from callcenter.ivr.scripts.script import Script, differences, read_scripts, walk_script
from callcenter.ivr.walking.hotline_flows import HotlineFlow, flow_files, load_flows
from callcenter.rooms import rooms
from callcenter.settings import CHECKOUT, Settings

FOLDER = CHECKOUT / "ivr_flows"
QUEUES = frozenset({"orders", "complaints", "english"})
HOTLINES = {"8000000001": "orders", "8000000002": "complaints", "8000000003": "english"}
WALKS = sorted(FOLDER.glob("*.walk.yaml"))


@pytest.fixture(scope="module")
def known() -> Known:
    """All that a centre has: a flow names nothing that is not there."""
    actions = rooms(Settings()).actions.by_name
    return beside(FOLDER, Known(queues=QUEUES, flows=HOTLINES, actions=actions))


def walked(path: Path, known: Known) -> tuple[Flow, tuple[Script, ...]]:
    name, scripts, findings = read_scripts(path.read_text(encoding="utf-8"), path.name)
    assert findings == ()
    flow = (known.others or {})[name]
    assert flow.file == str(FOLDER / f"{name}.yaml")
    return flow, scripts


def test_nothing_is_wrong_with_them(known: Known) -> None:
    assert check_files(flow_files(FOLDER), known) == ()
    assert judge_all([FOLDER], Known(queues=QUEUES, actions=known.actions)) == ()
    _, findings = read_prompts(FOLDER / "prompts.yaml")
    assert findings == ()


def test_every_prompt_with_a_name_is_said_by_a_flow_or_the_dialplan(known: Known) -> None:
    flows = "".join(path.read_text(encoding="utf-8") for path in flow_files(FOLDER))
    dialplan = "".join(path.read_text(encoding="utf-8") for path in (CHECKOUT / "asterisk_conf").glob("extensions*"))
    assert [name for name in known.prompts or {} if f": {name}\n" not in flows and f"/{name}" not in dialplan] == []


def test_every_flow_has_walks() -> None:
    assert {path.name.removesuffix(".walk.yaml") for path in WALKS} == {path.stem for path in flow_files(FOLDER)}


@pytest.mark.parametrize("path", WALKS, ids=lambda path: path.name)
def test_walks(path: Path, known: Known) -> None:
    flow, scripts = walked(path, known)
    for script in scripts:
        assert list(differences(script, walk_script(flow, script))) == [], script.it


@pytest.mark.parametrize("path", WALKS, ids=lambda path: path.name)
def test_the_walks_come_to_every_step(path: Path, known: Known) -> None:
    flow, scripts = walked(path, known)
    entered = {step for script in scripts for step in walk_script(flow, script).path}
    assert flow.steps.keys() - entered == set()


@pytest.mark.parametrize("path", WALKS, ids=lambda path: path.name)
def test_a_restart_anywhere_changes_neither_the_end_nor_what_is_done(path: Path, known: Known) -> None:
    flow, scripts = walked(path, known)
    for script in scripts:
        whole = walk_script(flow, script)
        for n in range(4 * len(whole.path) + len(script.does)):
            again = walk_script(flow, script, restart_at=n)
            assert again.unexpected == "", (script.it, n)
            assert again.unused == (), (script.it, n)
            assert (again.outcome, again.acts, again.owes, again.answers) == (whole.outcome, whole.acts, whole.owes, whole.answers), (
                script.it,
                n,
            )
            assert again.path[-1:] == whole.path[-1:], (script.it, n)


def test_the_flows_of_the_hotlines_are_found(known: Known) -> None:
    hotlines = {"8000000001": HotlineFlow("orders", "zh_CN", "orders"), "8000000003": HotlineFlow("english", "en", "english")}
    flows, findings = load_flows(FOLDER, hotlines, Known(QUEUES, actions=known.actions))
    assert findings == ()
    assert flows.of("8000000001").name == "orders"
    assert flows.language("8000000001") == "zh"
    assert flows.of("8000000003").languages == ("en",)
    assert flows.of("8000000001").others["licence"].others["orders"] == flows.of("8000000001")


def test_every_step_has_a_title() -> None:
    hotlines = {"8000000001": HotlineFlow("orders", "zh_CN", "orders"), "8000000009": HotlineFlow("none", "zh_CN", "orders")}
    flows, _findings = load_flows(FOLDER, hotlines, Known(QUEUES))
    shown = [*flows.by_name.values(), flows.of("8000000009")]
    titles = flows.step_titles()
    assert titles.keys() == {(flow.name, flow.version, step) for flow in shown for step in flow.steps}
    assert titles["orders", flows.by_name["orders"].version, "menu"] == ("主菜单", "Main menu")
    assert titles["straight", "0", "message"] == ("语音留言", "Voice message")


def test_a_flow_without_what_it_names_says_so(known: Known) -> None:
    source = (FOLDER / "orders.yaml").read_text(encoding="utf-8")
    alone = Known(queues=QUEUES, actions={}, prompts=known.prompts, others={})
    said = [one.what for one in check_source(source, "orders.yaml", alone).findings]
    assert "step 'last_order': there is no action 'order_status'; the actions are none" in said
    assert "step 'licences': there is no flow 'licence'; the flows are orders" in said
    nameless = check_source(source.replace("prompt: to_a_person", "prompt: to_a_persom"), "orders.yaml", known).findings
    assert [one.what for one in nameless] == ["there is no prompt 'to_a_persom'; did you mean 'to_a_person'?"]
