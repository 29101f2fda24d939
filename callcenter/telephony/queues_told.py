"""What Asterisk's record of queues adds to its record of channels: how a wait without an agent ended. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from callcenter.floor import events as ev
from callcenter.telephony.cel import Line
from callcenter.telephony.queue_log import STATUS, Entry

SECOND_MS = 1_000


@dataclass(frozen=True, slots=True)
class Stay:
    """A channel's time in Queue() (ms)."""

    queue: str
    began: int
    ended: int


@dataclass(frozen=True, slots=True)
class Ring:
    """A leg that was rung (ms)."""

    leg: str
    began: int
    ended: int


def abandons(entries: Sequence[Entry], lines: Sequence[Line]) -> Iterator[tuple[str, ev.LegHangingUp]]:
    """Callers who hung up while they waited: when they left Queue(), however long their channel stayed after."""
    for entry, at in _without_agent(entries, lines):
        if entry.event == "ABANDON":
            yield entry.call, ev.LegHangingUp(at, entry.call)


def outcomes(entries: Sequence[Entry], lines: Sequence[Line]) -> Iterator[tuple[str, ev.QueueOutcome]]:
    """Leg and outcome of each wait that ended without an agent, at the time at which the channel left Queue()."""
    for entry, at in _without_agent(entries, lines):
        if entry.event != "ABANDON":
            yield entry.call, ev.QueueOutcome(at, entry.call, entry.queue, STATUS[entry.event])


def unanswered(entries: Sequence[Entry], lines: Sequence[Line]) -> frozenset[str]:
    """The legs that a queue rang in vain to the end, or that refused: the caller was still there.

    Of those whom he gives up it tells otherwise (RINGCANCELED).
    """
    rings, found = _rings(lines), set[str]()
    for entry in entries:
        if entry.event == "RINGNOANSWER":
            fitting = (ring.leg for ring in rings[entry.call] if ring.leg not in found and _is_of(entry, ring))
            found |= set(islice(fitting, 1))
    return frozenset(found)


def _rings(lines: Sequence[Line]) -> defaultdict[str, list[Ring]]:
    """Caller's leg -> the legs that came and went for him, as they went."""
    found: defaultdict[str, list[Ring]] = defaultdict(list)
    began: dict[str, int] = {}
    for line in lines:
        if line.event == "CHAN_START":
            began[line.leg] = line.at
        elif line.event == "HANGUP" and line.leg in began:
            found[line.linked].append(Ring(line.leg, began[line.leg], line.at))
    return found


def _is_of(entry: Entry, ring: Ring) -> bool:
    """It is written in the second in which the ringing ends, with its length: in ms, of which Asterisk counts whole seconds."""
    length_ms = entry.seconds(0)
    return 0 <= ring.ended - entry.at < 2 * SECOND_MS and abs(ring.ended - ring.began - length_ms) < 2 * SECOND_MS


def _without_agent(entries: Sequence[Entry], lines: Sequence[Line]) -> Iterator[tuple[Entry, int]]:
    """Each end of a wait without an agent, and when the channel left Queue(): on a busy machine seconds after that was written."""
    stays = _stays(lines)
    for entry in entries:
        stay = next((one for one in stays[entry.call] if _is_in(entry, one)), None) if entry.event in STATUS else None
        if stay is not None:
            stays[entry.call].remove(stay)
            yield entry, stay.ended


def _stays(lines: Sequence[Line]) -> defaultdict[str, list[Stay]]:
    found: defaultdict[str, list[Stay]] = defaultdict(list)
    began: dict[str, int] = {}
    for line in lines:
        if line.app == "Queue" and line.event == "APP_START":
            began[line.leg] = line.at
        elif line.app == "Queue" and line.event == "APP_END":
            found[line.leg].append(Stay(line.data.partition(",")[0], began.pop(line.leg, line.at - SECOND_MS), line.at))
    return found


def _is_in(entry: Entry, stay: Stay) -> bool:
    """The record of queues cuts its seconds off."""
    return entry.queue == stay.queue and stay.began - SECOND_MS < entry.at <= stay.ended
