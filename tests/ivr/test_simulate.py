"""`callcenter flow simulate`: a caller's way told without a phone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from callcenter.cli import main
from callcenter.settings import CHECKOUT
from tests.ivr.test_load import HOURS, SMALL

ONE = """\
it: he reaches a person
does: ["1", answered]
path: [hello, menu, person, bye]
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    flow, script = tmp_path / "small.yaml", tmp_path / "one.yaml"
    flow.write_text(SMALL, encoding="utf-8")
    script.write_text(ONE, encoding="utf-8")
    return flow, script


def simulated(*words: Path | str) -> object:
    with pytest.raises(SystemExit) as ended:
        main(("flow", "simulate", *map(str, words)))
    return ended.value.code


def test_one_walk_is_told_step_by_step(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert simulated(*files) == 0
    told = "# he reaches a person|hello|  ◀ 您好|menu|  ◀ 请按1|  ▶ 1|person|  ▶ answered|bye|= no outcome of the flow"
    assert capsys.readouterr().out.splitlines() == told.split("|")


def test_as_json(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert simulated(*files, "--json") == 0
    (walk,) = json.loads(capsys.readouterr().out)["walks"]
    heard = {"text": "请按1", "language": "zh", "sound": None}
    assert walk["steps"][1] == {"step": "menu", "hears": [heard], "does": ["1"], "answered": []}
    assert walk["differences"] == []


def test_what_goes_otherwise_is_told_with_exit_1(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    files[1].write_text(ONE.replace("person, bye", "bye"), encoding="utf-8")
    assert simulated(*files) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "! expected the path hello menu bye, walked hello menu person bye"


@pytest.mark.parametrize(
    ("at", "path"),
    [
        ("2026-10-05 09:30", "hello hours menu person bye"),
        ("2026-10-05 12:30", "hello hours bye"),
        ("2026-10-05 01:59", "hello hours menu person bye"),
        ("2026-10-10 09:30", "hello hours bye"),
    ],
)
def test_day_and_time_decide_what_a_plan_in_the_flow_says(files: tuple[Path, Path], at: str, path: str) -> None:
    files[0].write_text(HOURS, encoding="utf-8")
    does = '["1", answered]' if "menu" in path else "[]"
    files[1].write_text(f"it: at {at}\nat: {at}\ndoes: {does}\npath: [{path.replace(' ', ', ')}]\n", encoding="utf-8")
    assert simulated(*files) == 0


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("it: he", "at: tomorrow\nit: he"), "one.yaml:1: expected a day and time such as 2026-10-01 09:30, got 'tomorrow'"),
        (("it: he", "wait: 5\nit: he"), "one.yaml:1: a walk has no 'wait'; expected it, language, caller, opening, at"),
    ],
)
def test_a_script_that_cannot_be_read(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str], change: tuple[str, str], expected: str
) -> None:
    files[1].write_text(ONE.replace(*change), encoding="utf-8")
    assert simulated(*files) == 1
    assert expected in capsys.readouterr().out


