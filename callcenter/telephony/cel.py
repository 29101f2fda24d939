"""A line of Asterisk's own record of what happened to its channels (CEL), as cel_custom.conf has it written. Pure."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

COLUMNS = 16


@dataclass(frozen=True, slots=True)
class Line:
    """What happened to the channel `leg` at `at` (ms). `app` is what it executed, with `data`; `account` and `peer_account` are marks."""

    event: str
    at: int
    number: str
    dialled: str
    context: str
    name: str
    app: str
    data: str
    account: str
    leg: str
    linked: str
    peer_account: str
    extra: str

    def told(self, key: str) -> str:
        """A value of the event's own, such as hangupcause; '' when it is not told."""
        try:
            extra = json.loads(self.extra)
        except ValueError:
            return ""
        return str(extra.get(key, "")) if isinstance(extra, dict) else ""


def read(texts: Iterable[str]) -> Iterator[Line]:
    """The lines that are whole; one that was torn, or is none of ours, is passed over."""
    for text in texts:
        line = _line(text)
        if line is not None:
            yield line


def moment(text: str) -> int | None:
    """When a line was written (ms); None when it does not say."""
    line = _line(text)
    return None if line is None else line.at


def _line(text: str) -> Line | None:
    # A line that a caller hid in his number begins without the quote, or with two.
    if not text.startswith('"') or text.startswith('""') or not text.endswith('"\n'):
        return None
    try:
        [row] = csv.reader([text])
    except (csv.Error, ValueError):
        return None
    if len(row) != COLUMNS or not row[11]:
        return None
    at = _ms(row[1])
    if at is None:
        return None
    event, _, _, number, _, dialled, context, name, app, data, account, leg, linked, peer_account, _, extra = row
    return Line(event, at, number, dialled, context, name, app, data, account, leg, linked, peer_account, extra)


def _ms(stamp: str) -> int | None:
    """Milliseconds of `seconds.microseconds`."""
    seconds, dot, fraction = stamp.partition(".")
    if not (dot and len(fraction) == 6 and len(seconds) <= 11 and (seconds + fraction).isascii() and (seconds + fraction).isdigit()):
        return None
    return int(seconds) * 1000 + int(fraction[:3])
