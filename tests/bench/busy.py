"""A busy stream: recorded calls, copied under new ids, so many of them open at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from callcenter.telephony.wire import event_name
from tests.streams import messages, raw

CALLS = ("answered", "agent_hung_up", "held", "rang_out_then_second", "gave_up", "hung_up_in_the_menu", "answered")
"""One after the other, over and over: most callers are answered, some are not."""

SETTING_UP = frozenset({b"FullyBooted", b"QueueMemberAdded", b"QueueMemberRemoved", b"ContactStatus"})
"""What belongs to the recording's begin and end, and to no call."""

IDS = re.compile(
    r"\ba1-(?P<leg>\d{10}\.\d+)"
    r"|%20a1-(?P<env>\d{10}\.\d+)"
    r"|PJSIP/(?P<seat>10\d\d)\b"
    r"|^Timestamp: \d+"
    r"|\b[0-9a-f]{8}(?P<bridge>-[0-9a-f]{4}-)",
    re.MULTILINE,
)


def copied(name: str, copy: int, seat: str, at: int) -> list[bytes]:
    """The messages of a recorded call as those of the copy-th other one, at `at` (s), at another seat; CRLF as on the wire."""

    def other(found: re.Match[str]) -> str:
        kind, text = found.lastgroup, found[0]
        if kind == "leg":
            return f"b{copy}-{found['leg']}"
        if kind == "env":
            return f"%20b{copy}-{found['env']}"
        if kind == "seat":
            return f"PJSIP/{seat}"
        if kind == "bridge":
            return f"{copy:08x}{found['bridge']}"
        return f"Timestamp: {at}" if text.startswith("Timestamp") else text

    whole = [one for one in messages(raw(name)) if event_name(one) not in SETTING_UP]
    text = IDS.sub(other, b"\n\n".join(whole).decode()).replace("\n", "\r\n")
    return [f"{one}\r\n\r\n".encode() for one in text.split("\r\n\r\n")]


def busy(calls: int, at_once: int, at: int, first: int = 0) -> list[bytes]:
    """The messages of so many calls, `at_once` of them open at any time, each at a seat of its own (s0, s1 …)."""
    waiting = (copied(CALLS[n % len(CALLS)], first + n, f"{2000 + n % at_once}", at) for n in range(calls))
    going: list[Iterator[bytes]] = []
    told: list[bytes] = []
    for turn in count():
        while len(going) < at_once and (fresh := next(waiting, None)) is not None:
            going.append(iter(fresh))
        if not going:
            return told
        one = going[turn % len(going)]
        message = next(one, None)
        if message is None:
            going.remove(one)
        else:
            told.append(message)
    raise AssertionError("never reached")
