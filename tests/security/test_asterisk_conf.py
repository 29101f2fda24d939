"""What Asterisk's files leave open to a stranger, a caller and an agent."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from callcenter.telephony.pbx import PbxPlan, render
from tests.telephony.test_pbx_render import PLAN

DEMO = replace(PLAN, demo=True, demo_secret="demo-secret")
TRUNK = replace(PLAN, trunk_host="carrier.example:5060")


def contexts(plan: PbxPlan) -> dict[str, list[str]]:
    """The lines of each context of the dialplan."""
    found: dict[str, list[str]] = {}
    for line in render(plan)["extensions.conf"].splitlines():
        if line.startswith("["):
            found[name := line.strip("[]")] = []
        elif found and line.strip() and not line.lstrip().startswith(";"):
            found[name].append(line.strip())
    return found


def endpoint(plan: PbxPlan, name: str) -> dict[str, str]:
    """The settings of a SIP endpoint, those of its template included."""
    settings: dict[str, str] = {}
    for head, body in re.findall(r"^\[([^\n]+)\n(.*?)(?=^\[|\Z)", render(plan)["pjsip.conf"], re.MULTILINE | re.DOTALL):
        if head in (f"{name}]", f"{name}](phone)", "phone](!)") and ("type = endpoint" in body or "(phone)" in head):
            settings |= dict(line.split(" = ", 1) for line in body.splitlines() if " = " in line and not line.startswith(";"))
    return settings


@pytest.mark.parametrize("plan", [PLAN, DEMO, TRUNK])
def test_a_caller_dials_hotlines_and_nothing_else(plan: PbxPlan) -> None:
    lines = contexts(plan)["cc-in"]
    dialled = {line.split(",")[0].removeprefix("exten => ") for line in lines if line.startswith("exten")}
    assert dialled == {"8000000001", "T", "refused"}
    assert not [line for line in lines if "Dial(" in line or "cc-out" in line or "cc-dial" in line]


@pytest.mark.parametrize("plan", [PLAN, DEMO, TRUNK])
def test_a_number_is_looked_at_before_anything_else(plan: PbxPlan) -> None:
    assert contexts(plan)["cc-in"][0].startswith("exten => 8000000001,1,GotoIf($[${LEN(${FILTER(")


@pytest.mark.parametrize("plan", [PLAN, DEMO, TRUNK])
def test_a_seat_dials_its_echo_and_nothing_else(plan: PbxPlan) -> None:
    assert contexts(plan)["cc-seat"] == ["exten => *43,1,Answer()", "same => n,Echo()", "same => n,Hangup()"]
    assert endpoint(plan, "1001")["context"] == "cc-seat"
    assert endpoint(plan, "1001")["auth"] == "1001"


@pytest.mark.parametrize("plan", [PLAN, DEMO, TRUNK])
def test_who_calls_from_outside_moves_no_call(plan: PbxPlan) -> None:
    outside = ["trunk", *(["demo"] if plan.demo else [])]
    for name in outside:
        assert endpoint(plan, name)["context"] == "cc-in"
        assert endpoint(plan, name)["allow_transfer"] == "no"
    text = render(plan)["extensions.conf"]
    assert all("i" in line.split(",")[1] for line in re.findall(r"Queue\(([^)]*)\)", text))
    assert all("iU(" in line for line in re.findall(r"Dial\(.*", text))


def test_the_trunk_is_known_by_its_address_alone() -> None:
    assert endpoint(TRUNK, "trunk")["identify_by"] == "ip"
    identified = re.search(r"type = identify\nendpoint = trunk\n(.*?)\n\n", render(TRUNK)["pjsip.conf"], re.DOTALL)
    assert identified is not None
    assert identified[1] == "match = carrier.example"


@pytest.mark.parametrize("plan", [PLAN, DEMO, TRUNK])
def test_asterisk_listens_for_nobody_else(plan: PbxPlan) -> None:
    files = render(plan)
    assert "webenabled = no" in files["manager.conf"]
    assert "bindaddr = 127.0.0.1" in files["manager.conf"]
    assert "bindaddr = 127.0.0.1" in files["http.conf"]
    assert "enable_static = no" in files["http.conf"]
    assert "enable_status = no" in files["http.conf"]
    assert "live_dangerously = no" in files["asterisk.conf"]
    loaded = set(re.findall(r"^(?:load|require) = (\w+)\.so", files["modules.conf"], re.MULTILINE))
    assert "autoload = no" in files["modules.conf"]
    assert not loaded & {"app_system", "func_shell", "func_env", "func_curl", "func_db", "app_db", "func_realtime", "app_externalivr"}
    assert not [
        name for name in loaded if name.startswith(("res_ari", "res_stasis", "app_stasis", "res_pjsip_endpoint_identifier_anonymous"))
    ]
    assert "res_pjsip_messaging" not in loaded
    assert not re.search(r"^\[anonymous\]", files["pjsip.conf"], re.MULTILINE)
