"""The tape: every raw AMI message with the time it was read, a file a day, compressed. `taped` reads one back.

A tape is an AMI text stream itself: each message begins with one header more, `Read: <ms>`. What comes is written at once as plain text
(`DAY.ami`), so that a crash of ours costs at most what was being written. When that has grown it is set aside as `DAY.N.ami`, N being the
length of the packed file, and packed into one gzip member more of `DAY.ami.gz`: whatever was interrupted, nothing is there twice.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from isal import igzip

from callcenter.telephony.taped import OPEN_SUFFIX, SUFFIX, Noted, after_of, is_packed, packed, parts_of, read, size_of, whole

__all__ = ["SUFFIX", "Noted", "Tape", "append", "last_written", "of_days", "read"]

log = logging.getLogger(__name__)

MOST_WAITING = 32 << 20
"""Bytes that may wait for a slow disk; beyond them messages are counted as lost, and calls go on."""
SLOW_S = 0.05
"""A write that took longer is the last one that calls wait for; a thread takes over until it has caught up."""
PACK_AT = 4 << 20
"""Bytes of plain text that are packed together."""
DAY_MS = 86_400_000


class Tape:
    """`note` writes at once and never raises; a thread packs, deletes old tapes, and writes while the disk is slow.

    `lost`: messages that could not be kept; `trouble`: why, while it lasts. Close it to have everything packed.
    """

    def __init__(self, folder: Path, days: int, most_waiting: int = MOST_WAITING) -> None:
        self.lost = 0
        self.trouble = ""
        self._folder = folder
        self._days = days
        self._most_waiting = most_waiting
        self._day = -1
        self._path = folder
        self._file: int | None = None
        self._size = 0
        self._pack_at = PACK_AT
        self._slow = False
        self._waiting: list[tuple[int, Sequence[bytes]]] = []
        self._bytes = 0
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="tape", daemon=True)
        self._thread.start()

    def note(self, at: int, message: bytes) -> None:
        """Keep a message, read at `at` (ms)."""
        self.note_all(at, (message,))

    def note_all(self, at: int, messages: Sequence[bytes]) -> None:
        """Keep what was read together: all of it, or nothing of it."""
        with self._lock:
            if not self._slow:
                self._slow = self._write(at, messages)
                return
            size = sum(map(len, messages))
            if self._bytes + size > self._most_waiting:
                self.lost += len(messages)
                return
            self._waiting.append((at, messages))
            self._bytes += size
        self._wake.set()

    def close(self) -> None:
        """Write what waits, pack it, then end the thread. May take as long as the disk does."""
        self._closing = True
        self._wake.set()
        self._thread.join()

    def _write(self, at: int, messages: Sequence[bytes]) -> bool:
        """Whether the disk was slow."""
        began = time.monotonic()
        try:
            file = self._file if self._file is not None and at // DAY_MS == self._day else self._open(at // DAY_MS)
            self._size = _put(file, self._path, _read_together(at, messages), self._size)
        except OSError as wrong:
            self.lost += len(messages)
            if not self.trouble:
                log.warning("the tape of raw messages cannot be written: %s", wrong)
            self.trouble = str(wrong)
            return False
        if self.trouble:
            log.warning("the tape is written again; %d messages are missing", self.lost)
            self.trouble = ""
        if self._size >= self._pack_at:
            self._set_aside()
        return time.monotonic() - began > SLOW_S

    def _open(self, day: int) -> int:
        """The day's open file, without what a crash tore off its end. Raises OSError."""
        self._shut()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._day, self._path = day, self._folder / f"{day_of(day * DAY_MS)}{OPEN_SUFFIX}"
        self._size = len(whole(self._path.read_bytes())) if self._path.exists() else 0
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.ftruncate(self._file, self._size)
        self._pack_at = PACK_AT
        self._wake.set()
        return self._file

    def _shut(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _set_aside(self) -> None:
        """One file at a time waits to be packed; till then this one grows."""
        self._pack_at = self._size + PACK_AT
        if not parts_of(self._path):
            self._shut()
            set_aside(self._path)
        self._wake.set()

    def _work(self) -> None:
        while not self._closing:
            self._wake.wait()
            self._wake.clear()
            self._catch_up()
            self._tidy()
        self._catch_up()
        with self._lock:
            self._shut()
        self._pack(all_of_it=True)

    def _catch_up(self) -> None:
        """Write what waits for the disk, till nothing does: from then on it is written at once again."""
        while True:
            with self._lock:
                batch, self._waiting, self._bytes = self._waiting, [], 0
                if not batch:
                    self._slow = False
                    return
            for at, messages in batch:
                self._write(at, messages)

    def _tidy(self) -> None:
        if self._day >= 0:
            sweep(self._folder, day_of(self._day * DAY_MS), self._days)
            self._pack(all_of_it=False)

    def _pack(self, *, all_of_it: bool) -> None:
        """What was set aside, and the open files of other days; today's, too, when all of it is."""
        try:
            for path in sorted(self._folder.glob(f"*{OPEN_SUFFIX}")):
                if after_of(path) is not None:
                    pack(path)
            for path in sorted(self._folder.glob(f"*{OPEN_SUFFIX}")):
                if after_of(path) is None and (all_of_it or path != self._path):
                    pack(set_aside(path))
        except OSError as wrong:
            log.warning("the tape stays unpacked: %s", wrong)


def day_of(at: int) -> str:
    """The UTC day of a time, which names the tape."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d")


def text_of(batch: Iterable[Noted]) -> bytes:
    return b"".join(_read_together(at, (message,)) for at, message in batch)


def _read_together(at: int, messages: Sequence[bytes]) -> bytes:
    head = b"Read: %d\n" % at
    return head + (b"\n\n" + head).join(messages) + b"\n\n" if messages else b""


def packed_text(text: bytes) -> bytes:
    """One gzip member. A quarter of the time that zlib takes at its fastest, and a little smaller."""
    return igzip.compress(text, compresslevel=2)


def append(path: Path, batch: Iterable[Noted]) -> None:
    """Add one gzip member. Raises OSError."""
    _append_whole(path, packed_text(text_of(batch)))


def _append_whole(path: Path, data: bytes) -> None:
    """What a failed write left is taken off again."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        _put(file, path, data, os.fstat(file).st_size)
    finally:
        os.close(file)


def _put(file: int, path: Path, data: bytes, size: int) -> int:
    """Write at the end of a file of that size; how long it is then. What a failed write left is taken off again. Raises OSError."""
    try:
        written = os.write(file, data)
        if written != len(data):
            raise OSError(f"only {written} of {len(data)} bytes fit into {path.name}")
    except OSError:
        os.ftruncate(file, size)
        raise
    return size + len(data)


def set_aside(path: Path) -> Path:
    """Give an open tape the name that says which bytes of the packed file it comes after. Raises OSError."""
    aside = path.with_name(f"{path.name.removesuffix(OPEN_SUFFIX)}.{size_of(packed(path))}{OPEN_SUFFIX}")
    return path.rename(aside)


def pack(path: Path) -> None:
    """Make a tape that was set aside the last member of its packed file. What a crash left half done is done to its end. Raises OSError."""
    target, after, text = packed(path), after_of(path) or 0, whole(path.read_bytes())
    if text and not is_packed(target, after):
        if size_of(target) > after:
            os.truncate(target, after)
        _append_whole(target, packed_text(text))
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
