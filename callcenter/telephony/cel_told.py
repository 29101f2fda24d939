"""Asterisk's own record (CEL) in the floor's words. Pure.

CEL knows legs, answers, bridges, keys, when a caller came to a queue and left it, who was handed over or parked, who hung up and why. It
does not know holds, the steps of a flow and the place in a queue: those stay unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from callcenter.floor import events as ev
from callcenter.floor.call import ANONYMOUS
from callcenter.telephony.cel import Line
from callcenter.telephony.cel_ends import AT_ONCE_MS, answered_legs, left, left_bridge_first
from callcenter.telephony.queue_log import Entry
from callcenter.telephony.queues_told import abandons, outcomes, unanswered
from callcenter.telephony.translate import caller_number, seat_of

NOT_DIALLED = frozenset({"", "s"})
"""The extension of a channel that somebody dialled."""

ASKING = "cc-outside"
"""How the contexts begin in which a leg only asks whether a number may be dialled: that is no flow."""

UNPARKED = {"ParkedCallUnparked": "resumed", "ParkedCallTimeOut": "transferred", "ParkedCallGiveUp": "caller_hung_up"}
"""Why CEL says that somebody is parked no more -> the reason of his park."""

REFUSED = frozenset({17, 21})
"""Q.850: busy, rejected. Who refuses is told so even when his caller goes at the same moment."""

Happened = tuple[str, ev.Event]
"""A leg, and what happened to it."""

Placed = tuple[float, Happened]
"""Beside it where it stands among what happened at the same moment: at the line of this number."""

FIRST = -1.0


def happened(lines: Sequence[Line], entries: Sequence[Entry] = ()) -> list[Happened]:
    """All that the records of channels and queues tell, in order of time; both are given in that order."""
    rang_out = unanswered(entries, lines)
    ends, given_up = left(lines, rang_out), list(abandons(entries, lines))
    for leg, event in given_up:
        ends[leg] = min(event.at, ends.get(leg, event.at))
    placed = [
        *_hung_up(lines, ends, rang_out),
        *((FIRST, one) for one in given_up),
        *_told(lines, ends),
        *((len(lines), one) for one in outcomes(entries, lines)),
    ]
    return [one for _, one in sorted(placed, key=lambda it: (it[1][1].at, it[0]))]


def _hung_up(lines: Sequence[Line], ends: Mapping[str, int], rang_out: frozenset[str]) -> Iterator[Placed]:
    """Who hangs up does so before anything comes of it, and after what came before it at the same moment.

    A channel that was never answered hung up on nobody: it refused, or was given up.
    """
    # Names come again when Asterisk was started again: whoever bore one last before is meant.
    named = {line.name: line.leg for line in reversed(lines)}
    answered, first_out = answered_legs(lines), left_bridge_first(lines, ends)
    when: dict[str, int] = {}
    ended: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines:
        named[line.name] = line.leg
        by = named.get(line.told("hangupsource")) if line.event == "HANGUP" else None
        if line.event == "HANGUP" and line.leg not in answered | rang_out:
            ended[line.linked].add(line.leg)  # Whom he gives up goes before him.
        if by is None:
            continue
        if ends[line.leg] - ends.get(by, ends[line.leg]) > AT_ONCE_MS:
            # A channel keeps the name of who left it before. He is long gone: it was the channel itself, or who left the bridge before it.
            by = first_out.get(line.leg, line.leg)
        if by in answered:
            when[by] = min(ends[line.leg], when.get(by, ends[line.leg]))
            ended[by] |= {by, line.leg}
    first = _first_of_ends(lines)
    for leg, at in when.items():
        place = min(first.get((one, at), len(lines)) for one in ended[leg])
        yield place - 0.5, (leg, ev.LegHangingUp(at, leg))


def _first_of_ends(lines: Sequence[Line]) -> dict[tuple[str, int], int]:
    """Leg and moment -> the first line of then, after it last came to a bridge: what was before is no part of its end."""
    first: dict[tuple[str, int], int] = {}
    closed: set[tuple[str, int]] = set()
    for n, line in reversed(list(enumerate(lines))):
        if line.event == "BRIDGE_ENTER":
            closed.add((line.leg, line.at))
        elif (line.leg, line.at) not in closed:
            first[line.leg, line.at] = n
    return first


App = tuple[str, str]
"""What a channel executes, and with what."""


@dataclass
class Channels:
    """The channels as the lines read so far leave them: what each executes, to which it is linked, who is called what, who is bridged.

    Of all lines: who was `answered`, the calls of `marks`, the `numbers` of those whom the server rings.
    """

    answered: frozenset[str]
    marks: Mapping[str, str]
    numbers: Mapping[str, str]
    apps: dict[str, App] = field(default_factory=dict)
    linked: dict[str, str] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    bridged: set[str] = field(default_factory=set)

    def read(self, line: Line) -> None:
        self.linked[line.leg] = line.linked
        self.named[line.name] = line.leg
        if line.event == "APP_START":
            self.apps[line.leg] = (line.app, line.data)
        elif line.event == "APP_END":
            self.apps.pop(line.leg, None)
        elif line.event == "BRIDGE_ENTER":
            self.bridged.add(line.leg)
        elif line.event in ("BRIDGE_EXIT", "CHAN_END"):
            self.bridged.discard(line.leg)

    def dialling(self, line: Line) -> tuple[str, App] | None:
        """Who dials the channel that a line begins, and by what; a queue that has answered its caller dials for him no more."""
        together = [leg for leg, linked in self.linked.items() if linked == line.linked and leg != line.leg and leg in self.apps]
        endpoint = seat_of(line.name)
        named = [leg for leg in together if self.apps[leg][0] == "Dial" and _dials(self.apps[leg][1], endpoint)]
        queues = [leg for leg in together if self.apps[leg][0] == "Queue" and leg not in self.bridged]
        by = next(iter([*reversed(named), *queues]), None)
        return None if by is None else (by, self.apps[by])


def _dials(data: str, endpoint: str) -> bool:
    targets = data.partition(",")[0].split("&")
    return any(target.rpartition("@")[2] == endpoint or target.endswith(f"/{endpoint}") for target in targets)


def _told(lines: Sequence[Line], ends: Mapping[str, int]) -> Iterator[Placed]:
    channels = Channels(answered_legs(lines), _marks(lines), _numbers(lines))
    for n, line in enumerate(lines):
        channels.read(line)
        around = Around(channels, line.at >= ends.get(line.leg, line.at + 1))
        for event in RULES.get(line.event, _nothing)(line, around):
            yield n, (line.leg, event)


def _marks(lines: Sequence[Line]) -> dict[str, str]:
    """Leg -> the call that its lines name later, or that of whom the server rings it for; at its first line it bears no mark yet."""
    marks: dict[str, str] = {}
    for line in lines:
        for leg in (line.leg, _asked(line)[0]):
            if line.account and leg and leg not in marks:
                marks[leg] = line.account
    return marks


def _asked(line: Line) -> tuple[str, str]:
    """Whom the server rings outside, by our dialplan's own line: the leg and the number of `LEG=NUMBER`; two empty ones by any other."""
    leg, equals, number = line.told("extra").partition("=") if line.event == "CC_ASKED" else ("", "", "")
    return (leg, number) if equals else ("", "")


