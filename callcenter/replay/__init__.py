"""Tapes and streams folded again: the calls that they tell, without store and without Asterisk."""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from callcenter.calls.told import Sound, told
from callcenter.floor import events as ev
from callcenter.floor.call import Call
from callcenter.floor.changes import CallChanged, Misfit
from callcenter.floor.floor import Floor, Rules, advance
from callcenter.replay.cast import Cast
from callcenter.replay.dressing import Dressing
from callcenter.replay.pictures import LISTS, Pictures, completed
from callcenter.replay.survey import matters, survey
from callcenter.telephony.facts import OWN, fact_of
from callcenter.telephony.glance import Glance
from callcenter.telephony.tape import Noted
from callcenter.telephony.translate import RULES, Garbled, Marks, translate
from callcenter.telephony.wire import Torn, event_name, is_headed, parse

log = logging.getLogger(__name__)

STAMP = b"\nTimestamp: "
LATELY = 16
"""Messages among which one that came twice is looked for."""
MEANT = frozenset(name.encode() for name in RULES)
MOST_NAMED = 5
TICK_MS = 1_000
TROUBLES = {"unreadable": "could not be read", "forged": "are not as Asterisk writes them", "misfits": "did not fit"}
UNKNOWN = "unknown"
"""The state of a recording: a tape does not know whether the sound is there."""


@dataclass
class Replayed:
    """The calls by id, each as it was last. `counts`: messages, events, misfits, unreadable; `passed`: what tells nothing of calls.

    `began`: when the first message was read (ms), None when there was none.
    """

    calls: dict[str, Call] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    began: int | None = None

    def told(self) -> list[dict[str, Any]]:
        """The calls as other programs are told them, oldest first; cases and sound are not on a tape."""
        calls = sorted(self.calls.values(), key=lambda call: (call.began, call.id))
        return [told(call, (), [Sound(*one, None, UNKNOWN) for one in self._recordings(call)]) for call in calls]

    def _recordings(self, call: Call) -> list[tuple[str, str, str, int]]:
        """Our dialplan records every talk; of another one it is known when it said so."""
        if self.counts["foreign"]:
            return [(leg.id, call.id, leg.id, leg.recorded) for leg in call.legs.values() if leg.recorded is not None]
        return [(one.id, call.id, one.leg, one.started) for one in call.recordings]

    def summary(self) -> str:
        """One line of what was read and what was not."""
        parts = [f"{self.counts['messages']} messages", f"{len(self.calls)} calls"]
        if self.passed:
            kinds = ", ".join(f"{name} {count}" for name, count in self.passed.most_common(MOST_NAMED))
            more = ", …" if len(self.passed) > MOST_NAMED else ""
            parts.append(f"{self.passed.total()} events tell nothing of calls ({kinds}{more})")
        parts += [f"{self.counts[what]} {words}" for what, words in TROUBLES.items() if self.counts[what]]
        return "; ".join(parts)


def replay(noted: Iterable[Noted], rules: Rules) -> Replayed:
    """Fold what a tape holds, in the order in which it was folded then."""
    floor, seen = Floor(rules=rules), Replayed()
    there = iter(noted)
    first = next(there, None)
    seen.began = first[0] if first else None
    for event in events(chain([first] if first else [], there), seen.counts, seen.passed):
        if seen.counts["foreign"] and isinstance(event, ev.Snapshot):
            event = completed(event, floor)
        floor, changes = advance(floor, event)
        seen.counts["events"] += 1
        for change in changes:
            if isinstance(change, CallChanged):
                seen.calls[change.after.id] = change.after
            elif isinstance(change, Misfit):
                if not seen.counts["misfits"]:
                    log.warning("an event does not fit, and changes nothing: %s: %s", change.why, change.event)
                seen.counts["misfits"] += 1
    return seen


def events(noted: Iterable[Noted], counts: Counter[str], passed: Counter[str]) -> Iterator[ev.Event]:
    """What a tape of ours or a stream of anybody's tells the floor. What cannot be read is counted, and said once."""
    kept: list[Noted] = []
    there = iter(noted)
    found = survey(_kept(there, kept))
    if not kept or not kept[0][1].startswith(OWN):
        yield ev.LinkChanged(0, "live")
    if found.ours:
        yield from _clocked(_ours(chain(kept, there), counts, passed))
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
            _pass(name, raw, counts, passed)
            continue
        message = parse(raw)
        if listed and (seen := pictures.heard(message, at)) is not None:
            yield seen
        elif not listed and "actionid" not in message:
            try:
                yield from dressing.events(message, at)
            except Garbled as wrong:
                _unreadable(counts, wrong)


def _pass(name: bytes, raw: bytes, counts: Counter[str], passed: Counter[str]) -> None:
    if name:
        passed[name.decode("utf-8", "replace")] += 1
    elif b":" not in raw:
        _unreadable(counts, Garbled(f"{raw[:40]!r} is no message"))


def _unreadable(counts: Counter[str], wrong: Exception) -> None:
    if not counts["unreadable"]:
        log.warning("a message cannot be read, and is passed over: %s", wrong)
    counts["unreadable"] += 1


def _ours(noted: Iterable[Noted], counts: Counter[str], passed: Counter[str]) -> Iterator[ev.Event]:
    """Our own facts and Asterisk's events; what only answers an action is neither. What came during a login waits for the snapshot."""
    marks: Marks = {}
    held: list[ev.Event] | None = None
    own = False
    for at, raw in noted:
        counts["messages"] += 1
        fact, told = None, list[ev.Event]()
        try:
            if raw.startswith(OWN):
                fact, own = fact_of(parse(raw)), True
            elif not (name := event_name(raw)) or name in MEANT:
                told = _told_by_asterisk(raw, at, marks, whole=own)
            else:
                _pass(name, raw, counts, passed)
        except Torn:
            counts["forged"] += 1
        except ValueError as wrong:
            _unreadable(counts, wrong)
            continue
        if isinstance(fact, ev.LinkChanged) and fact.state == "connecting":
            held, marks = [], {}
        elif isinstance(fact, ev.Snapshot) and held is not None:
            yield from held
            held = None
        if fact:
            yield fact
        elif held is None:
            yield from told
        else:
            held += told


def _told_by_asterisk(raw: bytes, at: int, marks: Marks, *, whole: bool) -> list[ev.Event]:
    """`whole`: our link wrote this tape, and believed only what begins as Asterisk begins an event. Raises Garbled, Torn."""
    if not event_name(raw) or b"\nActionID: " in raw:
        return []
    if whole and not is_headed(raw):
        raise Torn("its head is not there")
    return translate(Glance(raw), at, marks)
