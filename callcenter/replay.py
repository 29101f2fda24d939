"""A tape folded again: the calls that it tells, without store and without Asterisk."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from callcenter.calls.told import Sound, told
from callcenter.floor import events as ev
from callcenter.floor.call import Call
from callcenter.floor.changes import CallChanged, Misfit
from callcenter.floor.floor import Floor, Rules, advance
from callcenter.telephony.facts import fact_of
from callcenter.telephony.tape import Noted
from callcenter.telephony.translate import Garbled, Marks, translate
from callcenter.telephony.wire import parse

log = logging.getLogger(__name__)

UNKNOWN = "unknown"
"""The state of a recording: a tape does not know whether the sound is there."""


@dataclass
class Replayed:
    """The calls by id, each as it was last; `counts`: events, misfits, unreadable messages."""

    calls: dict[str, Call] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def told(self) -> list[dict[str, Any]]:
        """The calls as other programs are told them, oldest first; cases and sound are not on a tape."""
        calls = sorted(self.calls.values(), key=lambda call: (call.began, call.id))
        return [told(call, (), [Sound(one.id, call.id, one.leg, one.started, None, UNKNOWN) for one in call.recordings]) for call in calls]


def replay(noted: Iterable[Noted], rules: Rules) -> Replayed:
    """Fold what a tape holds, in the order in which it was folded then."""
    floor, seen = Floor(rules=rules), Replayed()
    for event in events(noted, seen.counts):
        floor, changes = advance(floor, event)
        seen.counts["events"] += 1
        for change in changes:
            if isinstance(change, CallChanged):
                seen.calls[change.after.id] = change.after
            elif isinstance(change, Misfit):
                seen.counts["misfits"] += 1
                log.warning("an event does not fit: %s: %s", change.why, change.event)
    return seen


def events(noted: Iterable[Noted], counts: Counter[str]) -> Iterator[ev.Event]:
    """Our own facts and Asterisk's events; what only answers an action is neither. What came during a login waits for the snapshot."""
    marks: Marks = {}
    held: list[ev.Event] | None = None
    for at, raw in noted:
        message = parse(raw)
        try:
            fact = fact_of(message)
            told_by_asterisk = [] if fact or message.torn or "actionid" in message else translate(message, at, marks)
        except (ValueError, Garbled) as wrong:
            counts["unreadable"] += 1
            log.warning("a message of the tape cannot be read: %s", wrong)
            continue
        if isinstance(fact, ev.LinkChanged) and fact.state == "connecting":
            held, marks = [], {}
        elif isinstance(fact, ev.Snapshot) and held is not None:
            yield from held
            held = None
        if fact:
            yield fact
        elif held is None:
            yield from told_by_asterisk
        else:
            held += told_by_asterisk
