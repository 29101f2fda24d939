"""The tape: every raw AMI message with the time it was read, a file a day, compressed; and how to read one back.

A tape is an AMI text stream itself: each message begins with one header more, `Read: <ms>`. It is written in whole gzip members, one
a batch, so that a crash costs the unfinished batch and nothing before it.
"""

from __future__ import annotations

import gzip
import logging
import threading
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

from callcenter.telephony.translate import stamped
from callcenter.telephony.wire import Splitter, parse

log = logging.getLogger(__name__)

SUFFIX = ".ami.gz"
MAGIC = b"\x1f\x8b\x08"
MOST_WAITING = 32 << 20
"""Bytes that may wait for a slow disk; beyond them messages are counted as lost, and calls go on."""
BATCH_S = 1.0
PIECE = 1 << 16
DAY_MS = 86_400_000

Noted = tuple[int, bytes]


class Tape:
    """Writes on a thread of its own; `note` never waits and never raises. Close it to have the last batch on disk."""

    def __init__(self, folder: Path, days: int, most_waiting: int = MOST_WAITING) -> None:
        self.lost = 0
        self.trouble = ""
        self._folder = folder
        self._days = days
        self._most_waiting = most_waiting
        self._waiting: list[Noted] = []
        self._bytes = 0
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._swept = ""
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

    def close(self) -> None:
        """Write what waits, then end the thread. May take as long as the disk does."""
        self._closing.set()
        self._thread.join()

    def _write_on(self) -> None:
        while not self._closing.wait(BATCH_S):
            self._write()
        self._write()

    def _write(self) -> None:
        with self._lock:
            batch, self._waiting, self._bytes = self._waiting, [], 0
        for day, noted in groupby(batch, key=lambda one: one[0] // DAY_MS):
            self._append(day_of(day * DAY_MS), list(noted))

    def _append(self, day: str, batch: list[Noted]) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if day != self._swept:
                sweep(self._folder, day, self._days)
                self._swept = day
            append(self._folder / f"{day}{SUFFIX}", batch)
        except OSError as wrong:
            self.lost += len(batch)
            if not self.trouble:
                log.warning("the tape of raw messages cannot be written: %s", wrong)
            self.trouble = str(wrong)
        else:
            if self.trouble:
                log.warning("the tape is written again; %d messages are missing", self.lost)
            self.trouble = ""


def day_of(at: int) -> str:
    """The UTC day of a time, which names the tape."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d")


def append(path: Path, batch: list[Noted]) -> None:
    """Add one gzip member; what a failed write left is taken off again. Raises OSError."""
    member = gzip.compress(b"".join(b"Read: %d\n%b\n\n" % noted for noted in batch), compresslevel=1)
    with path.open("ab", buffering=0) as file:
        whole = file.tell()
        try:
            written = file.write(member)
            if written != len(member):
                raise OSError(f"only {written} of {len(member)} bytes fit into {path.name}")
        except OSError:
            file.truncate(whole)
            raise


def last_written(folder: Path) -> int | None:
    """When a tape there was last written (ms): while the link is up, at most a few seconds ago. None when there is no tape."""
    return max((int(path.stat().st_mtime * 1000) for path in folder.glob(f"*{SUFFIX}")), default=None)


def sweep(folder: Path, today: str, days: int) -> None:
    """Delete the tapes that are older than `days` days."""
    oldest = (datetime.fromisoformat(today) - timedelta(days=days)).strftime("%Y-%m-%d")
    for path in folder.glob(f"*{SUFFIX}"):
        if path.name.removesuffix(SUFFIX) < oldest:
            path.unlink()


def read(path: Path) -> Iterator[Noted]:
    """The messages of a tape or of a raw AMI text stream (compressed or not), with their times in ms.

    A message that was never stamped with the time of its reading has that of its Timestamp, else of the message before it (0 at the start).
    """
    data = path.read_bytes()
    at = 0
    for part in members(data) if data.startswith(MAGIC) else (data,):
        for message in Splitter().feed(part + b"\n\n"):
            if message.startswith(b"Read: "):
                head, _, rest = message.partition(b"\n")
                stamp = head[6:]
                at = int(stamp) if stamp.isdigit() else at
                yield at, rest
            else:
                at = stamped(parse(message), at)
                yield at, message


def members(data: bytes) -> Iterator[bytes]:
    """The whole gzip members of a file; one that was torn is passed over and the next one found."""
    at = data.find(MAGIC)
    while at >= 0:
        text, end = _member(data, at)
        if text is None:
            at = data.find(MAGIC, at + 1)
        else:
            yield text
            at = data.find(MAGIC, end)


def _member(data: bytes, start: int) -> tuple[bytes | None, int]:
    """The text of the member that begins at `start` and where it ends; None when it is not whole."""
    unpack = zlib.decompressobj(wbits=31)
    parts, at = [], start
    while not unpack.eof and at < len(data):
        try:
            parts.append(unpack.decompress(data[at : at + PIECE]))
        except zlib.error:
            return None, start
        at += PIECE
    return (b"".join(parts), min(at, len(data)) - len(unpack.unused_data)) if unpack.eof else (None, start)
