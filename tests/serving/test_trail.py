"""`callcenter trail` tells who did what, and that somebody wrote in it."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest

from callcenter.audit.service import note
from callcenter.settings import read
from callcenter.store.engine import Store
from callcenter.trail_command import tell

AT = 1_795_314_600_000
"""2026-11-22 10:30 in Shanghai."""


async def test_each_line_is_told_and_a_changed_one_found(tmp_path: Path, sqlite_template: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "centre.sqlite").write_bytes(sqlite_template.read_bytes())
    settings = read({"CALLCENTER_SETTINGS": "/dev/null"}, {"data_dir": tmp_path})
    store = Store(settings.database_url)
    times = iter((AT, AT + 60_000))
    for what in ("", "recording 1\x1b]0;x\x07\nof call 2"):
        await note(store, lambda: next(times), "3001", "listen", what)
    await store.close()
    assert await tell(settings, None, None, as_json=False) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2026-11-22 10:30:00  3001  listen",
        "2026-11-22 10:31:00  3001  listen  recording 1 ]0;x  of call 2",
    ]
    assert await tell(settings, AT + 60_000, None, as_json=True) == 0
    [line] = map(json.loads, capsys.readouterr().out.splitlines())
    assert (line["seq"], line["who"], line["what"][:11]) == (2, "3001", "recording 1")
    assert datetime.fromisoformat(line["at"]).timestamp() * 1000 == AT + 60_000
    with sqlite3.connect(tmp_path / "centre.sqlite") as raw:
        raw.execute("delete from audit where seq = 1")
    assert await tell(settings, None, None, as_json=False) == 1
    assert "line 1 of the trail: a line is missing" in capsys.readouterr().err
