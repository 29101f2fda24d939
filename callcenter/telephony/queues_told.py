"""What Asterisk's record of queues adds to its record of channels: how a wait without an agent ended. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from callcenter.floor import events as ev
from callcenter.telephony.cel import Line
from callcenter.telephony.queue_log import STATUS, Entry

SECOND_MS = 1_000

Stay = tuple[int, str]
"""When a Queue() ended (ms), and which queue it was."""


def abandons(entries: Sequence[Entry], lines: Sequence[Line]) -> Iterator[tuple[str, ev.LegHangingUp]]:
    """Callers who hung up while they waited: when they left Queue(), however long their channel stayed after."""
    stays = _stays(lines)
    for entry in entries:
        at = _left(stays.get(entry.call, ()), entry) if entry.event == "ABANDON" else None
        if at is not None:
            yield entry.call, ev.LegHangingUp(at, entry.call)


def outcomes(entries: Sequence[Entry], lines: Sequence[Line]) -> Iterator[tuple[str, ev.QueueOutcome]]:
    """Leg and outcome of each wait that ended without an agent, at the time at which the channel left Queue()."""
    stays = _stays(lines)
    for entry in entries:
        if entry.event in STATUS and entry.event != "ABANDON":
            at = _left(stays.get(entry.call, ()), entry)
            if at is not None:
                yield entry.call, ev.QueueOutcome(at, entry.call, entry.queue, STATUS[entry.event])


def _stays(lines: Sequence[Line]) -> Mapping[str, Sequence[Stay]]:
    found: dict[str, list[Stay]] = defaultdict(list)
    for line in lines:
        if line.event == "APP_END" and line.app == "Queue":
            found[line.leg].append((line.at, line.data.partition(",")[0]))
    return found


def _left(stays: Sequence[Stay], entry: Entry) -> int | None:
    """The record of queues cuts its seconds off, and is written just before the channel leaves."""
    return next((at for at, queue in stays if queue == entry.queue and entry.at <= at < entry.at + 2 * SECOND_MS), None)
