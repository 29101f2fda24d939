"""The events of a tape of ours, or of a stream of any Asterisk's."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from itertools import chain

from callcenter.floor import events as ev
from callcenter.replay.cast import Cast
from callcenter.replay.dressing import Dressing
from callcenter.replay.ours import events_of_ours
from callcenter.replay.passed import pass_over, unreadable
from callcenter.replay.pictures import LISTS, Pictures
from callcenter.replay.survey import matters, survey
from callcenter.telephony.facts import OWN
from callcenter.telephony.tape import Noted
from callcenter.telephony.translate import Garbled
from callcenter.telephony.wire import event_name, parse

STAMP = b"\nTimestamp: "
LATELY = 16
"""Messages among which one that came twice is looked for."""
TICK_MS = 1_000


def events(noted: Iterable[Noted], counts: Counter[str], passed: Counter[str]) -> Iterator[ev.Event]:
    """What a tape of ours or a stream of anybody's tells the floor. What cannot be read is counted, and said once."""
    kept: list[Noted] = []
    there = iter(noted)
    found = survey(_kept(there, kept))
    if not kept or not kept[0][1].startswith(OWN):
        yield ev.LinkChanged(0, "live")
    if found.ours:
        yield from _clocked(events_of_ours(chain(kept, there), counts, passed))
    else:
        counts["foreign"] = 1
        yield from _clocked(_others(kept, Cast(found), counts, passed))


def _clocked(told: Iterator[ev.Event]) -> Iterator[ev.Event]:
    """With the clock that a tape of ours carries, and that a bare stream lacks: by it what is over is found to be so."""
    last, bare = 0, True
    for event in told:
        bare = bare and not isinstance(event, ev.Tick)
        if bare and event.at >= last + TICK_MS:
            last = event.at
            yield ev.Tick(last)
        yield event
    if bare and last:
        yield ev.Tick(last + 2 * TICK_MS)


def _kept(noted: Iterator[Noted], kept: list[Noted]) -> Iterator[bytes]:
    """What is read, once: a stamp of microseconds never comes twice but with a message that was kept twice."""
    lately: deque[bytes] = deque(maxlen=LATELY)
    for at, raw in noted:
        if STAMP in raw:
            if raw in lately:
                continue
            lately.append(raw)
        kept.append((at, raw))
        yield raw


def _others(noted: Iterable[Noted], cast: Cast, counts: Counter[str], passed: Counter[str]) -> Iterator[ev.Event]:
    dressing = Dressing(cast)
    pictures = Pictures(cast, dressing.room)
    for seat in sorted(cast.seats):
        yield ev.SeatChanged(0, seat, "UNKNOWN")
    for at, raw in noted:
        counts["messages"] += 1
        name = event_name(raw)
        listed = name in LISTS
        if not listed and not matters(name, raw):
            pass_over(name, raw, counts, passed)
            continue
        message = parse(raw)
        if listed and (seen := pictures.heard(message, at)) is not None:
            yield seen
        elif not listed and "actionid" not in message:
            try:
                yield from dressing.events(message, at)
            except Garbled as wrong:
                unreadable(counts, wrong)
