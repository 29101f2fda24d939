"""A busy stream: recorded calls, copied under new ids, so many of them open at once; or one that was recorded on a busy line."""

from __future__ import annotations

import heapq
import lzma
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from callcenter.telephony import tape
from callcenter.telephony.render import TEMPLATES
from callcenter.telephony.wire import HEAD, Splitter, event_name
from tests.streams import FOLDER, messages, raw
from tests.streams.manager import Reader, reader

CALLS = ("answered", "agent_hung_up", "held", "rang_out_then_second", "gave_up", "hung_up_in_the_menu", "answered")
"""One after the other, over and over: most callers are answered, some are not."""

EVERYTHING = FOLDER / "busy_half_hour.ami.xz"
"""All that Asterisk told in half an hour of up to 91 callers at once and 37 agents, to a user who reads every class: 3,949 calls in all."""

SETTING_UP = frozenset({b"FullyBooted", b"QueueMemberAdded", b"QueueMemberRemoved", b"ContactStatus"})
"""What belongs to the recording's begin and end, and to no call."""

IDS = re.compile(
    r"\ba1-(?P<leg>\d{10}\.\d+)"
    r"|%20a1-(?P<env>\d{10}\.\d+)"
    r"|PJSIP/(?P<seat>10\d\d)\b"
    r"|^Timestamp: (?P<stamp>\d+)"
    r"|\b[0-9a-f]{8}(?P<bridge>-[0-9a-f]{4}-)",
    re.MULTILINE,
)
STAMP = re.compile(rb"(?<=\nTimestamp: )(\d+)\.\d+")
SECOND = re.compile(rb"(?<=\nTimestamp: )\d+")
PIECE = 1 << 20
SEATS = re.compile(rb"\nInterface: PJSIP/(\w+)")

FIRST_SEAT = 2000

Clock = Callable[[int], int]
"""A recorded second -> the second it is to be."""


@dataclass(frozen=True)
class Stream:
    """Messages as on the wire, the agents' seats in them, and when the first and the last were written (s)."""

    messages: list[bytes]
    seats: tuple[str, ...]
    began: int
    ended: int

    def later(self, seconds: int) -> bytes:
        """All of it, so many seconds later."""
        return SECOND.sub(lambda found: b"%d" % (int(found[0]) + seconds), b"".join(self.messages))


def stream(parts: list[bytes]) -> Stream:
    seats = {found[1].decode() for part in parts for found in [SEATS.search(part)] if found}
    return Stream(parts, tuple(sorted(seats)), int(min(map(_stamp, parts))), int(max(map(_stamp, parts))))


def half_hour() -> Stream:
    """What our own user is told in the busy half hour."""
    return as_recorded(ours().told(everything()))


def unfiltered() -> Stream:
    """What a manager user is told who reads every class, and for whom nothing is filtered."""
    return as_recorded(everything())


def of_our_classes() -> Stream:
    """The same of a user with the rights of ours, for whom nothing is filtered."""
    return as_recorded(Reader(ours().classes).told(everything()))


def ours() -> Reader:
    """Our own user of the manager, at the centre that was recorded: the pretended carrier is there."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=False)
    return reader(environment.get_template("manager.conf.j2").render(demo=True))


def everything() -> Iterator[bytes]:
    """All messages of the recording, read piece by piece."""
    splitter = Splitter()
    with lzma.open(EVERYTHING) as file:
        while piece := file.read(PIECE):
            yield from splitter.feed(piece)


RECORDED: Mapping[str, Callable[[], Stream]] = {
    "with our filters": half_hour,
    "our classes, no filter": of_our_classes,
    "every class, no filter": unfiltered,
}
"""What Asterisk was to tell -> what it told."""


def recorded(path: Path) -> Stream:
    """A tape, or a raw stream."""
    return as_recorded(message for _, message in tape.read(path))


def as_recorded(told: Iterable[bytes]) -> Stream:
    """The events that Asterisk stamped, with line ends as on the wire."""
    return stream([message.replace(b"\n", b"\r\n") + b"\r\n\r\n" for message in told if HEAD.match(message)])


def _stamp(message: bytes) -> float:
    found = STAMP.search(message)
    assert found is not None, message
    return float(found[0])


def copied(name: str, copy: int, seat: str, clock: Clock) -> list[bytes]:
    """The messages of a recorded call as those of the copy-th other one, by another clock, at another seat; CRLF as on the wire."""

    def other(found: re.Match[str]) -> str:
        kind = found.lastgroup
        if kind == "leg":
            return f"b{copy}-{found['leg']}"
        if kind == "env":
            return f"%20b{copy}-{found['env']}"
        if kind == "seat":
            return f"PJSIP/{seat}"
        if kind == "bridge":
            return f"{copy:08x}{found['bridge']}"
        return f"Timestamp: {clock(int(found['stamp']))}"

    text = IDS.sub(other, _recording(name)).replace("\n", "\r\n")
    return [f"{one}\r\n\r\n".encode() for one in text.split("\r\n\r\n")]


@cache
def _recording(name: str) -> str:
    return b"\n\n".join(one for one in messages(raw(name)) if event_name(one) not in SETTING_UP).decode()


def busy(calls: int, at_once: int, at: int) -> Stream:
    """So many calls, `at_once` of them open at any time, each at a seat of its own (from FIRST_SEAT on), from the second `at` on."""
    shifts = [_shift(range(n, calls, at_once), str(FIRST_SEAT + n), at + n % 10) for n in range(at_once)]
    return stream(list(heapq.merge(*shifts, key=_stamp)))


def talking(calls: int, at: int) -> Stream:
    """So many calls that all go on, each at a seat of its own: the caller has just come to his agent."""
    parts = []
    for call in range(calls):
        told = copied("answered", call, str(FIRST_SEAT + call), lambda _: at)
        together = [n for n, one in enumerate(told) if event_name(one.replace(b"\r\n", b"\n")) == b"BridgeEnter"]
        parts += told[: together[-1] + 1]
    return stream(parts)


def _shift(calls: range, seat: str, at: int) -> Iterator[bytes]:
    """One seat's calls, each when the one before is over."""
    for call in calls:
        name = CALLS[call % len(CALLS)]
        by = at - int(_stamp(_recording(name).encode()))
        told = copied(name, call, seat, by.__add__)
        yield from told
        at = int(_stamp(told[-1])) + 1
