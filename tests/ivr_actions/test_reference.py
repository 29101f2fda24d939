"""docs/actions.md is complete, stands there as it is made, and its examples do what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from callcenter.ivr.actions.http import Web
from callcenter.ivr.actions.reference import FLOW, MEANINGS, MODULE, REPLY_MEANINGS, SERVICES, built_in, reference
from callcenter.ivr.actions.registry import registered
from callcenter.ivr.actions.services_file import KEYS, REPLY_KEYS, read_services
from callcenter.ivr.checking.check import Known, check_source
from callcenter.settings import CHECKOUT


def test_the_page_is_as_it_is_made() -> None:
    assert (CHECKOUT / "docs" / "actions.md").read_text(encoding="utf-8") == reference()


def test_every_action_stands_there_with_all_it_takes_and_gives() -> None:
    sections = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##)", reference(), re.MULTILINE | re.DOTALL))
    assert list(sections) == [action.name for action in built_in()]
    for action in built_in():
        section = sections[action.name]
        assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(action.inputs)
        assert all(f"`{result}`" in section for result in action.outcomes)
        assert all(f"`{{{slot}}}`" in section for slot in action.sets)
        assert action.what in section


def test_every_key_of_a_service_and_no_other() -> None:
    assert list(MEANINGS) == list(KEYS)
    assert list(REPLY_MEANINGS) == list(REPLY_KEYS)
    assert all(f"| `{key}` |" in reference() for key in (*KEYS, *REPLY_KEYS))


def test_the_flow_of_the_page_is_a_good_one() -> None:
    known = Known(actions={action.name: action for action in built_in()})
    loaded = check_source(FLOW, "orders.yaml", known)
    assert loaded.findings == ()
    assert loaded.flow is not None


def test_the_services_of_the_page_can_be_asked(tmp_path: Path) -> None:
    secret = tmp_path / "erp.token"
    secret.write_text("x")
    secret.chmod(0o600)
    file = tmp_path / "services.yaml"
    file.write_text(SERVICES.replace("/etc/callcenter/erp.token", str(secret)))
    services, findings = read_services(file)
    assert findings == ()
    assert [one.name for one in services] == ["balance", "urge_delivery"]


def test_the_module_of_the_page_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page_actions.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    found = registered((), Web(), None, "page_actions")
    assert found.findings == ()
    assert [one.name for one in found.actions] == ["points"]
