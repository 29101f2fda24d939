"""Tapes and raw AMI streams read back, whatever tore them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from callcenter.telephony.translate import stamped
from callcenter.telephony.wire import Message, Splitter

SUFFIX = ".ami.gz"
OPEN_SUFFIX = ".ami"
MAGIC = b"\x1f\x8b\x08"
BOM = b"\xef\xbb\xbf"
GREETING = b"Asterisk Call Manager"
PIECE = 1 << 16

Noted = tuple[int, bytes]
"""When a message was read (ms), and its bytes."""


def read(path: Path) -> Iterator[Noted]:
    """The messages of a tape or of a raw AMI text stream (compressed or not), with their times in ms. Raises OSError.

    A message that was never stamped with the time of its reading has that of its Timestamp, else of the youngest channel told of so far: a
    Uniqueid holds the second in which its channel began. 0 before anything tells a time. What was torn off is passed over.
    """
    splitter, at = Splitter(), 0
    for part in chain(_parts(path), (b"\n\n",)):
        if part is None:
            splitter = Splitter()
            continue
        for message in splitter.feed(part):
            message = message.removeprefix(BOM)
            if message.startswith(GREETING):
                message = message.partition(b"\n")[2]
            if message.startswith(b"Read: "):
                head, _, message = message.partition(b"\n")
                at = int(head[6:]) if head[6:].isdigit() else at
            else:
                at = told_time(message, at)
            if message and not (part == b"\n\n" and _is_cut(message)):
                yield at, message


def _is_cut(last: bytes) -> bool:
    """A channel that nobody linked is taken for a new caller's: at the end of a file it may only be the rest that is missing."""
    return last.startswith(b"Event: Newchannel\n") and b"\nLinkedid: " not in last


def told_time(message: bytes, at: int) -> int:
    """When it happened as a message tells it itself (ms); else `at`, or the second in which its channel began if that is later."""
    stamp = _value_after(message, b"\nTimestamp: ")
    if stamp:
        return stamped(Message({"timestamp": stamp}, {}, torn=False), at)
    if message.startswith(b"Event: Newchannel\n"):
        second = _value_after(message, b"\nUniqueid: ").rpartition("-")[2].partition(".")[0]
        if len(second) == 10 and second.isascii() and second.isdigit():
            return max(at, int(second) * 1000)
    return at


def _value_after(message: bytes, header: bytes) -> str:
    begin = message.find(header)
    if begin < 0:
        return ""
    end = message.find(b"\n", begin + 1)
    return message[begin + len(header) : end if end >= 0 else len(message)].decode("ascii", "replace").strip()


def _parts(path: Path) -> Iterator[bytes | None]:
    """The text of a file, piece by piece; None where something was torn. A packed tape goes on in what is not packed yet."""
    if path.name.endswith(SUFFIX):
        yield from _of_day(path)
        return
    with path.open("rb") as file:
        # One byte tells: of a first member that was torn off no more may be left, and no text begins like this.
        if file.read(1) == MAGIC[:1]:
            file.seek(0)
            yield from _unpacked(file.read())
            return
        file.seek(0)
        while part := file.read(PIECE):
            yield part


def _of_day(path: Path) -> Iterator[bytes | None]:
    """The newest is read first: what is packed meanwhile is then found where it went to."""
    beside = path.with_name(path.name.removesuffix(SUFFIX) + OPEN_SUFFIX)
    newest = _bytes(beside)
    aside = [(after_of(part) or 0, _bytes(part)) for part in parts_of(beside)]
    data = _bytes(path)
    waits = [(after, text) for after, text in aside if not _is_whole(data, after)]
    yield from _unpacked(data[: waits[0][0]] if waits else data)
    for _, text in waits:
        yield None
        yield text
    yield None
    # What was set aside between the two looks was read twice.
    yield b"" if any(text.startswith(newest) for _, text in aside) else newest


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _unpacked(data: bytes) -> Iterator[bytes | None]:
    """The text of all gzip members; of one that was torn what comes before the tear, then None."""
    at = data.find(MAGIC)
    while at >= 0:
        unpack, start = zlib.decompressobj(wbits=31), at
        while not unpack.eof and at < len(data):
            try:
                yield unpack.decompress(data[at : at + PIECE])
            except zlib.error:
                break
            at += PIECE
        if unpack.eof:
            at = data.find(MAGIC, min(at, len(data)) - len(unpack.unused_data))
        else:
            yield None
            at = data.find(MAGIC, start + 1)


def packed(path: Path) -> Path:
    """Where a plain tape is packed to."""
    return path.with_name(path.name.partition(".")[0] + SUFFIX)


def parts_of(path: Path) -> list[Path]:
    """What was set aside of an open tape and is not packed yet."""
    day = path.name.removesuffix(OPEN_SUFFIX)
    return sorted(
        (one for one in path.parent.glob(f"{day}.*{OPEN_SUFFIX}") if after_of(one) is not None), key=lambda one: after_of(one) or 0
    )


def after_of(path: Path) -> int | None:
    """After which byte of the packed file a plain tape comes that was set aside; None for an open one."""
    after = path.name.removesuffix(OPEN_SUFFIX).partition(".")[2]
    return int(after) if after.isdigit() else None


def whole(text: bytes) -> bytes:
    """Plain text without what was torn off at its end."""
    return text[: text.rfind(b"\n\n") + 2] if b"\n\n" in text else b""


def is_packed(target: Path, after: int) -> bool:
    """Whether a whole member begins at that byte already."""
    if size_of(target) <= after:
        return False
    with target.open("rb") as file:
        file.seek(after)
        return _is_whole(file.read(), 0)


def size_of(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _is_whole(data: bytes, start: int) -> bool:
    """Whether a whole gzip member begins at `start`."""
    unpack = zlib.decompressobj(wbits=31)
    try:
        while not unpack.eof and start < len(data):
            unpack.decompress(data[start : start + PIECE])
            start += PIECE
    except zlib.error:
        return False
    return unpack.eof
