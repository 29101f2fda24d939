"""An Asterisk that ended and cannot be started again: it is said, with the reason, and tried again."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from callcenter.reviving import kept_running
from callcenter.settings import Settings
from callcenter.telephony import pbx
from callcenter.telephony.embedded import Installation, PbxError
from callcenter.telephony.planned import socket_folder
from tests.live.asterisk import free_settings
from tests.live.centre import until

DEAD = Installation("22.0.0", ("/bin/false",), Path("/"), Path("/"))


def settings_in(folder: Path) -> Settings:
    settings = free_settings(folder)
    (settings.asterisk_dir / "log/cel-custom").mkdir(parents=True)
    (settings.asterisk_dir / "etc").mkdir()
    return settings


async def test_one_that_cannot_be_started_is_said_and_the_reason_with_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def said() -> bool:
        return "cannot be started again: Asterisk did not start" in caplog.text

    async with kept_running(settings_in(tmp_path), DEAD):
        await until("a word of it", said, 20)
    assert "the next try is in 4 s" in caplog.text


async def test_one_that_somebody_else_runs_is_left_to_him(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = len(asyncio.all_tasks())
    async with kept_running(settings_in(tmp_path), None):
        assert len(asyncio.all_tasks()) == before
    assert caplog.text == ""


def test_one_that_is_there_and_takes_nobody_in_is_not_waited_for(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    folder = socket_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as frozen:
        frozen.bind(str(folder / "asterisk.ctl"))
        frozen.listen(0)
        assert [pbx.running(settings) for _ in range(5)] == [True] * 5
        assert not pbx.revive(settings, DEAD)
    assert not pbx.running(settings)


def test_one_that_starts_itself_again_is_not_started_twice(tmp_path: Path) -> None:
    """It is away from its socket then, and has no file that tells its process."""
    settings = settings_in(tmp_path)
    words = [str(settings.asterisk_dir / "etc/asterisk.conf"), "-f"]
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()", *words], stdin=subprocess.PIPE) as alive:
        assert not pbx.revive(settings, DEAD)
        alive.kill()
    with pytest.raises(PbxError, match="did not start"):
        pbx.revive(settings, DEAD)
