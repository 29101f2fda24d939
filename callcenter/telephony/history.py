"""What happened while nobody listened, told by Asterisk's own record (CEL) in the floor's words. Pure.

CEL knows legs, answers, bridges, keys, when a caller came to a queue and left it, who hung up and why. It does not know holds, the steps
of a flow and the place in a queue: those stay unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from callcenter.floor import events as ev
from callcenter.floor.call import ANONYMOUS, Call
from callcenter.floor.floor import Floor
from callcenter.telephony.cel import Line
from callcenter.telephony.queue_log import Entry
from callcenter.telephony.queues_told import outcomes
from callcenter.telephony.translate import caller_number, seat_of

LATE_MS = 300
"""The manager tells a thing this much after CEL at most."""

KEY_MS = 50
"""No two keys are pressed within this time."""

NEVER = 1 << 62
"""A time that does not come (ms)."""

AT_ONCE_MS = 100
"""What a channel does within this time before its end belongs to its end."""

NOT_DIALLED = frozenset({"", "s"})
"""The extension of a channel that somebody dialled."""

ENDING = frozenset({"BRIDGE_EXIT", "APP_END", "STREAM_END", "CHAN_END", "LINKEDID_END"})
"""What a channel may still do when its far side has hung up."""


@dataclass(frozen=True)
class Heard:
    """What was told already: everything before `since` (ms), and of a leg's call everything up to `legs[leg]`."""

    since: int
    legs: Mapping[str, int]


def heard(floor: Floor, since: int) -> Heard:
    """What a floor has heard that heard of new legs until `since`. Of a leg that is gone everything is known."""
    legs = dict.fromkeys(floor.loose, since)
    for leg, id in floor.legs.items():
        call = floor.calls[id]
        gone = leg in call.legs and call.legs[leg].ended is not None
        legs[leg] = NEVER if gone else newest(call)
    return Heard(since, legs)


def newest(call: Call) -> int:
    """The latest moment that Asterisk is known to have told of the call (ms). A flow's steps and wrap-ups are not Asterisk's."""
    moments = [call.began, call.answered, call.ended, call.keyed]
    for leg in call.legs.values():
        moments += [leg.began, leg.answered, leg.ended, leg.hung_up, leg.moved]
    for one in call.segments:
        if one.kind not in ("wrapup", "ivr"):
            moments += [one.began, one.ended, one.left]
    return max(moment for moment in moments if moment is not None)


def first_needed(known: Heard, floor: Floor) -> int:
    """From when on (ms) CEL has to be read: an open call's own begin tells what its legs were about."""
    open_calls = [call.began for call in floor.calls.values() if call.ended is None or call.open]
    return min([known.since, *open_calls]) - LATE_MS


def arrivals(lines: Sequence[Line], known: Heard) -> frozenset[str]:
    """The legs with which unknown calls began."""
    return frozenset(line.leg for line in lines if line.event == "CHAN_START" and line.leg == line.linked and _is_new(line, known))


def told(
    lines: Sequence[Line], known: Heard, until: int, passed: frozenset[str] = frozenset(), entries: Sequence[Entry] = ()
) -> list[ev.Event]:
    """What is not known yet and happened before `until`, in order of time. `lines` and `entries` are in that order.

    Calls in `passed` are left out.
    """
    new = {line.leg for line in lines if line.event == "CHAN_START" and _is_new(line, known) and not {line.leg, line.linked} & passed}
    left = _left(lines)
    # Who hangs up does so before anything comes of it: at the same moment this stands first.
    happened = sorted([*_hung_up(lines, left), *_happened(lines, left), *outcomes(entries, lines)], key=lambda one: one[1].at)
    return [event for leg, event in happened if event.at < until and (leg in new or _is_news(event, leg, known))]


def _is_new(line: Line, known: Heard) -> bool:
    return line.leg not in known.legs and line.at > known.since


def _is_news(event: ev.Event, leg: str, known: Heard) -> bool:
    if leg not in known.legs:
        return False
    late = -KEY_MS if isinstance(event, ev.KeyPressed) else 0 if isinstance(event, ev.OfferBegan | ev.DialBegan) else LATE_MS
    return event.at > known.legs[leg] - late


def calls_of(events: Sequence[ev.Event], known: Heard, floor: Floor) -> frozenset[str]:
    """The calls of which the events tell what was not known."""
    began = {event.leg for event in events if isinstance(event, ev.LegAppeared) and event.linked in (None, event.leg)}
    news = {leg for event in events if event.at > known.legs.get(leg := getattr(event, "leg", ""), event.at)}
    return frozenset(began | {floor.legs[leg] for leg in news if leg in floor.legs})


def _left(lines: Sequence[Line]) -> dict[str, int]:
    """Leg -> when its end began: at its hang-up, or at what happened just before because of it."""
    ends: dict[str, int] = {}
    closed: set[str] = set()
    answered = _answered_legs(lines)
    for line in reversed(lines):
        if line.event == "HANGUP":
            ends[line.leg] = line.at
            if line.leg not in answered and _at_once(line, ends.get(line.linked)):
                # Who is given up by the caller goes before him.
                ends[line.linked] = line.at
        elif line.leg in ends and line.leg not in closed:
            if _may_end(line) and _at_once(line, ends[line.leg]):
                ends[line.leg] = line.at
            else:
                closed.add(line.leg)
    return ends


def _answered_legs(lines: Sequence[Line]) -> frozenset[str]:
    return frozenset(line.leg for line in lines if line.event in ("ANSWER", "BRIDGE_ENTER"))


