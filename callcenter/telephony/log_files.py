"""Reading what Asterisk writes line by line from a time on, across the rotation of its files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

from callcenter.telephony import cel, queue_log

SLACK_MS = 5_000
"""Lines of different channels may stand this much out of order."""

PIECE = 1 << 16
"""The search for the first line ends when it is known to within so many bytes."""

NEAR = 8
"""Lines that are looked at for a time before a place counts as one without."""

MOST_BYTES = 20 << 20
"""About two thousand calls."""

KEEP = 14
"""Files set aside that are kept."""

PACKED = frozenset({".gz", ".xz", ".bz2", ".zst"})


class Dated(Protocol):
    @property
    def at(self) -> int: ...


T = TypeVar("T", bound=Dated)

Moment = Callable[[str], int | None]
"""When a line was written (ms); None when it does not say."""


def cel_lines(path: Path, since: int) -> list[cel.Line]:
    """`lines` of Asterisk's record of channels. Raises OSError."""
    return lines(path, since, cel.moment, cel.read)


def queue_entries(path: Path, since: int) -> list[queue_log.Entry]:
    """`lines` of Asterisk's record of queues, from the second of `since` on. Raises OSError."""
    return lines(path, since // 1000 * 1000, queue_log.moment, queue_log.read)


def lines(path: Path, since: int, moment: Moment, read: Callable[[Iterable[str]], Iterator[T]]) -> list[T]:
    """What the file `path`, and the rotated ones beside it, tell of the time from `since` (ms) on, in order of time.

    A rotated file is one whose name begins as `path` does (cel.csv.1, cel.csv-20261122) and that is not compressed. A file that is not
    there tells nothing. Raises OSError.
    """
    found: dict[int, tuple[int, list[T]]] = {}
    for one in sorted(path.parent.glob(f"{path.name}*")):
        if one.suffix in PACKED:
            continue
        try:
            with one.open("rb") as file:
                # While it is being renamed, one file may be met under two names: its inode tells.
                about = os.fstat(file.fileno())
                found[about.st_ino] = (about.st_mtime_ns, _since(file, since, moment, read))
        except FileNotFoundError:
            continue
    # Of the same moment, what stands in the file that was closed before came before.
    parts = sorted(found.values(), key=lambda one: one[0])
    return sorted((line for _, part in parts for line in part), key=lambda line: line.at)


def set_aside(path: Path, day: str, most_bytes: int = MOST_BYTES, keep: int = KEEP) -> None:
    """Set CEL's file aside as `cel.csv-<day>` when it grew over `most_bytes`, remove all but the newest `keep` of those. Raises OSError.

    Asterisk opens the file anew for each line, so nothing is lost. One file a day at the most.
    """
    aside = path.with_name(f"{path.name}-{day}")
    if path.exists() and path.stat().st_size > most_bytes and not aside.exists():
        path.rename(aside)
    for old in sorted(path.parent.glob(f"{path.name}-*"))[:-keep]:
        old.unlink()


def _since(file: BinaryIO, since: int, moment: Moment, read: Callable[[Iterable[str]], Iterator[T]]) -> list[T]:
    low, high = 0, os.fstat(file.fileno()).st_size
    while high - low > PIECE:
        middle = (low + high) // 2
        at = _moment_after(file, middle, moment)
        if at is not None and at < since - SLACK_MS:
            low = middle
        else:
            high = middle
    file.seek(low)
    return [line for line in read(text.decode("utf-8", "replace") for text in file) if line.at >= since]


def _moment_after(file: BinaryIO, place: int, moment: Moment) -> int | None:
    file.seek(place)
    file.readline()
    for _ in range(NEAR):
        at = moment(file.readline().decode("utf-8", "replace"))
        if at is not None:
            return at
    return None
