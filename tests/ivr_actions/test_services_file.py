"""The file of services is read strictly: everything that is wrong at once, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from callcenter.ivr.actions.http import Reply, Taken, Web, ask_http
from callcenter.ivr.actions.services_file import read_services
from callcenter.ivr.language.action import titles_of

GOOD = """\
balance:
  what: Tells what a customer owes.
  url: https://erp.example.com/customers/{licence}/balance?lang={language}
  inputs: {licence: digits}
  headers: {Authorization: "Bearer {secret}"}
  secret_file: SECRET
  replies:
    - {status: 404, result: none}
    - status: 200
      where: {/state: blocked}
      result: blocked
    - status: 200
      result: found
      slots: {amount: {at: /balance, kind: money}, note: {at: /note}}
  called: {none: {zh: 未查到, en: not found}, found: {zh: 已查到, en: found}}
urge:
  what: Tells the warehouse to hurry.
  url: http://127.0.0.1:8090/urge
  method: POST
  inputs: {order: digits}
  body: {order: "{order}", from: "{number}"}
  limit_s: 5
  most_kib: 8
  effect: yes
  same_again: yes
  replies:
    - {status: 204, result: urged}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    secret = tmp_path / "token"
    secret.write_text("s3cret\n")
    secret.chmod(0o600)
    path = tmp_path / "services.yaml"
    path.write_text(GOOD.replace("SECRET", str(secret)), encoding="utf-8")
    return path


def changed(file: Path, old: str, new: str) -> list[str]:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    _, findings = read_services(file)
    return [f"{one.line}: {one.what}" for one in findings]


def test_a_good_file(file: Path) -> None:
    (balance, urge), findings = read_services(file)
    assert findings == ()
    assert balance.replies == (
        Reply(404, "none"),
        Reply(200, "blocked", {"/state": "blocked"}),
        Reply(200, "found", {}, {"amount": Taken("/balance", "money"), "note": Taken("/note", "text")}),
    )
    assert balance.called == {"none": ("未查到", "not found"), "found": ("已查到", "found")}
    assert urge.called == {}
    assert (balance.method, balance.limit_s, balance.most_kib, balance.effect) == ("GET", 3, 64, False)
    assert (urge.method, urge.limit_s, urge.most_kib, urge.effect, urge.same_again) == ("POST", 5, 8, True, True)


