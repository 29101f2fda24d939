"""The fake Asterisk is honest: it writes no header and no order of events in a channel that the real one does not write."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path

from callcenter.telephony.wire import Splitter
from tests.fake_asterisk.people import Mix
from tests.fake_asterisk.test_exchange import day
from tests.streams import FOLDER

REAL = [
    *sorted(FOLDER.glob("*.ami.gz")),
    *sorted(FOLDER.glob("*.raw.gz")),
    *sorted((FOLDER / "scenarios").glob("click_*.ami.gz")),
    *(FOLDER / "scenarios" / f"{name}.ami.gz" for name in ("refer_attended_above", "refer_attended_below", "keys_taken_back")),
    *sorted((Path(__file__).parent / "real").glob("*.ami.gz")),
    FOLDER / "callers" / "who_gives_up_or_waits_too_long_is_owed_a_call.ami.gz",
]
"""What the real one sent, with the manager.conf that is shipped."""

Message = list[tuple[str, str]]

OF_ALL = frozenset({"DeviceStateChange", "QueueMemberStatus", "QueueMemberAdded", "QueueMemberPause", "QueueMemberRemoved"})
"""What belongs to no channel."""
BY_ITSELF = frozenset({"AgentComplete", "DTMFEnd", "AsyncAGIExec", "DialState"})
"""Who tells these does not wait for who tells the others: they come a moment earlier or later in the real streams, too."""


UNRECORDED = {("DialEnd", "HangupRequest"), ("Unhold", "HangupRequest")}
"""A caller gives up between two phones that are rung; an agent hangs up who had the caller on hold before."""


def messages(stream: bytes) -> Iterator[Message]:
    for raw in Splitter().feed(stream):
        if b"Event: " in raw[:40] and b"\nActionID: " not in raw:
            raw = raw[raw.index(b"Event: ") :]
            yield [(name, value) for line in raw.decode().split("\n") for name, _, value in [line.partition(": ")]]


def real() -> list[list[Message]]:
    return [list(messages(gzip.decompress(path.read_bytes()))) for path in REAL]


@cache
def played() -> list[list[Message]]:
    """Minutes of the fake one, with many agents and with few, and one of agents who click."""
    every = Mix(("8000000001",), refusals=0.1, unanswered=0.15)
    few = Mix(("8000000001",), refusals=0.1, unanswered=0.15, patience_s=(1.0, 8.0))
    clicks = Mix(("8000000001",), transfers=0.9, conferences=0, clicks=1)
    days = day(1, every), day(2, few, agents=8), day(3, clicks)
    return [list(messages(stream)) for _, stream in days]


def shape(message: Message) -> tuple[str, ...]:
    """The headers' names in their order; a channel's variables, of which there may be more or fewer, once."""
    names = [name for name, _ in message]
    return tuple(name for n, name in enumerate(names) if n == 0 or name != names[n - 1])


def shapes(streams: Iterable[list[Message]]) -> dict[str, set[tuple[str, ...]]]:
    found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for message in chain(*streams):
        found[message[0][1]].add(shape(message))
    return found


def orders(streams: Iterable[list[Message]]) -> set[tuple[str, str]]:
    """Which event follows which in a channel."""
    return {pair for stream in streams for pair in _orders(stream)}


def _orders(stream: list[Message]) -> set[tuple[str, str]]:
    last: dict[str, str] = {}
    found = set()
    for message in stream:
        event, values = message[0][1], dict(message)
        channel = values.get("Uniqueid", "")
        if not channel or event in OF_ALL | BY_ITSELF:
            continue
        found.add((last.get(channel, "the beginning"), event))
        last[channel] = event
    return found


def test_every_event_has_the_headers_of_the_real_one_in_its_order() -> None:
    true = shapes(real())
    for event, found in shapes(played()).items():
        assert found <= true[event], f"{event}: {found - true[event]}"


def test_the_events_of_a_channel_follow_each_other_as_in_the_real_one() -> None:
    assert orders(played()) - orders(real()) <= UNRECORDED
