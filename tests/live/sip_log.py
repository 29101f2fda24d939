"""What a telephone itself saw, with its own clock: the messages in SIPp's log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tests.live.sipp import Telephone

_HEAD = re.compile(r"^-{20,} (\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d+)\nUDP message (sent|received)[^\n]*\n\n([^\n]*)", re.MULTILINE)


@dataclass(frozen=True)
class Said:
    """One SIP message. `at` is seconds since the epoch, `line` its first line."""

    at: float
    sent: bool
    line: str


def said(phone: Telephone) -> Iterator[Said]:
    """Every message of the telephone, in order."""
    for when, way, line in _HEAD.findall(log(phone)):
        yield Said(datetime.fromisoformat(when).timestamp(), way == "sent", line.strip())


def first(phone: Telephone, words: str, after: float = 0.0) -> float:
    """When the first message that begins like this was sent or received; fails when there is none."""
    found = next((one.at for one in said(phone) if one.line.startswith(words) and one.at >= after), None)
    assert found is not None, f"no {words!r} in {phone.folder}"
    return found


def last(phone: Telephone, words: str) -> float:
    found = [one.at for one in said(phone) if one.line.startswith(words)]
    assert found, f"no {words!r} in {phone.folder}"
    return found[-1]


def count(phone: Telephone, words: str, *, sent: bool) -> int:
    """How many messages begin like this; those that were sent again are counted again."""
    return sum(one.line.startswith(words) and one.sent is sent for one in said(phone))


def dialogs(phone: Telephone, method: str) -> set[str]:
    """The Call-IDs in which a request of this method was received."""
    heard = re.findall(rf"^UDP message received[^\n]*\n\n{method} (?:[^\n]+\n)*?Call-ID: (\S+)", log(phone), re.MULTILINE)
    return set(heard)


def log(phone: Telephone) -> str:
    """All its messages; "" for none: SIPp makes the file with the first one."""
    path = phone.folder / "messages.log"
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
