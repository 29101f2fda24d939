"""Asterisk died: of those who were there then it wrote nothing more, and shows them no more. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from callcenter.floor import events as ev
from callcenter.floor.floor import Floor, advance_all
from callcenter.telephony.cel import Line

SECOND_MS = 1_000
"""Asterisk tells its age in whole seconds."""


def with_ends(floor: Floor, told: Sequence[ev.Event], lines: Sequence[Line], seen: ev.Snapshot, last: int) -> list[ev.Event]:
    """`told`, and the ends of those of whom nothing tells: the last sign that the Asterisk before gave of itself was theirs, too.

    `last` is when it was last heard (ms), `lines` what it wrote since. `told` is in order of time.
    """
    until = (seen.asterisk_began or 0) - SECOND_MS
    # After that sign, and so within the gap that begins with it.
    died = max([last, *(line.at for line in lines if line.at <= until)]) + 1
    before = [event for event in told if event.at <= died]
    then, _ = advance_all(floor, before)
    return [*before, *_ends(then, frozenset(leg.leg for leg in seen.legs), died), *(event for event in told if event.at > died)]


def _ends(floor: Floor, shown: frozenset[str], died: int) -> Iterator[ev.Event]:
    for call in floor.calls.values():
        for leg in call.legs.values():
            if leg.ended is None and leg.began <= died and leg.id not in shown:
                yield ev.LegGone(died, leg.id, 0, lost=True)
