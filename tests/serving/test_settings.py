"""Settings: where they are taken from, and what is said of wrong ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from callcenter.settings import DEMO_PASSWORDS, Settings, SettingsError, read

WRONG: dict[str, Any] = {
    "data_dir": "",
    "language": "fr",
    "time_zone": "Mars/Olympus",
    "country": "cn",
    "area_code": "21x",
    "dial_countries": "HK, XX",
    "demo": "perhaps",
    "http_host": "two words",
    "http_port": "70000",
    "http_origin": "desk.example.com",
    "trusted_proxies": "127.0.0.1, 10.0.0.1/8",
    "tls_certificate": "/nowhere/certificate.pem",
    "database": "mysql://root:hunter2@db/x",
    "asterisk": "best",
    "asterisk_cache": 5,
    "asterisk_old_ok": "yes please",
    "ami_port": 8088,
    "ami_user": "a=b",
    "sip_host": "999.1.1.1",
    "sip_port": "sip",
    "trunk_host": "sip.carrier.example:99999",
    "rtp_low": "20000",
    "flows_dir": "/nowhere/flows",
    "services_file": "/nowhere/services.yaml",
    "actions_module": "our actions",
    "wrapup_s": -1,
    "tape_days": 1.5,
}


def findings(environ: dict[str, str], **given: Any) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        read({"CALLCENTER_SETTINGS": "/dev/null", **environ}, given)
    return raised.value.findings


def test_every_wrong_setting_is_named_at_once() -> None:
    said = findings({}, **WRONG)
    assert {name for name in WRONG if any(name in line.split(":")[0] for line in said)} == WRONG.keys()
    assert "http_port: 70000 is not between 1 and 65535 (port the pages are served on)" in said
    assert not any("hunter2" in line for line in said)


def test_an_unknown_setting_is_named_with_the_one_that_was_meant_or_those_there_are() -> None:
    [said] = findings({"CALLCENTER_HTTP_PROT": "8081"})
    assert said.startswith("http_prot: there is no such setting; did you mean http_port or ")
    [said] = findings({"CALLCENTER_XYZ": "1"})
    assert said.startswith("xyz: there is no such setting; the settings are data_dir, ")


def test_what_is_right_beside_a_wrong_setting_is_told_too() -> None:
    with pytest.raises(SettingsError) as raised:
        read({"CALLCENTER_SETTINGS": "/dev/null"}, {"language": "fr", "http_port": 8088, "wrapup_s": 30, "color": "blue"})
    assert raised.value.wrong == {"language", "http_port", "asterisk_http_port"}
    assert (raised.value.rest.language, raised.value.rest.http_port, raised.value.rest.wrapup_s) == ("zh_CN", 8080, 30)


@pytest.mark.parametrize("host", ["sip.carrier.example", "sip.carrier.example:5060", "192.0.2.7:5061"])
def test_where_a_trunk_may_be(host: str) -> None:
    assert read({"CALLCENTER_SETTINGS": "/dev/null"}, {"trunk_host": host}).trunk_host == host


def test_the_environment_counts_more_than_the_file(tmp_path: Path) -> None:
    file = tmp_path / "centre.toml"
    file.write_text('http_port = 8081\ndemo = true\nlanguage = "en"\ndata_dir = "kept"\n')
    settings = read({"CALLCENTER_SETTINGS": str(file), "CALLCENTER_HTTP_PORT": "8082"})
    assert (settings.http_port, settings.demo, settings.language) == (8082, True, "en")
    assert settings.data_dir == Path("kept").absolute()


def test_a_file_named_settings_toml_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read({}).http_port == 8080
    (tmp_path / "settings.toml").write_text("http_port = 8083\n")
    assert read({}).http_port == 8083


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("http_port: 8081\n")
    assert findings({"CALLCENTER_SETTINGS": str(tmp_path / "none.toml")})[0].startswith("CALLCENTER_SETTINGS: cannot read ")
    assert "not a TOML file" in findings({"CALLCENTER_SETTINGS": str(tmp_path / "bad.toml")})[0]


def test_a_data_folder_with_the_demo_is_a_demo_until_it_is_said_otherwise(tmp_path: Path) -> None:
    def demo(**given: Any) -> bool:
        return read({"CALLCENTER_SETTINGS": "/dev/null"}, {"data_dir": tmp_path, **given}).demo

    assert not demo()
    (tmp_path / DEMO_PASSWORDS).write_text("{}")
    assert demo()
    assert not demo(demo=False)
    assert not read({"CALLCENTER_SETTINGS": "/dev/null", "CALLCENTER_DEMO": "no"}, defaults={"demo": True}).demo


def test_the_defaults_are_on_loopback() -> None:
    settings = Settings()
    assert {settings.http_host, settings.ami_host, settings.sip_host} == {"127.0.0.1"}
    assert (settings.http_port, settings.sip_port, settings.ami_port) == (8080, 5060, 5038)
