"""What cannot work is said in a line or two that name the setting, with exit status 1 and no traceback."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path

import pytest

from tests.live.centre import Centre


async def refused(environ: dict[str, str], *words: str) -> str:
    """What a command says that must fail."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "callcenter", *words, env=environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await running.communicate()
    said = err.decode() + out.decode()
    assert running.returncode == 1, said
    assert "Traceback" not in said
    return said


def environ(folder: Path, **settings: str) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    return Centre(folder, **settings).environ


async def test_what_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder, no database, no key; " * 40)
    bad = str(tmp_path / "file")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        cases = {
            "the setting data_dir chooses another": environ(tmp_path / "a", data_dir=f"{bad}/var"),
            "the setting http_port chooses another": environ(tmp_path / "b", http_port=port),
            "setting http_host: 192.0.2.1 is no address of this machine": environ(tmp_path / "c", http_host="192.0.2.1"),
            "settings tls_certificate and tls_key do not make a pair": environ(tmp_path / "d", tls_certificate=bad, tls_key=bad),
            "file is not a database": environ(tmp_path / "e", database=f"sqlite+aiosqlite:///{bad}"),
            "(setting database): [Errno 111]": environ(tmp_path / "f", database="postgresql+asyncpg://a:hunter2@127.0.0.1:1/b"),
            "the setting asterisk_cache chooses another": environ(tmp_path / "h", asterisk_cache=f"{bad}/cache"),
            "setting wrapup_s: 'soon' is not a whole number": environ(tmp_path / "g", wrapup_s="soon"),
        }
        said = await asyncio.gather(*(refused(one, "serve") for one in cases.values()))
    for expected, text in zip(cases, said, strict=True):
        assert expected in text
        assert "hunter2" not in text
    assert not (tmp_path / "h/centre.sqlite").exists(), "nothing else is begun where no Asterisk can be had"


async def test_commands_without_a_store(tmp_path: Path) -> None:
    own = environ(tmp_path / "empty", demo="false")
    said = await asyncio.gather(*(refused(own, *words) for words in (("calls", "--json"), ("demo", "--json"), ("check",))))
    (tmp_path / "file").touch()
    nowhere = environ(tmp_path / "elsewhere", data_dir=str(tmp_path / "file"))
    assert "the setting data_dir chooses another" in await refused(nowhere, "certificate", "desk.example.com")
    assert "the database cannot be used" in said[0]
    assert "this is no demo" in said[1]
    assert "error: database: " in said[2]


@pytest.mark.live
async def test_a_port_that_asterisk_needs_is_named_with_its_setting(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as ami,
        socket.create_server(("127.0.0.1", 0)) as ws,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sip,
    ):
        sip.bind(("127.0.0.1", 0))
        ports = {
            "ami_port": str(ami.getsockname()[1]),
            "asterisk_http_port": str(ws.getsockname()[1]),
            "sip_port": str(sip.getsockname()[1]),
        }
        said = await refused(environ(tmp_path / "var", **ports), "serve")
    for name, port in ports.items():
        assert f"{name}: port {port} on 127.0.0.1 cannot be used (Address already in use); set another one" in said
