"""Every recorded stream as the events that it tells, our own facts among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from callcenter.floor import events as ev
from callcenter.floor.floor import Rules
from callcenter.telephony import tape
from callcenter.telephony.facts import fact_of
from callcenter.telephony.translate import Marks, translate
from callcenter.telephony.wire import parse
from tests import streams
from tests.streams import callers

SCENARIOS = streams.FOLDER / "scenarios"
TAPES = {
    **{f"callers/{name}": callers.stream(name) for name in callers.NAMES},
    **{f"scenarios/{path.name.removesuffix('.ami.gz')}": path for path in sorted(SCENARIOS.glob("*.ami.gz"))},
}
NAMES = (*streams.NAMES, *TAPES)


@dataclass(frozen=True)
class Recorded:
    name: str
    events: tuple[ev.Event, ...]
    rules: Rules


@cache
def recorded(name: str) -> Recorded:
    """The stream of this name. On a tape the after-call work is as long as it was."""
    if name in TAPES:
        return Recorded(name, _of_tape(TAPES[name]), Rules(wrapup_ms=_wrapup_ms(name)))
    return Recorded(name, tuple(streams.events(streams.raw(name), streams.known(name)["own"])), Rules())


def _of_tape(path: Path) -> tuple[ev.Event, ...]:
    return tuple(_in_order(tape.read(path)))


def _in_order(noted: Iterable[tape.Noted]) -> Iterator[ev.Event]:
    """As it was folded then: what came during a login waited for the snapshot."""
    marks: Marks = {}
    held: list[ev.Event] | None = None
    for at, raw in noted:
        message = parse(raw)
        fact = fact_of(message)
        told = [fact] if fact else [] if message.torn or "actionid" in message else translate(message, at, marks)
        if isinstance(fact, ev.LinkChanged) and fact.state == "connecting":
            held = []
        if isinstance(fact, ev.Snapshot) and held is not None:
            told, held = [*held, fact], None
        if fact or held is None:
            yield from told
        else:
            held += told


def _wrapup_ms(name: str) -> int:
    folder, _, short = name.partition("/")
    return int(callers.known(short)["wrapup_s"]) * 1000 if folder == "callers" else 2000
