"""Ctrl-C while the command's rooms are being loaded."""

from __future__ import annotations

import signal
import subprocess
import sys


def test_ctrl_c_while_it_loads_ends_it_quietly() -> None:
    with subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "callcenter", "db", "current"], stderr=subprocess.PIPE, text=True
    ) as loading:
        assert loading.stderr is not None
        assert any("asyncio" in line for line in loading.stderr), "nothing was loaded"
        loading.send_signal(signal.SIGINT)
        said = loading.stderr.read()
        assert loading.wait(60) == 130
    assert "Traceback" not in said
