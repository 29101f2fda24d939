"""Asterisk's files: what a plan becomes, and what it may not carry."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from callcenter.settings import read
from callcenter.telephony.embedded import PbxError, judge
from callcenter.telephony.planned import socket_folder
from callcenter.telephony.render import HotlinePlan, PbxPlan, QueuePlan, RecordPlan, SeatPlan, render
from callcenter.telephony.secrets import SecretsError, secrets

PLAN = PbxPlan(
    folder=Path("/srv/centre/asterisk"),
    socket_folder=Path("/srv/centre/asterisk/run"),
    modules=Path("/usr/lib/asterisk/modules"),
    data=Path("/usr/share/asterisk"),
    recordings=Path("/srv/centre/recordings"),
    prompts=Path("/srv/centre/prompts"),
    ami_host="127.0.0.1",
    ami_port=5038,
    ami_user="callcenter",
    ami_secret="a-long-secret",
    sip_host="127.0.0.1",
    sip_port=5060,
    http_port=8088,
    rtp_low=10000,
    rtp_high=10999,
    seats=(SeatPlan("1001", "seat-secret-1"),),
    queues=(QueuePlan("orders"),),
    hotlines=(HotlinePlan("8000000001", "orders"),),
)


def test_the_manager_may_do_no_more_than_needed() -> None:
    manager = render(PLAN)["manager.conf"]
    write = next(line for line in manager.splitlines() if line.startswith("write ="))
    assert write == "write = agent,call,originate,agi,reporting"
    assert "permit = 127.0.0.1/255.255.255.255" in manager


def test_one_codec_everywhere() -> None:
    allowed = {line for line in render(PLAN)["pjsip.conf"].splitlines() if line.startswith("allow =")}
    assert allowed == {"allow = alaw"}


def test_without_a_trunk_and_without_demo_nothing_can_be_dialled_out() -> None:
    assert "@trunk" not in render(PLAN)["extensions.conf"]
    assert render(replace(PLAN, trunk_host="10.0.0.9:5060"))["extensions.conf"].count("Dial(PJSIP/${ARG1}@trunk") == 2


def test_a_recording_is_begun_anew_for_another_talker_and_not_while_nobody_records() -> None:
    files = render(PLAN)
    recorded = files["extensions.conf"].partition("[cc-agent-leg]")[2].partition("\n\n")[0]
    assert "CONNECTED_LINE_SEND_SUB=cc-other-talker,agent,1" in recorded
    assert "MixMonitor(,a" in recorded, "it goes on in the same files"
    asking = files["extensions_consult.conf"].partition("[cc-asking]")[2].partition("\n\n")[0]
    assert asking.index("CONNECTED_LINE_SEND_SUB=)") < asking.index("StopMixMonitor")
    assert "MixMonitor(," not in files["extensions_consult.conf"] + files["extensions_seat.conf"], "there is one way to record a leg"


def test_demo_things_are_there_in_demo_mode_only() -> None:
    demo = render(replace(PLAN, demo=True, demo_secret="demo-secret"))
    for name in ("pjsip.conf", "extensions.conf"):
        assert "cc-demo" in demo[name]
        assert "cc-demo" not in render(PLAN)[name]
    assert "cc-demo-carrier" not in render(replace(PLAN, demo=True, demo_secret="demo-secret", trunk_host="10.0.0.9"))["pjsip.conf"]


@pytest.mark.parametrize("bad", ["a\nb", "a;b", "a]b", "", "a b", "a,b", "${SHELL(id)}", "a\r", "x" * 65])
def test_a_value_that_could_break_a_file_is_refused(bad: str) -> None:
    for plan in (
        replace(PLAN, seats=(SeatPlan(bad, "seat-secret-1"),)),
        replace(PLAN, seats=(SeatPlan("1001", bad),)),
        replace(PLAN, queues=(*PLAN.queues, QueuePlan(bad))),
        replace(PLAN, hotlines=(HotlinePlan(bad, "orders"),)),
        replace(PLAN, hotlines=(HotlinePlan("8000000001", "orders", bad),)),
        replace(PLAN, recordings=Path("/srv/" + bad + ";")),
    ):
        with pytest.raises(PbxError, match="cannot stand"):
            render(plan)


def test_every_finding_comes_at_once() -> None:
    plan = replace(PLAN, seats=PLAN.seats * 2, queues=(QueuePlan("orders", "nearest"),), hotlines=(HotlinePlan("8000000001", "sales"),))
    with pytest.raises(PbxError) as raised:
        render(plan)
    assert [word in str(raised.value) for word in ("is there twice", "'nearest' is none of", "there is no queue 'sales'")] == [True] * 3


@pytest.mark.parametrize(
    ("version", "good"),
    [
        ("22.10.1~dfsg", True),
        ("22.10.0", False),
        ("20.20.1", True),
        ("20.20", False),
        ("23.4.1", True),
        ("21.9.9", False),
        ("24.0.0", True),
        ("18.3", False),
    ],
)
def test_the_security_floor(version: str, good: bool) -> None:
    assert (judge(version) == "") is good


def test_a_long_folder_gets_a_short_socket(tmp_path: Path) -> None:
    near, far = (read({}, {"data_dir": tmp_path / name}) for name in ("a", "b" * 120))
    assert len(str(socket_folder(far) / "asterisk.ctl")) < 104
    assert socket_folder(far) != socket_folder(read({}, {"data_dir": tmp_path / ("c" * 120)}))
    assert socket_folder(near).name == "run" or len(str(tmp_path)) > 70


def test_secrets_stay_and_are_the_owners(tmp_path: Path) -> None:
    settings = read({}, {"data_dir": tmp_path})
    first = secrets(settings, ["1001"])
    second = secrets(settings, ["1001", "1002"])
    assert second.ami == first.ami
    assert second.seats["1001"] == first.seats["1001"]
    assert second.seats.keys() == {"1001", "1002"}
    assert secrets(settings) == second
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    (tmp_path / "secrets.json").write_text("{")
    with pytest.raises(SecretsError, match=r"secrets\.json"):
        secrets(settings)


def test_asterisk_keeps_its_record_in_a_database_only_where_one_is_named() -> None:
    without = render(PLAN)
    assert "pgsql" not in without["modules.conf"] + without["extconfig.conf"]
    record = RecordPlan("db.example", 5432, "asterisk", "pbx", "a.secret")
    files = render(replace(PLAN, record=record))
    assert "load = cel_pgsql.so" in files["modules.conf"]
    assert "queue_log => pgsql,asterisk,asterisk_queue_log" in files["extconfig.conf"]
    for name, password in (("cel_pgsql.conf", "password"), ("res_pgsql.conf", "dbpass")):
        assert f"{password} = a.secret" in files[name].splitlines()
    with pytest.raises(PbxError, match="password of asterisk_record"):
        render(replace(PLAN, record=replace(record, password="a;comment\n")))