def test_a_file_has_so_many_walks_and_no_more(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    files[1].write_text("flow: small\nwalks:\n" + "  - {it: x}\n" * 301, encoding="utf-8")
    assert simulated(*files) == 1
    assert "expected at most 300 walks, got 301" in capsys.readouterr().out


def test_files_that_are_not_there_or_do_not_belong_together(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert simulated(files[0], files[1].with_name("none.yaml")) == 1
    assert simulated(files[0], CHECKOUT / "ivr_flows/orders.walk.yaml") == 1
    said = capsys.readouterr().out
    assert "none.yaml:1: cannot be read: No such file or directory" in said
    assert "the walks are through flow 'orders'; the flow given is 'small'" in said


def test_the_walks_beside_a_shipped_flow(capsys: pytest.CaptureFixture[str]) -> None:
    folder = CHECKOUT / "ivr_flows"
    assert simulated(folder / "orders.yaml", folder / "orders.walk.yaml") == 0
    assert "幺 三 八" in capsys.readouterr().out


LATE = """\
it: his time passes
at: 2026-10-05 11:58
does: [waits 4, "1", waits 150, timeout]
path: [hello, menu, person, hours, bye]
"""


def test_time_that_passes_decides_too(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    hours = "  hours: {do: hours, plan: {mon: 08:00-12:00}, open: note, closed: bye}\n  bye:\n"
    files[0].write_text(SMALL.replace("timeout: bye", "timeout: hours").replace("  bye:\n", hours), encoding="utf-8")
    files[1].write_text(LATE, encoding="utf-8")
    assert simulated(*files) == 0
    files[1].write_text(LATE.replace("waits 150", "waits 30"), encoding="utf-8")
    assert simulated(*files) == 1
    assert "walked hello menu person hours note" in capsys.readouterr().out
    files[1].write_text(LATE.replace("waits 4", "waits 5, waits 2"), encoding="utf-8")
    assert simulated(*files) == 0
    files[1].write_text(LATE.replace("waits 150, timeout", "waits 300"), encoding="utf-8")
    assert simulated(*files) == 0


SERVED = """\
it: others answer
caller: {number: "13800000009"}
services:
  actions: {order_status: [failed, found: {order: "12", placed: 10-01, amount: "5.50", state: 已发货}]}
  lookup: {"13800000009": {known: {name: 张记}}}
  emergency: {zh: 今日有台风}
path: [who, order, again, told]
hears: [今日有台风, "张记,金额五元五角,已发货"]
acts: [order_status, order_status]
outcome: self_served
"""
ASKING = """\
name: asking
languages: [zh]
start: who
steps:
  who: {do: lookup, known: order, unknown: sorry}
  order: {do: do, action: order_status, results: {found: told, none: sorry, failed: again}}
  again: {do: do, action: order_status, results: {found: told, none: sorry, failed: sorry}}
  told: {do: end, prompt: {zh: "{name},金额{amount},{state}"}, outcome: self_served}
  sorry: {do: end}
"""


QUIET = """\
it: nothing comes from him
does: [silent, silent, silent]
path: [hello, menu, gone]
outcome: silent
"""


def test_silence_is_more_than_no_key(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    gone = "otherwise: person\n    silent: gone\n  gone: {do: end}\n"
    files[0].write_text(SMALL.replace("otherwise: person\n", gone), encoding="utf-8")
    files[1].write_text(QUIET, encoding="utf-8")
    assert simulated(*files) == 0
    files[1].write_text(QUIET.replace("silent, silent]", 'silent, "-", timeout]'), encoding="utf-8")
    assert simulated(*files) == 1
    assert "walked hello menu person bye" in capsys.readouterr().out


def test_services_answer_as_the_script_says(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    files[0].write_text(ASKING, encoding="utf-8")
    files[1].write_text(SERVED, encoding="utf-8")
    assert simulated(*files, "--json") == 0
    (walk,) = json.loads(capsys.readouterr().out)["walks"]
    assert [step["step"] for step in walk["steps"]] == [None, "who", "order", "again", "told"]
    assert [step["answered"] for step in walk["steps"]][1:4] == [["known"], ["order_status: failed"], ["order_status: found"]]
    assert walk["steps"][0]["hears"] == [{"text": "今日有台风", "language": "zh", "sound": None}]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("[failed, found:", "[failed, none, found:"), "expected the path who order again told, walked who order again sorry"),
        (("order_status: [", "weather: ["), "at order the script does not say what the action 'order_status' answers"),
        (("{known: {name: 张记}}", "several"), "expected the path who order again told, walked who sorry"),
        (("{known: {name: 张记}}", "perhaps"), "one.yaml:5: expected one of known, unknown, several, locked, got 'perhaps'"),
        (("outcome: self_served", "outcome: self_served\nacts: []"), "one.yaml:11: 'acts' stands here twice; first on line 9"),
        (("acts: [order_status, order_status]", "acts: [order_status]"), "expected the actions ['order_status'], got ['order_status', "),
        (("{zh: 今日有台风}", "{zh: 今日有台风, closed: perhaps}"), "one.yaml:6: expected one of yes, no, true, false, got 'perhaps'"),
        (("path:", "opening: shut\npath:"), "one.yaml:7: expected one of open, closed, holiday, got 'shut'"),
    ],
)
def test_services_that_answer_otherwise(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str], change: tuple[str, str], expected: str
) -> None:
    files[0].write_text(ASKING, encoding="utf-8")
    files[1].write_text(SERVED.replace(*change), encoding="utf-8")
    assert simulated(*files) == 1
    assert expected in capsys.readouterr().out


def test_for_whom_no_flow_is_enters_no_step(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    files[1].write_text("it: he is on the list\nservices: {treatment: nuisance}\npath: []\noutcome: nuisance\n", encoding="utf-8")
    assert simulated(*files) == 0
    assert capsys.readouterr().out.splitlines() == ["# he is on the list", "  · nuisance", "= nuisance"]
