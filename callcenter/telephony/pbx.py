"""An Asterisk of our own: its files put in place, started in a session of its own, adopted when it already runs, reloaded, stopped."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from callcenter.settings import Settings
from callcenter.telephony.embedded import Installation, PbxError
from callcenter.telephony.log_files import KEEP, MOST_BYTES
from callcenter.telephony.music import ensure_music
from callcenter.telephony.planned import socket_folder
from callcenter.telephony.precedence import put_first
from callcenter.telephony.render import PbxPlan, render

START_LIMIT_S = 60.0
STOP_LIMIT_S = 20.0

RELOADS = {
    "cel.conf": "module reload cel",
    "cel_custom.conf": "module reload cel_custom.so",
    "extensions.conf": "dialplan reload",
    "extensions_consult.conf": "dialplan reload",
    "extensions_seat.conf": "dialplan reload",
    "features.conf": "module reload features",
    "http.conf": "module reload http",
    "indications.conf": "module reload indications",
    "logger.conf": "logger reload",
    "manager.conf": "manager reload",
    "musiconhold.conf": "moh reload",
    "pjsip.conf": "module reload res_pjsip.so",
    "queues.conf": "queue reload all",
    "res_parking.conf": "module reload res_parking.so",
    "rtp.conf": "module reload res_rtp_asterisk.so",
}
"""What makes a running Asterisk read a file again; one that is not named here counts from the next start."""


@dataclass(frozen=True)
class Pbx:
    """A running Asterisk. changed: the files that were put in place just now; waiting: those of them that count from its next start.

    first: it has the precedence on the processor that the settings want for it.
    """

    version: str
    adopted: bool
    first: bool
    changed: tuple[str, ...]
    waiting: tuple[str, ...]


def running(settings: Settings) -> bool:
    """Whether the Asterisk of this run directory is there: its control socket takes a connection."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.setblocking(False)
        try:
            probe.connect(str(socket_folder(settings) / "asterisk.ctl"))
        except BlockingIOError:
            return True  # It is there, and takes nobody in for now.
        except OSError:
            return False
    return True


def differing(settings: Settings, plan: PbxPlan) -> list[str]:
    """Names of the files whose text in the run directory is not what the plan renders to."""
    folder = settings.asterisk_dir / "etc"
    return [name for name, text in render(plan).items() if _text(folder / name) != text]


def put(settings: Settings, plan: PbxPlan, only: Collection[str] = ()) -> list[str]:
    """Write the files that differ, each in one step, and have a running Asterisk read them; returns their names. Raises PbxError.

    `only` names the files that are looked at, where not all are.
    """
    changed = write(plan, only)
    if changed and running(settings):
        for name in changed:
            if name in RELOADS:
                ordered(settings, RELOADS[name])
    return changed


def write(plan: PbxPlan, only: Collection[str] = ()) -> list[str]:
    """Make the folders of a run directory and write those of its files that differ, each in one step; returns their names.

    `only` names the files that are looked at, where not all are.
    """
    ensure_music(plan.folder / "music")
    _folders(plan)
    changed = []
    for name, text in render(plan).items():
        path = plan.folder / "etc" / name
        if (only and name not in only) or _text(path) == text:
            continue
        partial = path.with_name(f".{name}.{os.getpid()}")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        partial.replace(path)
        changed.append(name)
    return changed


def start(settings: Settings, plan: PbxPlan, installation: Installation) -> Pbx:
    """A running Asterisk with this plan: the one that already runs in the run directory, else a new one, which outlives this process.

    Returns when it is fully booted, in about three seconds. Raises PbxError, naming the setting of a port that is taken.
    """
    adopted = running(settings)
    if not adopted and (findings := taken_ports(settings)):
        raise PbxError("\n".join(findings))
    changed = tuple(put(settings, plan))
    if not adopted:
        _launch(settings, installation)
    version = _at_last(settings, "core show version").removeprefix("Asterisk ").split(" ")[0]
    try:
        first = put_first(_process(settings), wanted=settings.asterisk_first)
    except FileNotFoundError as gone:
        raise PbxError(f"Asterisk ended while starting:\n{_last_words(settings.asterisk_dir)}") from gone
    return Pbx(version, adopted, first, changed, tuple(name for name in changed if name not in RELOADS) if adopted else ())


def revive(settings: Settings, installation: Installation) -> bool:
    """Start the Asterisk of this run directory again, with the files that are there, if it has ended; whether it had.

    Raises PbxError, OSError.
    """
    if not _ended(settings):
        return False
    if findings := taken_ports(settings):
        raise PbxError("\n".join(findings))
    _launch(settings, installation)
    put_first(_process(settings), wanted=settings.asterisk_first)
    return True


def stop(settings: Settings) -> bool:
    """End the Asterisk of this run directory and all its calls; False when none ran. Raises PbxError when it stays."""
    if not running(settings):
        return False
    ordered(settings, "core stop now")
    limit = time.monotonic() + STOP_LIMIT_S
    while running(settings):
        if time.monotonic() > limit:
            raise PbxError(f"Asterisk did not stop within {STOP_LIMIT_S:.0f} s; see {settings.asterisk_dir / 'log/messages.log'}")
        time.sleep(0.05)
    return True


