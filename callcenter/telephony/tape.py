"""The tape: every raw AMI message with the time it was read, a file a day, compressed. `taped` reads one back.

A tape is an AMI text stream itself: each message begins with one header more, `Read: <ms>`. What comes is written at once as plain text
(`DAY.ami`), so that a crash of ours costs at most the unfinished line; from time to time that is packed into one gzip member more of
`DAY.ami.gz`. The plain text says which bytes of the packed file it comes after: whatever was interrupted, nothing is there twice.
"""

from __future__ import annotations

import gzip
import logging
import os
import threading
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

from callcenter.telephony.taped import AFTER, OPEN_SUFFIX, SUFFIX, Noted, is_packed, open_text, packed, read, size_of

__all__ = ["SUFFIX", "Noted", "Tape", "append", "last_written", "of_days", "read"]

log = logging.getLogger(__name__)

MOST_WAITING = 32 << 20
"""Bytes that may wait for a slow disk; beyond them messages are counted as lost, and calls go on."""
PACK_AT = 4 << 20
"""Bytes of plain text that are packed together."""
DAY_MS = 86_400_000


class Tape:
    """Writes on a thread of its own; `note` never waits and never raises. Close it to have everything on disk, packed."""

    def __init__(self, folder: Path, days: int, most_waiting: int = MOST_WAITING) -> None:
        self.lost = 0
        self.trouble = ""
        self._folder = folder
        self._days = days
        self._most_waiting = most_waiting
        self._waiting: list[Noted] = []
        self._bytes = 0
        self._lock = threading.Lock()
        self._noted = threading.Event()
        self._closing = False
        self._day = ""
        self._pack_at = PACK_AT
        self._thread = threading.Thread(target=self._write_on, name="tape", daemon=True)
        self._thread.start()

    def note(self, at: int, message: bytes) -> None:
        """Keep a message, read at `at` (ms)."""
        self.note_all(at, (message,))

    def note_all(self, at: int, messages: Sequence[bytes]) -> None:
        """Keep what was read together: all of it, or nothing of it."""
        size = sum(map(len, messages))
        with self._lock:
            if self._bytes + size > self._most_waiting:
                self.lost += len(messages)
                return
            self._waiting += [(at, message) for message in messages]
            self._bytes += size
        self._noted.set()

    def close(self) -> None:
        """Write what waits, pack it, then end the thread. May take as long as the disk does."""
        self._closing = True
        self._noted.set()
        self._thread.join()

    def _write_on(self) -> None:
        while not self._closing:
            self._noted.wait()
            self._noted.clear()
            self._write()
        self._write()
        self._pack()

    @property
    def _path(self) -> Path:
        return self._folder / f"{self._day}{OPEN_SUFFIX}"

    def _write(self) -> None:
        with self._lock:
            batch, self._waiting, self._bytes = self._waiting, [], 0
        for day, noted in groupby(batch, key=lambda one: one[0] // DAY_MS):
            self._append(day_of(day * DAY_MS), list(noted))

    def _append(self, day: str, batch: list[Noted]) -> None:
        try:
            if day != self._day:
                self._begin(day)
            size = append_plain(self._path, batch)
        except OSError as wrong:
            self.lost += len(batch)
            if not self.trouble:
                log.warning("the tape of raw messages cannot be written: %s", wrong)
            self.trouble = str(wrong)
            return
        if self.trouble:
            log.warning("the tape is written again; %d messages are missing", self.lost)
        self.trouble = ""
        if size >= self._pack_at:
            # Where it cannot be packed, it is tried again when as much has been added.
            self._pack_at = PACK_AT if self._pack() else size + PACK_AT

    def _begin(self, day: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        sweep(self._folder, day, self._days)
        for left in sorted(self._folder.glob(f"*{OPEN_SUFFIX}")):
            pack(left)
        self._day = day

    def _pack(self) -> bool:
        try:
            pack(self._path)
        except OSError as wrong:
            log.warning("the tape stays unpacked: %s", wrong)
            return False
        return True


def day_of(at: int) -> str:
    """The UTC day of a time, which names the tape."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d")


def text_of(batch: Iterable[Noted]) -> bytes:
    return b"".join(b"Read: %d\n%b\n\n" % noted for noted in batch)


def append(path: Path, batch: Iterable[Noted]) -> None:
    """Add one gzip member. Raises OSError."""
    _append_whole(path, gzip.compress(text_of(batch), compresslevel=1))


def append_plain(path: Path, batch: Iterable[Noted]) -> int:
    """Add plain text to an open tape; how long it is then. Raises OSError."""
    begin = b"" if path.exists() and path.stat().st_size else AFTER + b"%d\n\n" % size_of(packed(path))
    return _append_whole(path, begin + text_of(batch))


def _append_whole(path: Path, data: bytes) -> int:
    """What a failed write left is taken off again."""
    with path.open("ab", buffering=0) as file:
        whole = file.tell()
        try:
            written = file.write(data)
            if written != len(data):
                raise OSError(f"only {written} of {len(data)} bytes fit into {path.name}")
        except OSError:
            file.truncate(whole)
            raise
        return whole + len(data)


def pack(path: Path) -> None:
    """Make an open tape the last member of its packed file. What a crash left half done is done to its end. Raises OSError."""
    if not path.exists():
        return
    after, text = open_text(path)
    target = packed(path)
    whole = text[: text.rfind(b"\n\n") + 2] if b"\n\n" in text else b""
    if whole and not is_packed(target, after):
        if size_of(target) > after:
            os.truncate(target, after)
        _append_whole(target, gzip.compress(whole, compresslevel=1))
    path.unlink()


def last_written(folder: Path) -> int | None:
    """When a tape there was last written (ms): while the link is up, at most a few seconds ago. None when there is no tape."""
    return max((int(path.stat().st_mtime * 1000) for path in _tapes(folder)), default=None)


def sweep(folder: Path, today: str, days: int) -> None:
    """Delete the tapes that are older than `days` days."""
    oldest = (datetime.fromisoformat(today) - timedelta(days=days)).strftime("%Y-%m-%d")
    for path in _tapes(folder):
        if path.name.partition(".")[0] < oldest:
            path.unlink()


def _tapes(folder: Path) -> list[Path]:
    return [path for suffix in (SUFFIX, OPEN_SUFFIX) for path in folder.glob(f"*{suffix}")]


def of_days(folder: Path, since: int | None, until: int | None) -> list[Path]:
    """The tapes of the days that touch a period (ms), in their order, each by the name that `read` wants."""
    days = sorted({path.name.partition(".")[0] for path in _tapes(folder)})
    wanted = [day for day in days if (since is None or day >= day_of(since)) and (until is None or day <= day_of(until))]
    return [folder / f"{day}{SUFFIX}" for day in wanted]
