"""What a tape or a stream tells, folded as it was then, and the calls that came of it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from callcenter.calls.told import Sound, told
from callcenter.floor import events as ev
from callcenter.floor.call import Call
from callcenter.floor.changes import CallChanged, Misfit
from callcenter.floor.floor import Floor, Rules, advance
from callcenter.replay.pictures import completed
from callcenter.replay.reading import events
from callcenter.telephony.tape import Noted

log = logging.getLogger(__name__)

MOST_NAMED = 5
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