def _at_once(line: Line, end: int | None) -> bool:
    return end is not None and 0 <= end - line.at < AT_ONCE_MS


def _may_end(line: Line) -> bool:
    return line.event in ENDING or (line.event == "APP_START" and line.app == "AGI")


def _hung_up(lines: Sequence[Line], left: Mapping[str, int]) -> Iterator[tuple[str, ev.LegHangingUp]]:
    """A channel that was never answered hung up on nobody: it refused, or was given up."""
    # Names come again when Asterisk was started again: whoever bore one last before is meant.
    named = {line.name: line.leg for line in reversed(lines)}
    answered = _answered_legs(lines)
    when: dict[str, int] = {}
    for line in lines:
        named[line.name] = line.leg
        by = named.get(line.told("hangupsource")) if line.event == "HANGUP" else None
        if by is None:
            continue
        if left[line.leg] - left.get(by, left[line.leg]) > AT_ONCE_MS:
            # A channel keeps the name of who left it before. He is long gone: it was the channel itself.
            by = line.leg
        if by in answered:
            when[by] = min(left[line.leg], when.get(by, left[line.leg]))
    for leg, at in when.items():
        yield leg, ev.LegHangingUp(at, leg)


def _happened(lines: Sequence[Line], left: Mapping[str, int]) -> Iterator[tuple[str, ev.Event]]:
    apps: dict[str, App] = {}
    answered = _answered_legs(lines)
    for line in lines:
        if line.event == "APP_START":
            apps[line.leg] = (line.app, line.data)
        elif line.event == "APP_END":
            apps.pop(line.leg, None)
        ending = line.at >= left.get(line.leg, line.at + 1)
        around = Around(apps.get(line.linked), ending, line.leg in answered)
        for event in RULES.get(line.event, _nothing)(line, around):
            yield line.leg, event


App = tuple[str, str]
"""What a channel executes, and with what."""


@dataclass(frozen=True)
class Around:
    """What the lines around tell of a line's channel: what the one executes to which it is linked, whether it is ending, was answered."""

    linked: App | None
    ending: bool
    answered: bool


Rule = Callable[[Line, Around], Iterator[ev.Event]]
"""What a line means."""


def _nothing(line: Line, around: Around) -> Iterator[ev.Event]:
    return iter(())


def _appeared(line: Line, around: Around) -> Iterator[ev.Event]:
    at, leg = line.at, line.leg
    yield ev.LegAppeared(at, leg, line.name, caller_number(line.number), line.dialled, line.context, linked=line.linked)
    if line.linked == leg or line.dialled not in NOT_DIALLED or around.linked is None:
        return
    app, data = around.linked
    if app == "Queue":
        yield ev.OfferBegan(at, line.linked, _first(data), seat_of(line.name), leg)
    elif app == "Dial":
        yield ev.DialBegan(at, line.linked, leg, _first(data).rpartition("/")[2].partition("@")[0])


def _answered(line: Line, around: Around) -> Iterator[ev.Event]:
    call = line.account or line.peer_account
    if call:
        yield ev.LegMarked(line.at, line.leg, call)
    yield ev.LegUp(line.at, line.leg, withheld=line.number == ANONYMOUS)


def _began(line: Line, around: Around) -> Iterator[ev.Event]:
    if line.app == "Queue":
        yield ev.QueueJoined(line.at, line.leg, _first(line.data), 0)
    elif line.app == "AGI" and not around.ending:
        yield ev.FlowBegan(line.at, line.leg)


def _over(line: Line, around: Around) -> Iterator[ev.Event]:
    if line.app == "Queue":
        yield ev.QueueLeft(line.at, line.leg, _first(line.data))


def _queue_status(line: Line, around: Around) -> Iterator[ev.Event]:
    """Our dialplan's own line after Queue(): `orders=TIMEOUT`."""
    queue, equals, status = line.told("extra").partition("=")
    if equals and not around.ending:
        yield ev.QueueOutcome(line.at, line.leg, queue, status)


def _key(line: Line, around: Around) -> Iterator[ev.Event]:
    key = line.told("digit")
    if key:
        yield ev.KeyPressed(line.at, line.leg, key)


def _entered(line: Line, around: Around) -> Iterator[ev.Event]:
    bridge = line.told("bridge_id")
    if bridge:
        yield ev.BridgeEntered(line.at, line.leg, bridge)


def _exited(line: Line, around: Around) -> Iterator[ev.Event]:
    bridge = line.told("bridge_id")
    if bridge:
        yield ev.BridgeLeft(line.at, line.leg, bridge)


def _gone(line: Line, around: Around) -> Iterator[ev.Event]:
    text = line.told("hangupcause")
    cause = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    # Asterisk was stopped under a channel that had been answered: nobody hung up, and nothing says how it would have gone on.
    lost = around.answered and not cause and not line.told("hangupsource")
    yield ev.LegGone(line.at, line.leg, cause, lost=lost)


def _first(data: str) -> str:
    return data.partition(",")[0]


RULES: dict[str, Rule] = {
    "CHAN_START": _appeared,
    "ANSWER": _answered,
    "APP_START": _began,
    "APP_END": _over,
    "DTMF": _key,
    "BRIDGE_ENTER": _entered,
    "BRIDGE_EXIT": _exited,
    "HANGUP": _gone,
    "CC_QUEUE": _queue_status,
}
"""CEL's event -> what it means. Its other events mean nothing to the floor."""