def test_its_results_are_called_as_the_file_says(file: Path) -> None:
    actions = [ask_http(Web(), one) for one in read_services(file)[0]]
    assert titles_of(actions, "zh") == {"balance/none": "未查到", "balance/found": "已查到"}
    assert titles_of(actions, "en") == {"balance/none": "not found", "balance/found": "found"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("https://erp.example.com", "ftp://erp.example.com", "3: expected an address that begins with http:// or https://"),
        ("https://erp.example.com", "file:///etc/passwd", "3: expected an address that begins with http:// or https://"),
        ("https://erp.example.com", "https://{licence}.example.com", "3: braces stand around an input's name, in the path and the query"),
        ("https://erp.example.com", "https://me:pw@erp.example.com", "3: a user and a password do not stand in an address"),
        ("https://erp.example.com", "https://erp.example.com:99999", "3: expected an address"),
        ("/balance?", "/../balance?", "3: expected a path without . and .."),
        ("lang={language}", "lang={language}#x", "3: an address that is asked ends before #"),
        ("{language}", "{langage}", "1: service 'balance': url: nothing fills {langage}"),
        ("inputs: {licence: digits}", "inputs: {licence: digits, other: text}", "1: service 'balance': the input 'other' is used nowhere"),
        ("inputs: {licence: digits}", "inputs: {licence: money}", "4: expected one of text, digits"),
        ("inputs: {licence: digits}", "inputs: {number: digits}", "the input 'number' is what the call tells"),
        ("Authorization:", "Host:", "the header 'Host' cannot be given here"),
        ("Authorization:", '"A b":', "the header 'A b' cannot be given here"),
        ("{secret}", "{licence}", "nothing but {secret} is filled in"),
        ('"Bearer {secret}"', "none", "'secret_file' and a header with {secret} go together"),
        ("{at: /balance, kind: money}", "{at: balance, kind: money}", "14: expected a JSON pointer"),
        ("{at: /balance, kind: money}", "{at: /balance, kind: euro}", "14: expected one of text, number, money"),
        ("amount: {at", "customer: {at", "slot 'customer' is the caller's own"),
        ("result: none}", "result: failed}", "'failed' is every action's"),
        ("result: blocked", "result: All blocked", "result 'All blocked'"),
        ("status: 404", "status: 4040", "8: expected a whole number from 100 to 599"),
        ("  method: POST\n", "", "'body' goes with method: POST"),
        ("{zh: 未查到, en: not found}", "not found", "15: expected a title ({zh: 主菜单, en: Main menu}), got 'not found'"),
        ("zh: 未查到, en", "en", "15: a title needs 'zh'"),
        ("called: {none:", "called: {nobody:", "1: action 'balance': called: 'nobody' is none of its results"),
        ("called: {none:", "called: {failed:", "1: action 'balance': called: 'failed' is none of its results"),
        (
            "called: {none: {zh: 未查到, en: not found}, found: {zh: 已查到, en: found}}",
            "called: none",
            "15: expected titles by result, got 'none'",
        ),
        ("limit_s: 5", "limit_s: 60", "22: expected a whole number from 1 to 10"),
        ("most_kib: 8", "most_kib: 102400", "23: expected a whole number from 1 to 1024"),
        ("  effect: yes\n", "", "'same_again' is for a service with an effect"),
        ("urge:", "balance:", "'balance' stands here twice"),
        ("urge:", "Urge it:", "small letters"),
        ("  url: http://127.0.0.1:8090/urge\n", "", "service 'urge' needs 'url'"),
        ("      slots: {amount", "      slot: {amount", "a reply has no 'slot'"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(file: Path, old: str, new: str, told: str) -> None:
    found = changed(file, old, new)
    assert any(told in one for one in found), found


def test_a_broken_service_leaves_the_others_in_use(file: Path) -> None:
    changed(file, "status: 404", "status: x")
    services, findings = read_services(file)
    assert [one.name for one in services] == ["urge"]
    assert len(findings) == 1


def test_a_secret_is_there_and_is_one(file: Path) -> None:
    secret = file.parent / "token"
    for text, told in (("", "one line"), ("a\nb", "one line"), ("x" * 5000, "one line"), ("schlüssel", "one line")):
        secret.write_text(text)
        assert told in str(read_services(file)[1])
    secret.write_text("s3cret")
    secret.chmod(0o644)
    assert "chmod 600" in str(read_services(file)[1])
    secret.unlink()
    assert "cannot be read: No such file" in str(read_services(file)[1])
    assert "s3cret" not in str(read_services(file)[1])


@pytest.mark.parametrize(("host", "warned"), [("erp.example.com", 1), ("127.0.0.1:8090", 0), ("localhost", 0), ("[::1]:80", 0)])
def test_a_secret_in_the_clear_is_warned_of(file: Path, host: str, warned: int) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace("https://erp.example.com", f"http://{host}"), encoding="utf-8")
    services, findings = read_services(file)
    assert [one.name for one in services] == ["balance", "urge"]
    assert [one.level for one in findings] == ["warning"] * warned


def test_a_relative_secret_is_refused(file: Path) -> None:
    assert any("whole path" in one for one in changed(file, f"secret_file: {file.parent / 'token'}", "secret_file: token"))


def test_no_file(tmp_path: Path) -> None:
    services, findings = read_services(tmp_path / "none.yaml")
    assert services == ()
    assert "cannot be read" in str(findings[0])


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: &x {}\nb: *x\n", "\x00", "a: [", "x" * 300_000, "!!python/object:os.system {}"])
def test_what_is_no_file_of_services(tmp_path: Path, text: str) -> None:
    path = tmp_path / "services.yaml"
    path.write_text(text)
    services, findings = read_services(path)
    assert services == ()
    assert len(findings) == 1