def _numbers(lines: Sequence[Line]) -> dict[str, str]:
    """Leg -> the number outside that the server rings on it; that is written a moment before or after it rings."""
    return dict(_asked(line) for line in lines)


@dataclass(frozen=True)
class Around:
    """What is known beside a line: the channels at its moment, and whether its own is about to end."""

    channels: Channels
    ending: bool


Rule = Callable[[Line, Around], Iterator[ev.Event]]
"""What a line means."""


def _nothing(line: Line, around: Around) -> Iterator[ev.Event]:
    return iter(())


def _appeared(line: Line, around: Around) -> Iterator[ev.Event]:
    at, leg = line.at, line.leg
    alone = line.linked == leg and line.dialled in NOT_DIALLED
    mark = around.channels.marks.get(leg) if alone else None
    yield ev.LegAppeared(at, leg, line.name, caller_number(line.number), line.dialled, line.context, call=mark, linked=line.linked)
    if mark is not None and mark != leg:
        yield ev.DialBegan(at, None, leg, around.channels.numbers.get(leg, ""))
    by = around.channels.dialling(line) if line.linked != leg and line.dialled in NOT_DIALLED else None
    if by is None:
        return
    dialler, (app, data) = by
    if app == "Queue":
        yield ev.OfferBegan(at, dialler, _first(data), seat_of(line.name), leg)
    else:
        yield ev.DialBegan(at, dialler, leg, _first(data).rpartition("/")[2].partition("@")[0])


def _answered(line: Line, around: Around) -> Iterator[ev.Event]:
    call = line.account or line.peer_account
    if call:
        yield ev.LegMarked(line.at, line.leg, call)
    yield ev.LegUp(line.at, line.leg, withheld=line.number == ANONYMOUS)


def _began(line: Line, around: Around) -> Iterator[ev.Event]:
    if line.app == "Queue":
        yield ev.QueueJoined(line.at, line.leg, _first(line.data), 0)
    elif line.app == "AGI" and not around.ending and not line.context.startswith(ASKING):
        yield ev.FlowBegan(line.at, line.leg)
    elif line.app == "MixMonitor":
        yield ev.RecordingBegan(line.at, line.leg)


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


def _blind(line: Line, around: Around) -> Iterator[ev.Event]:
    yield ev.HandedOver(line.at, (line.leg,), line.told("transferee_channel_uniqueid") or None)


def _attended(line: Line, around: Around) -> Iterator[ev.Event]:
    second = line.told("channel2_uniqueid")
    customer, target = (line.told(f"{who}_channel_uniqueid") or None for who in ("transferee", "transfer_target"))
    yield ev.HandedOver(line.at, (line.leg, second) if second else (line.leg,), customer, target)


def _parked(line: Line, around: Around) -> Iterator[ev.Event]:
    yield ev.Parked(line.at, line.leg)


def _unparked(line: Line, around: Around) -> Iterator[ev.Event]:
    reason = UNPARKED.get(line.told("reason"))
    if reason is not None:
        by = around.channels.named.get(line.told("retriever")) if reason == "resumed" else None
        yield ev.Unparked(line.at, line.leg, by, reason)


def _gone(line: Line, around: Around) -> Iterator[ev.Event]:
    text = line.told("hangupcause")
    cause = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if cause in REFUSED and line.leg not in around.channels.answered:
        yield ev.DialEnded(line.at, None, line.leg, "BUSY")
    # Asterisk was stopped under a channel that had been answered: nobody hung up, and nothing says how it would have gone on.
    lost = line.leg in around.channels.answered and not cause and not line.told("hangupsource")
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
    "BLINDTRANSFER": _blind,
    "ATTENDEDTRANSFER": _attended,
    "PARK_START": _parked,
    "PARK_END": _unparked,
    "HANGUP": _gone,
    "CC_QUEUE": _queue_status,
}
"""CEL's event -> what it means. Its other events mean nothing to the floor."""
