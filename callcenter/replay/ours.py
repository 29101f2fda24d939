"""A tape of ours: our own facts and Asterisk's events, taken as the link took them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from callcenter.floor import events as ev
from callcenter.replay.passed import pass_over, unreadable
from callcenter.telephony.facts import OWN, fact_of
from callcenter.telephony.glance import Glance
from callcenter.telephony.tape import Noted
from callcenter.telephony.translate import RULES, Marks, translate
from callcenter.telephony.wire import Torn, event_name, is_headed, parse

MEANT = frozenset(name.encode() for name in RULES)


def events_of_ours(noted: Iterable[Noted], counts: Counter[str], passed: Counter[str]) -> Iterator[ev.Event]:
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
                pass_over(name, raw, counts, passed)
        except Torn:
            counts["forged"] += 1
        except ValueError as wrong:
            unreadable(counts, wrong)
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
