"""A PostgreSQL of the tests' own, from the installed server, on a free port and in a folder of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port

LIMIT_S = 60
ORDINARY = ("postgres", "nobody")
"""Whom the server runs as when the tests are root's: it refuses root."""

QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "32MB", "unix_socket_directories": ""}


class NoPostgres(Exception):
    """There is no PostgreSQL server installed, or it does not start."""


class Server:
    """A PostgreSQL that can be stopped and started again on the same port. `url` names no database."""

    def __init__(self, folder: Path, binaries: Path, user: str | None) -> None:
        self._folder = folder
        self._binaries = binaries
        self._user = user
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql+asyncpg://cc@127.0.0.1:{self._port}"

    def start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        settings = [f"-c{name}={value}" for name, value in QUICK.items()]
        log = self._folder / "log"
        said = log.stat().st_size if log.exists() else 0
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self._folder / "data", "-h", "127.0.0.1", "-p", str(self._port), *settings],
                user=self._user,
                stdout=output,
                stderr=output,
                cwd="/",
                start_new_session=True,  # a Ctrl-C meant for the tests is not the server's to answer
            )
        _wait(self._process, log, said)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # fast shutdown
            self._process.wait(LIMIT_S)
            self._process = None


@contextmanager
def postgres() -> Iterator[Server]:
    """Start a server of the tests' own, stop it and remove its folder."""
    binaries, user = _binaries(), _user()
    folder = Path(tempfile.mkdtemp(prefix="cc-postgres-"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        _run([binaries / "initdb", "-D", folder / "data", "-U", "cc", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], user)
        server = Server(folder, binaries, user)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    places = [Path(p) for p in os.get_exec_path()]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise NoPostgres("the tests need a PostgreSQL server: apt-get install postgresql")


def _user() -> str | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ORDINARY if name in names)


def _run(command: list[str | Path], user: str | None) -> None:
    done = subprocess.run(command, user=user, capture_output=True, text=True, timeout=LIMIT_S, cwd="/", check=False)
    if done.returncode:
        raise NoPostgres(done.stderr or done.stdout)


def _wait(server: subprocess.Popen[bytes], log: Path, said: int) -> None:
    """Until it says so itself: its port is open a while before it takes anybody in."""
    until = time.monotonic() + LIMIT_S
    while server.poll() is None and time.monotonic() < until:
        if b"ready to accept connections" in log.read_bytes()[said:]:
            return
        time.sleep(0.05)
    raise NoPostgres(log.read_text(errors="replace"))
