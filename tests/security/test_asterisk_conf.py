"""What Asterisk's files leave open to a stranger, a caller and an agent."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from callcenter.telephony.pbx import RELOADS
from callcenter.telephony.render import PbxPlan, SeatPlan, render
from tests.telephony.test_pbx_render import PLAN

DEMO = replace(PLAN, demo=True, demo_secret="demo-secret")
TRUNK = replace(PLAN, trunk_host="carrier.example:5060")


def contexts(plan: PbxPlan) -> dict[str, list[str]]:
    """The lines of each context of the dialplan."""
    found: dict[str, list[str]] = {}
    files = render(plan)
    for line in [line for name in sorted(files) if name.startswith("extensions") for line in files[name].splitlines()]:
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


def dialled(plan: PbxPlan, context: str) -> set[str]:
    return {line.split(",")[0].removeprefix("exten => ") for line in contexts(plan)[context] if line.startswith("exten")}


SLOTS = {str(slot) for slot in range(701, 721)}
DIGITS = {f"_{plus}{'X' * count}" for plus in ("", "+") for count in range(7, 16)}


@pytest.mark.parametrize(("plan", "outside"), [(PLAN, set()), (DEMO, DIGITS), (TRUNK, DIGITS)])
def test_a_seat_dials_seats_the_park_and_what_the_server_allows(plan: PbxPlan, outside: set[str]) -> None:
    assert dialled(plan, "cc-seat") == {"*43", "*8", "1001", *SLOTS, *outside}
    assert dialled(plan, "cc-transfer") == {"1001", "6001", "8000000001", "700", *outside}
    assert endpoint(plan, "1001")["context"] == "cc-seat"
    assert endpoint(plan, "1001")["auth"] == "1001"


@pytest.mark.parametrize("plan", [DEMO, TRUNK])
def test_a_number_outside_is_dialled_only_when_the_server_said_so(plan: PbxPlan) -> None:
    found = contexts(plan)
    # Nobody dials into cc-put-through: the server's command alone leads there, with a number that it has looked at itself.
    assert {name for name, lines in found.items() if any("@trunk" in line for line in lines)} == {
        "cc-put-through",
        "cc-dial",
        "cc-outside-seat",
        "cc-outside",
    }
    assert not any(re.search(r"(Goto|Gosub|include).*cc-put-through", line) for lines in found.values() for line in lines)
    for name in ("cc-outside-seat", "cc-outside"):
        text = "\n".join(found[name])
        for way in text.split("exten => ")[1:-1]:
            steps = [line.removeprefix("same => n,").partition("(")[0] for line in way.splitlines()[1:]]
            assert steps[:6] == ["Set", "GotoIf", "Set", "AGI", "Set", "GotoIf"]
            asked, dialled_then = way.index('GotoIf($["${CC_MAY}" != "${EXTEN}"]?T,1)'), way.index("Dial(PJSIP/${EXTEN}@trunk")
            assert asked < dialled_then
            assert way.count("Dial(") == 1
        assert found[name][-1] in ("exten => T,1,Hangup(21)", "exten => T,1,Goto(cc-nobody,s,1)")


@pytest.mark.parametrize("plan", [PLAN, DEMO, TRUNK])
def test_no_pattern_of_a_seat_or_a_transfer_takes_line_ends(plan: PbxPlan) -> None:
    for context in ("cc-seat", "cc-transfer", "cc-outside", "cc-outside-seat"):
        patterns = {one for one in dialled(plan, context) if one.startswith("_")} if context in contexts(plan) else set()
        assert all(re.fullmatch(r"_\+?X+", one) for one in patterns)


@pytest.mark.parametrize("plan", [PLAN, DEMO, TRUNK])
def test_only_the_agents_side_of_a_call_moves_it(plan: PbxPlan) -> None:
    """Small letters let who is called move the call, capitals who calls."""
    for context, lines in contexts(plan).items():
        for app, text in re.findall(r"(Queue|Dial)\((.*)", "\n".join(lines)):
            options = text.split(",")[1 if app == "Queue" else 2].partition("U(")[0]
            seats_call = context in ("cc-seat", "cc-dial", "cc-outside-seat")
            assert bool(set(options) & set("TK")) == seats_call, (context, text)
            assert not (set(options) & set("tk") and "@trunk" in text), (context, text)


@pytest.mark.parametrize("plan", [PLAN, DEMO, TRUNK])
def test_who_calls_from_outside_moves_no_call(plan: PbxPlan) -> None:
    outside = ["trunk", *(["demo"] if plan.demo else [])]
    for name in outside:
        assert endpoint(plan, name)["context"] == "cc-in"
        assert endpoint(plan, name)["allow_transfer"] == "no"
    text = "\n".join(line for lines in contexts(plan).values() for line in lines)
    assert all("i" in line.split(",")[1] for line in re.findall(r"Queue\(([^)]*)\)", text))
    assert all("i" in line.split(",")[2].partition("U(")[0] for line in re.findall(r"Dial\(.*", text))


@pytest.mark.parametrize("plan", [PLAN, DEMO, TRUNK])
def test_whom_a_seat_sends_on_never_comes_to_what_a_seat_dials(plan: PbxPlan) -> None:
    """Whatever brought the call to the seat: a consultation and a parked caller come without the marks of a queue."""
    assert endpoint(plan, "1001")["set_var"] == "TRANSFER_CONTEXT=cc-transfer"


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


def test_a_running_asterisk_reads_every_part_of_the_dialplan_again() -> None:
    """A rule that is mended holds from the server's next start on, not from Asterisk's."""
    parts = [name for name in render(TRUNK) if name.startswith("extensions")]
    assert [name for name in parts if RELOADS.get(name) != "dialplan reload"] == []


@pytest.mark.parametrize("plan", [PLAN, DEMO, TRUNK])
def test_who_asks_to_take_somebodys_place_is_known_by_that_before_his_address_counts(plan: PbxPlan) -> None:
    pjsip = render(plan)["pjsip.conf"]
    order = re.findall(r"^endpoint_identifier_order = (.*)$", pjsip, re.MULTILINE)
    assert order == ["auth_username,username,header,ip"]
    assert "endpoint = cc-stranger\nmatch_header = Replaces: /./" in pjsip
    assert endpoint(plan, "cc-stranger")["auth"] == "cc-stranger"
    assert endpoint(plan, "cc-stranger")["context"] not in contexts(plan)


@pytest.mark.parametrize("plan", [PLAN, DEMO, TRUNK])
def test_whoever_is_sent_on_has_a_lease_when_he_is_back_in_his_flow(plan: PbxPlan) -> None:
    """A talk within a flow's command that ends in the plain way would leave him there in silence when the server is away."""
    found = contexts(plan)
    for name in ("cc-transfer", "cc-outside", "cc-to-queue", "cc-park-back", "cc-nobody"):
        lines = found.get(name, [])
        for n, line in enumerate(lines):
            app, _, text = line.partition("same => n,")[2].partition("(") if "same" in line else line.split(",", 2)[2].partition("(")
            if app in ("Dial", "Queue"):
                options = text.split(",")[1 if app == "Queue" else 2]
                assert ("c" if app == "Queue" else "g") in options.partition("U(")[0], (name, line)
                assert "cc-served" in lines[n + 1] or "cc-queued" in lines[n + 1], (name, line)
    assert found["cc-served"][0].startswith("exten => s,1,Set(TIMEOUT(absolute)=")


def test_a_desk_phone_is_offered_neither_dtls_nor_ice() -> None:
    both = replace(PLAN, seats=(SeatPlan("1001", "seat-secret-1"), SeatPlan("1002", "seat-secret-2", desk=True)))
    names = ("media_encryption", "ice_support", "rtcp_mux")
    assert [endpoint(both, "1001")[name] for name in names] == ["dtls", "yes", "yes"]
    assert [endpoint(both, "1002")[name] for name in names] == ["no", "no", "no"]
