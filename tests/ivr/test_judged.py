"""What `callcenter flow check` says of folders and files, good and broken."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from callcenter.ivr.checking.check import Known
from callcenter.ivr.scripts.judged import judge_all
from callcenter.settings import CHECKOUT
from tests.ivr.test_load import SMALL

WALK = """\
flow: small
walks:
  - it: a caller reaches a person
    does: ["1", answered]
    path: [hello, menu, person, bye]
"""


def judged(*paths: Path) -> list[str]:
    return [f"{Path(one.file).name}:{one.line}: {one.what}" for one in judge_all(paths, Known())]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "small.walk.yaml").write_text(WALK, encoding="utf-8")
    (tmp_path / "prompts.yaml").write_text("welcome: {zh: 您好, en: Hello}\n", encoding="utf-8")
    return tmp_path


def test_a_folder_and_all_its_files_are_good(folder: Path) -> None:
    assert judged(folder) == []
    assert judged(*folder.glob("*.yaml")) == []


def test_walks_and_prompts_are_judged_too(folder: Path) -> None:
    (folder / "prompts.yaml").write_text("welcome: {zh: 您好}\n", encoding="utf-8")
    (folder / "small.walk.yaml").write_text(WALK.replace("person, bye", "bye"), encoding="utf-8")
    assert judged(folder) == [
        "prompts.yaml:1: prompt 'welcome' needs 'en'",
        "small.walk.yaml:3: a caller reaches a person: expected the path hello menu bye, walked hello menu person bye",
    ]


def test_the_walks_of_a_broken_flow_are_not_walked_and_it_is_told_once(folder: Path) -> None:
    (folder / "small.yaml").write_text(SMALL.replace("next: menu", "next: menue"), encoding="utf-8")
    said = ["small.yaml:9: there is no step 'menue'; did you mean 'menu'?"]
    assert judged(folder) == said
    assert judged(folder / "small.walk.yaml") == said


def test_walks_of_another_flow_or_of_none(folder: Path) -> None:
    walks = folder / "small.walk.yaml"
    walks.write_text(WALK.replace("flow: small", "flow: large"), encoding="utf-8")
    assert judged(walks) == ["small.walk.yaml:1: the walks are through flow 'large'; the flow beside them is 'small'"]
    (folder / "small.yaml").unlink()
    assert judged(walks) == ["small.walk.yaml:1: the flow beside it, small.yaml, cannot be read: No such file or directory"]


def test_what_is_not_there(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert judged(empty, tmp_path / "none.walk.yaml") == [
        "empty:1: expected a folder with flows (*.yaml), it has none",
        "none.walk.yaml:1: cannot be read: No such file or directory",
    ]


def command(*words: str) -> tuple[int, str]:
    """As where there is no store, which it says."""
    alone = {**os.environ, "CALLCENTER_DATA_DIR": "/nowhere"}
    done = subprocess.run(
        [sys.executable, "-m", "callcenter", "flow", "check", *words], capture_output=True, text=True, timeout=60, env=alone
    )
    assert done.stderr.startswith("this centre has no store yet")
    return done.returncode, done.stdout


def test_the_command_says_everything_at_once_with_lines(folder: Path) -> None:
    broken = folder / "small.yaml"
    changes = {"do: say": "do: say\n    title: {zh: 欢迎语}", "next: menu": "next: menue", "{1: person}": "{12: person}"}
    source = SMALL
    for old, new in changes.items():
        source = source.replace(old, new)
    broken.write_text(source, encoding="utf-8")
    said = [
        (8, "a title needs 'en'"),
        (10, "there is no step 'menue'; did you mean 'menu'?"),
        (14, "expected a key 1 to 9 or '*', got '12'"),
    ]
    assert command(str(broken)) == (1, "".join(f"{broken}:{line}: {what}\n" for line, what in said))
    status, told = command("--json", str(folder))
    assert (status, json.loads(told)) == (1, [{"file": str(broken), "line": line, "level": "error", "what": what} for line, what in said])


def test_the_command_finds_nothing_wrong_with_the_flows_that_are_shipped() -> None:
    assert command(str(CHECKOUT / "ivr_flows")) == (0, "nothing is wrong\n")


def test_a_warning_is_told_and_ends_well(folder: Path) -> None:
    flow = folder / "small.yaml"
    flow.write_text(SMALL.replace("{1: person}", "{1: person, 5: note}"), encoding="utf-8")
    what = "step 'menu': the prompt (zh) does not name key 5, which chooses 'note'"
    assert command(str(flow)) == (0, f"{flow}:12: warning: {what}\n")
    status, told = command("--json", str(flow))
    assert (status, json.loads(told)) == (0, [{"file": str(flow), "line": 12, "level": "warning", "what": what}])
