"""`callcenter flow import|export|publish|rollback`, typed as people type them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from callcenter.cli import main
from callcenter.ivr.published.kept import KeptFlows
from callcenter.store.engine import Store
from tests.ivr_versions.flows import WALKS, flow, furnish


class Typing:
    """Commands on one store, and what came of them."""

    def __init__(self, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.url = url
        self._capsys = capsys

    def __call__(self, *words: str | Path) -> tuple[int, str, str]:
        """Exit status, what was printed, and what was said on stderr."""
        with pytest.raises(SystemExit) as ended:
            main(["flow", *map(str, words)])
        said = self._capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    def in_use(self) -> list[tuple[str, int, str]]:
        async def look() -> list[tuple[str, int, str]]:
            store = Store(self.url)
            try:
                return [(one.flow, one.number, one.by) for one in await KeptFlows(store).in_use()]
            finally:
                await store.close()

        return asyncio.run(look())


@pytest.fixture
def typing(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typing:
    async def queues() -> None:
        store = Store(store_url)
        await furnish(store, "orders")
        await store.close()

    asyncio.run(queues())
    (tmp_path / "flows").mkdir()
    for name, value in (
        ("SETTINGS", "/dev/null"),
        ("DATABASE", store_url),
        ("DATA_DIR", str(tmp_path)),
        ("FLOWS_DIR", str(tmp_path / "flows")),
    ):
        monkeypatch.setenv(f"CALLCENTER_{name}", value)
    (tmp_path / "flows/orders.yaml").write_text(flow(), encoding="utf-8")
    (tmp_path / "flows/orders.walk.yaml").write_text(WALKS, encoding="utf-8")
    return Typing(store_url, capsys)


def test_from_the_file_into_use_and_back(typing: Typing, tmp_path: Path) -> None:
    assert typing("import") == (0, "orders: draft, never published\n", "")
    assert typing.in_use() == []
    assert typing("publish", "orders", "--note", "第一版")[:2] == (0, "orders: version 1 is in use\n")
    (tmp_path / "flows/orders.yaml").write_text(flow(says="早上好"), encoding="utf-8")
    assert typing("import", tmp_path / "flows/orders.yaml")[1] == "orders: draft, differs from version 1 in use\n"
    assert typing("publish", "orders")[1] == "orders: version 2 is in use\n"
    assert typing("publish", "orders") == (1, "", "orders: nothing has changed since version 2\n")
    assert typing.in_use() == [("orders", 2, "command")]
    assert "version 1 is in use again" in typing("rollback", "orders")[1]
    assert "version 2 is in use again" in typing("rollback", "orders", "--to", "2")[1]
    out = tmp_path / "out"
    assert typing("export", "-o", out)[0] == 0
    assert (out / "orders.yaml").read_text(encoding="utf-8") == flow(says="早上好")
    assert (out / "orders.walk.yaml").read_text(encoding="utf-8") == WALKS


def test_a_file_is_checked_with_the_queues_of_this_centre(typing: Typing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "flows/orders.yaml"
    assert typing("check", file) == (0, "nothing is wrong\n", "")
    file.write_text(flow(queue="order"), encoding="utf-8")
    status, out, err = typing("check", file)
    assert (status, err) == (1, "")
    assert "orders.yaml:9: step 'person': there is no queue 'order'; did you mean 'orders'?" in out
    monkeypatch.setenv("CALLCENTER_DATABASE", f"sqlite+aiosqlite:///{tmp_path}/none.sqlite")
    status, out, err = typing("check", file)
    assert (status, out) == (0, "nothing is wrong\n")
    assert "this centre has no store yet" in err
    assert not (tmp_path / "none.sqlite").exists(), "nothing is made by looking"


def test_a_draft_that_is_wrong_is_told_and_not_published(typing: Typing, tmp_path: Path) -> None:
    (tmp_path / "flows/orders.yaml").write_text(flow(then="nowhere"), encoding="utf-8")
    status, out, err = typing("import")
    assert (status, "it cannot be published as it is" in out) == (0, True)
    assert "orders.yaml:8: there is no step 'nowhere'" in err
    status, out, err = typing("publish", "orders")
    assert (status, out) == (1, "")
    assert "orders.yaml:8: there is no step 'nowhere'" in err
    assert "orders is not published" in err
    assert typing.in_use() == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("publish", "order"), "there is no flow"),
        (("rollback", "orders"), "no other version was in use before"),
        (("rollback", "orders", "--to", "7"), "there is no flow, or no version of it"),
        (("export", "order", "-o", "x"), "there is no flow"),
        (("import", "/nowhere/at/all.yaml"), "/nowhere/at/all.yaml: No such file or directory"),
    ],
)
def test_what_is_not_there_is_said(typing: Typing, words: tuple[str, ...], says: str) -> None:
    typing("import")
    status, _out, err = typing(*words)
    assert (status, says in err) == (1, True), err


def test_flows_that_lead_to_each_other_are_published_together(typing: Typing, tmp_path: Path) -> None:
    steps = "  a: {{do: hours, open: b, closed: c}}\n  b: {{do: end}}\n  c: {{do: go_to, flow: {}, step: b}}\n"
    lead = f"name: {{}}\nlanguages: [zh]\nstart: a\nsteps:\n{steps}"
    (tmp_path / "flows/orders.yaml").unlink()
    (tmp_path / "flows/orders.walk.yaml").unlink()
    for name, other in (("day", "night"), ("night", "day")):
        (tmp_path / f"flows/{name}.yaml").write_text(lead.format(name, other), encoding="utf-8")
    assert typing("import") == (0, "day: draft, never published\nnight: draft, never published\n", "")
    status, out, err = typing("publish", "night")
    assert (status, out) == (1, "")
    assert "there is no flow 'day'" in err
    assert typing("publish", "day", "night") == (0, "day: version 1 is in use\nnight: version 1 is in use\n", "")
    (tmp_path / "flows/night.yaml").write_text(lead.format("night", "day") + "# new\n", encoding="utf-8")
    typing("import")
    told = "day: nothing has changed since version 1\nnight: version 2 is in use\n"
    assert typing("publish", "day", "night") == (0, told, "")
    assert typing("rollback", "night")[0] == 0, "back to version 1"
    (tmp_path / "flows/day.yaml").write_text(lead.format("day", "nowhere"), encoding="utf-8")
    (tmp_path / "flows/night.yaml").write_text(lead.format("night", "day").replace("open: b", "open: c"), encoding="utf-8")
    typing("import")
    assert typing("publish", "day", "night")[0] == 1
    assert typing.in_use() == [("day", 1, "command"), ("night", 1, "command")], "all of them or none"


def test_what_is_made_to_hurt_is_refused_at_every_command(typing: Typing, tmp_path: Path) -> None:
    big, bomb, endless = tmp_path / "big.yaml", tmp_path / "bomb.yaml", tmp_path / "endless.yaml"
    big.write_text("name: big\n" + "# x\n" * 2_600_000, encoding="utf-8")
    bomb.write_text("name: bomb\na: &a [x, x]\nb: &b [*a, *a]\n", encoding="utf-8")
    endless.symlink_to("/dev/zero")
    for file in (big, endless):
        assert typing("check", file) == (1, f"{file}:1: expected a file of at most 1024 KiB\n", "")
        status, _out, err = typing("import", file)
        assert (status, "at most 1024 KiB" in err) == (1, True)
    good = tmp_path / "flows/orders.yaml"
    status, out, err = typing("import", big, tmp_path / "nowhere.yaml", bomb, good)
    assert (status, out) == (1, "bomb: draft, never published; it cannot be published as it is\norders: draft, never published\n")
    assert [line.split(": ", 1)[0] for line in err.splitlines()] == [str(tmp_path / "nowhere.yaml"), f"{big}:1", "bomb.yaml:2"]
    assert "anchors and aliases are not used here" in typing("check", bomb)[1]
    assert "anchors and aliases are not used here" in typing("publish", "bomb")[2]
    assert typing.in_use() == []
