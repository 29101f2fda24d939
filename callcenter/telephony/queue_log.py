"""A line of Asterisk's own record of its queues (queue_log): `seconds|call|queue|member|event|values…`. Pure.

Times are whole seconds, written when it happened: exact times are CEL's. The member is the agent's number, as QueueAdd named him.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

FIELDS = 5
"""A line has at least so many; the values come after them."""

NOBODY = frozenset({"", "NONE", "MANAGER", "REALTIME"})
"""What stands for a call or a member where there is none."""

STATUS = {
    "ABANDON": "ABANDON",
    "EXITWITHTIMEOUT": "TIMEOUT",
    "EXITEMPTY": "LEAVEEMPTY",
    "JOINEMPTY": "JOINEMPTY",
    "FULL": "FULL",
    "EXITWITHKEY": "CONTINUE",
    "WITHDRAW": "WITHDRAW",
}
"""How a wait without an agent ended, as QUEUESTATUS says it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened in `queue` at `at` (ms, a whole second). `call` is the caller's leg; '' where the line is of no call, or no member."""

    at: int
    call: str
    queue: str
    member: str
    event: str
    values: tuple[str, ...]

    def value(self, n: int) -> str:
        """The n-th value, from 0; '' when there is none."""
        return self.values[n] if -len(self.values) <= n < len(self.values) else ""

    def seconds(self, n: int) -> int:
        """The n-th value as a number of seconds; 0 when it is none."""
        text = self.value(n)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def read(texts: Iterable[str]) -> Iterator[Entry]:
    """The lines that are whole; one that was torn, or that another program wrote, is passed over."""
    for text in texts:
        entry = _entry(text)
        if entry is not None:
            yield entry


def moment(text: str) -> int | None:
    """When a line was written (ms); None when it does not say."""
    entry = _entry(text)
    return None if entry is None else entry.at


def row(at: int, call: str, queue: str, member: str, event: str, values: Iterable[str]) -> Entry:
    """An entry out of its parts; `at` is ms."""
    call, queue, member = ("" if one in NOBODY else one for one in (call, queue, member))
    return Entry(at, call, queue, member, event, tuple(values))


def _entry(text: str) -> Entry | None:
    if not text.endswith("\n"):
        return None
    seconds, *rest = text.rstrip("\r\n").split("|")
    if len(rest) < FIELDS - 1 or not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12):
        return None
    call, queue, member, event, *values = rest
    if not (event.isascii() and event.isalpha() and event.isupper()):
        return None
    return row(int(seconds) * 1000, call, queue, member, event, values)
