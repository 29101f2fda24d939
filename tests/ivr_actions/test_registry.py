"""All actions by name; a module of the centre's own that cannot be used is told, and nothing of it is used."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from callcenter.ivr.actions.http import Web
from callcenter.ivr.actions.registry import registered
from callcenter.ivr.language.action import Action, Answer, Asked

OURS = """\
from callcenter.ivr.language.action import Action, Answer, Asked


async def lottery(asked: Asked) -> Answer:
    return Answer("lost")


ACTIONS = [Action(name="lottery", what="Draws.", results=("won", "lost"), run=lottery)]
"""


async def nothing(_asked: Asked) -> Answer:
    return Answer("done")


BUILT_IN = (Action(name="order_status", results=("done",), run=nothing),)


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "our_actions", raising=False)
    return tmp_path / "our_actions.py"


def told(module: Path, text: str) -> str:
    module.write_text(text)
    found = registered(BUILT_IN, Web(), None, "our_actions")
    assert [one.name for one in found.actions] == ["order_status"]
    (finding,) = found.findings
    return str(finding)


def test_a_module_of_our_own(module: Path) -> None:
    module.write_text(OURS)
    found = registered(BUILT_IN, Web(), None, "our_actions")
    assert [one.name for one in found.actions] == ["order_status", "lottery"]
    assert found.findings == ()


def test_a_module_that_cannot_be_imported(module: Path) -> None:
    assert "our_actions:2: cannot be imported: ZeroDivisionError" in told(module, "x = 1\nx / 0\n")


def test_a_module_that_is_no_python(module: Path) -> None:
    assert "cannot be imported: SyntaxError" in told(module, "def\n")


def test_a_module_with_a_bad_action(module: Path) -> None:
    assert "our_actions:8: cannot be imported: BadAction: action 'lot tery'" in told(module, OURS.replace('"lottery"', '"lot tery"'))


def test_a_module_without_actions(module: Path) -> None:
    assert "expected ACTIONS, a list of Action" in told(module, "x = 1\n")


def test_a_module_with_something_else(module: Path) -> None:
    assert "expected ACTIONS, a list of Action" in told(module, "ACTIONS = [print]\n")


def test_a_name_that_is_taken(module: Path) -> None:
    assert "there is an action 'order_status' already" in told(module, OURS.replace('"lottery"', '"order_status"'))


def test_no_such_module() -> None:
    (finding,) = registered(BUILT_IN, Web(), None, "no_such_module_here").findings
    assert "cannot be imported: ModuleNotFoundError" in finding.what
