"""A command that is ended early: by Ctrl-C while its rooms are being loaded, by whoever reads only its first lines."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path


def test_ctrl_c_while_it_loads_ends_it_quietly() -> None:
    # The pipe holds a page: it has not loaded everything before somebody reads on, however late that is.
    # Tests that run behind others have Ctrl-C ignored, and so would whatever they start.
    words = ["env", "--default-signal=INT", sys.executable, "-X", "importtime", "-m", "callcenter", "db", "current"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, pipesize=4096) as loading:
        assert loading.stderr is not None
        assert any("asyncio" in line for line in loading.stderr), "nothing was loaded"
        loading.send_signal(signal.SIGINT)
        said = loading.stderr.read()
        assert loading.wait(60) == 130
    assert "Traceback" not in said


def test_whoever_reads_only_the_beginning_is_told_of_no_error(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    environ = {**os.environ, "CALLCENTER_DATA_DIR": str(tmp_path), "CALLCENTER_SETTINGS": os.devnull}
    words = [sys.executable, "-m", "callcenter", "check"]
    done = subprocess.run(words, stdout=writer, stderr=subprocess.PIPE, text=True, env=environ, timeout=60, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, "")
