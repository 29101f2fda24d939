"""Prompts at the command line, on a store of its own."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from callcenter.cli import main
from callcenter.ivr.language.load import read_prompts
from callcenter.ivr.named.service import DIALPLAN
from callcenter.ivr.named.uses import OUTSIDE
from callcenter.ivr.sounds.sound import RATE, samples_of
from callcenter.settings import CHECKOUT
from tests.ivr_prompts.sounds import encoded, quiet, tone, wav

Command = Callable[..., tuple[int, str, str]]

FILE = """\
welcome: {zh: 您好, en: Hello}
amount: {zh: "余额{amount:money}", en: "{amount:money} left"}
"""


@pytest.fixture
def command(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Status, and what was printed to both outputs."""
    shutil.copy(sqlite_template, tmp_path / "centre.sqlite")
    monkeypatch.setenv("CALLCENTER_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prompts.yaml").write_text(FILE, encoding="utf-8")

    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["prompts", *words])
        out = capsys.readouterr()
        return int(ended.value.code or 0), out.out, out.err

    return run


def test_texts_come_from_a_file_and_are_listed(command: Command) -> None:
    assert command("import", "prompts.yaml") == (0, "welcome: new\namount: new\n", "")
    assert command("import", "prompts.yaml")[1] == "welcome: as it was\namount: as it was\n"
    status, out, _ = command("list", "--json")
    listed = {one["name"]: one for one in json.loads(out)}
    assert status == 0
    assert listed["welcome"]["says"]["zh"] == {"text": "您好", "source": "spoken", "seconds": None}
    assert listed["welcome"]["used"] == []
    assert "unused" in command("list")[1]


def test_a_recording_comes_from_a_file_that_is_named_after_its_prompt(command: Command, tmp_path: Path) -> None:
    command("import", "prompts.yaml")
    (tmp_path / "welcome.zh.mp3").write_bytes(encoded(tone(1), "mp3", "libmp3lame"))
    status, out, err = command("import", "welcome.zh.mp3")
    assert (status, out.split(",")[0], err) == (0, "welcome: zh", "")
    assert json.loads(command("list", "--json")[1])[1]["says"]["zh"]["source"] == "uploaded"
    assert command("say", "welcome", "-o", "out.wav") == (0, "", "")
    recorded = len(samples_of((tmp_path / "out.wav").read_bytes()))
    assert recorded == pytest.approx(RATE, rel=0.35)


def test_a_prompt_or_a_text_is_spoken_into_a_file(command: Command, tmp_path: Path) -> None:
    command("import", "prompts.yaml")
    assert command("say", "amount", "--language", "en", "-o", "amount.wav") == (0, "", "")
    assert command("say", "--text", "您好", "-o", "text.wav") == (0, "", "")
    lengths = [len(samples_of((tmp_path / name).read_bytes())) for name in ("amount.wav", "text.wav")]
    assert lengths[0] > lengths[1] > RATE / 4


def test_what_is_exported_is_imported_elsewhere_as_it_was(command: Command, tmp_path: Path, sqlite_template: Path) -> None:
    command("import", "prompts.yaml")
    (tmp_path / "welcome.zh.mp3").write_bytes(encoded(tone(1), "mp3", "libmp3lame"))
    command("import", "welcome.zh.mp3")
    before = json.loads(command("list", "--json")[1])
    status, out, _ = command("export", "-o", "out")
    assert (status, out.split()) == (0, ["out/prompts.yaml", "out/welcome.zh.wav"])
    shutil.copy(sqlite_template, tmp_path / "centre.sqlite")
    assert json.loads(command("list", "--json")[1]) == []
    assert command("import", "out/prompts.yaml", "out/welcome.zh.wav")[0] == 0
    after = json.loads(command("list", "--json")[1])
    assert after[1]["says"]["zh"]["seconds"] == pytest.approx(before[1]["says"]["zh"].pop("seconds"), abs=0.05)
    del after[1]["says"]["zh"]["seconds"]
    assert after == before
    assert command("export", "amount", "-o", "one")[1] == "one/prompts.yaml\n"
    assert command("export", "nobody", "-o", "one")[0] == 1


def test_an_engine_that_fails_is_told(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLCENTER_SPEECH", "command")
    monkeypatch.setenv("CALLCENTER_SPEECH_COMMAND", "false")
    status, _, err = command("say", "--text", "您好", "-o", "text.wav")
    assert (status, err) == (0, "spoken by the bundled voice: false ended with 1\n")
    assert len(samples_of((tmp_path / "text.wav").read_bytes())) > RATE / 4


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["say", "nobody", "-o", "x.wav"], "there is no prompt 'nobody'"),
        (["import", "nowhere.yaml"], "cannot be read"),
        (["import", "broken.yaml"], "broken.yaml:1"),
        (["import", "letter.mp3"], "expected a name such as welcome.zh.mp3"),
        (["import", "nobody.zh.wav"], "there is no prompt 'nobody'"),
        (["import", "amount.zh.wav"], "which no recording can"),
        (["import", "welcome.zh.wav"], "Nothing can be heard"),
        (["import", "welcome.en.flac"], "No such file"),
    ],
)
def test_what_is_wrong_is_said(command: Command, tmp_path: Path, words: list[str], why: str) -> None:
    command("import", "prompts.yaml")
    (tmp_path / "broken.yaml").write_text("welcome: {zh: [}", encoding="utf-8")
    for name in ("letter.mp3", "nobody.zh.wav", "amount.zh.wav"):
        (tmp_path / name).write_bytes(wav(tone(1)))
    (tmp_path / "welcome.zh.wav").write_bytes(wav(quiet(1)))
    status, _, err = command(*words)
    assert status == 1
    assert why in err


def test_every_prompt_that_the_dialplan_plays_is_known_and_shipped() -> None:
    plans = "".join(path.read_text(encoding="utf-8") for path in (CHECKOUT / "asterisk_conf").iterdir() if path.is_file())
    played = set(re.findall(r"\{\{ prompts \}\}/[^/]+/(\w+)", plans)) - {"hours_"}  # made from each hotline's week
    shipped, findings = read_prompts(CHECKOUT / "ivr_flows" / "prompts.yaml")
    assert findings == ()
    assert played == set(DIALPLAN) <= set(OUTSIDE)
    assert played <= shipped.keys()


def test_flows_in_use_are_published_again_with_a_changed_prompt(command: Command, tmp_path: Path) -> None:
    command("import", "prompts.yaml")
    (tmp_path / "night.yaml").write_text(
        "name: night\nlanguages: [zh]\nstart: bye\nsteps:\n  bye: {do: end, prompt: welcome}\n", encoding="utf-8"
    )
    for words in (("import", "night.yaml"), ("publish", "night")):
        with pytest.raises(SystemExit) as ended:
            main(["flow", *words])
        assert not ended.value.code
    assert command("publish")[1].splitlines()[-1] == "every flow in use plays its prompts as they are now"
    (tmp_path / "prompts.yaml").write_text(FILE.replace("您好", "晚上好"), encoding="utf-8")
    command("import", "prompts.yaml")
    assert command("publish") == (0, "night: version 2 is in use\n", "")
    assert command("publish", "day") == (1, "", "there is no flow 'day' in use\n")