def ordered(settings: Settings, command: str) -> str:
    """What the running Asterisk answers to a command of its console. Raises PbxError when it is not there or does not know the command."""
    program = _recorded(settings)
    if program is None:
        raise PbxError(f"no Asterisk was started in {settings.asterisk_dir}")
    try:
        done = subprocess.run([*program, "-rx", command], capture_output=True, text=True, check=False, timeout=START_LIMIT_S)
    except (OSError, subprocess.TimeoutExpired) as wrong:
        raise PbxError(f"Asterisk did not answer to {command!r}: {wrong}") from wrong
    if done.returncode or done.stdout.startswith("No such command"):
        raise PbxError(f"Asterisk refused {command!r}: {(done.stdout + done.stderr).strip()}")
    return done.stdout.strip()


def rotate_logs(settings: Settings, most_bytes: int = MOST_BYTES, keep: int = KEEP) -> None:
    """Have our Asterisk begin its logs anew when its record of queues grew over `most_bytes`; the newest `keep` set aside stay.

    Raises PbxError, OSError.
    """
    path = settings.asterisk_dir / "log" / "queue_log"
    if not path.exists() or path.stat().st_size <= most_bytes:
        return
    ordered(settings, "logger rotate")
    for name in (path.name, "messages.log"):
        aside = sorted(path.parent.glob(f"{name}.*"), key=lambda one: one.stat().st_mtime_ns, reverse=True)
        for old in aside[keep:]:
            old.unlink()


def _launch(settings: Settings, installation: Installation) -> None:
    folder = settings.asterisk_dir
    for name in ("cel-custom/cel.csv", "queue_log"):
        # It begins them with the first line: until then they would look like a record that nobody keeps.
        (folder / "log" / name).touch()
    program = [*installation.command, "-C", str(folder / "etc/asterisk.conf")]
    # Kept beside the files: stop and reload need no look for an installation, and ask the version that runs.
    (folder / "command.json").write_text(json.dumps(program), encoding="utf-8")
    with (folder / "log/console.log").open("ab") as log:
        started = subprocess.Popen([*program, "-f"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, start_new_session=True)
    limit = time.monotonic() + START_LIMIT_S
    while not running(settings):
        if started.poll() is not None or time.monotonic() > limit:
            raise PbxError(f"Asterisk did not start:\n{_last_words(folder)}")
        time.sleep(0.05)
    _at_last(settings, "core waitfullybooted")
    if started.poll() is not None:
        raise PbxError(f"Asterisk ended while starting:\n{_last_words(folder)}")


def _at_last(settings: Settings, command: str) -> str:
    """`ordered`, once Asterisk knows the command: some it learns only after it has said that it is booted. Raises PbxError."""
    limit = time.monotonic() + START_LIMIT_S
    while True:
        try:
            return ordered(settings, command)
        except PbxError:
            if time.monotonic() > limit:
                raise
        time.sleep(0.05)


def _process(settings: Settings) -> int:
    """The id that the running Asterisk has written down."""
    return int((socket_folder(settings) / "asterisk.pid").read_text(encoding="ascii"))


def _ended(settings: Settings) -> bool:
    """Whether no process serves with these files. One that starts itself again is away from its socket, and its process stays."""
    if running(settings):
        return False
    conf = os.fsencode(settings.asterisk_dir / "etc/asterisk.conf")
    return not any(conf in words and b"-f" in words for words in _command_lines())


def _command_lines() -> Iterator[list[bytes]]:
    """Of all processes, word by word; of one that is dead and not yet buried, nothing."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended meanwhile
            yield path.read_bytes().split(b"\0")


def _last_words(folder: Path) -> str:
    logs = [path for path in (folder / "log/console.log", folder / "log/messages.log") if path.exists()]
    return "\n".join(f"{path}:\n{path.read_text(encoding='utf-8', errors='replace')[-1500:]}" for path in logs)


def _recorded(settings: Settings) -> list[str] | None:
    text = _text(settings.asterisk_dir / "command.json")
    return None if text is None else [str(part) for part in json.loads(text)]


def _folders(plan: PbxPlan) -> None:
    for name in ("etc", "lib", "lib/agi-bin", "lib/keys", "log", "log/cel-custom", "spool", "spool/monitor", "spool/tmp"):
        (plan.folder / name).mkdir(parents=True, exist_ok=True)
    plan.recordings.mkdir(parents=True, exist_ok=True)
    sockets = plan.socket_folder
    sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sockets.stat().st_uid != os.getuid():
        raise PbxError(f"{sockets} belongs to another user; set data_dir to a shorter path")


def taken_ports(settings: Settings) -> list[str]:
    """Every port of ours that somebody else has, and the setting that moves it; for when our Asterisk does not run."""
    wanted = (
        ("sip_port", socket.SOCK_DGRAM, settings.sip_host, settings.sip_port),
        ("ami_port", socket.SOCK_STREAM, settings.ami_host, settings.ami_port),
        ("asterisk_http_port", socket.SOCK_STREAM, "127.0.0.1", settings.asterisk_http_port),
    )
    return [f"{name}: {wrong}" for name, kind, host, port in wanted if (wrong := _taken(kind, host, port))]


def _taken(kind: socket.SocketKind, host: str, port: int) -> str:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as wrong:
            return f"port {port} on {host} cannot be used ({wrong.strerror}); set another one"
    return ""


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
