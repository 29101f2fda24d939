"""Who is who in a stream of somebody else's Asterisk: a first reading of all of it, before anything is told. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from callcenter.replay.channels import dialled_number, endpoint, guess, is_party, other_half
from callcenter.telephony.facts import OWN
from callcenter.telephony.translate import RULES, stamped
from callcenter.telephony.wire import Message, event_name, parse

OURS = b"ChanVariable: CC_CALL="
"""A mark on a channel, or on the one that it dials (DestChanVariable)."""

AT_ONCE_MS = 100
AT_ONCE = 40
"""Milliseconds, or where nothing is stamped messages, within which one leg takes another's place."""


@dataclass
class Channel:
    """A channel as it was first told of."""

    leg: str
    name: str
    context: str
    dialled: str
    number: str
    linked: str
    born: bool
    beside: bool = False
    """Whether another channel of the same endpoint was in a talk when it came: a second line."""


@dataclass
class Survey:
    """`ours`: the stream carries our marks or our facts, and needs nothing of this."""

    ours: bool = False
    channels: dict[str, Channel] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    dialler: dict[str, str] = field(default_factory=dict)
    """Leg -> who dialled it; '' for a leg that an Originate made."""
    dials: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    numbers: dict[str, str] = field(default_factory=dict)
    """Leg -> the number outside that was dialled for it."""
    extensions: dict[str, str] = field(default_factory=dict)
    """Leg that an Originate made -> the extension that it was sent to."""
    answered: set[str] = field(default_factory=set)
    bridges: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Leg -> the bridges that it was in, in order."""
    within: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    moves: set[int] = field(default_factory=set)
    """Numbers of the BridgeLeaves after which the leg enters another bridge at once."""
    swaps: set[int] = field(default_factory=set)
    """Numbers of the BridgeLeaves after which another leg takes the place at once."""
    halves: dict[str, str] = field(default_factory=dict)
    """Local leg -> its other half."""
    holding: set[str] = field(default_factory=set)
    """Bridges in which nobody hears anybody: parking lots, waiting rooms."""
    queued: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    points: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    seen: set[bytes] = field(default_factory=set)
    first_left: set[str] = field(default_factory=set)
    """Legs that left a talk before anybody else did, and were gone."""
    transferers: set[str] = field(default_factory=set)
    timed_out: set[str] = field(default_factory=set)
    """Callers whom Asterisk took out of a queue."""
    stood: dict[str, str] = field(default_factory=dict)
    """Leg -> the bridge that it was in when the stream began."""
    _talking: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _read: int = 0
    _leaves: int = 0
    _last_leave: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """Leg -> number of its last BridgeLeave, how much had been read by then, and when it was."""
    _inside: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _first: set[str] = field(default_factory=set)

    @property
    def seats(self) -> frozenset[str]:
        return frozenset(own for own, points in self.points.items() if points > 0)


def survey(messages: Iterable[bytes]) -> Survey:
    """Read everything; stop at the first message of ours."""
    found = Survey()
    for raw in messages:
        if raw.startswith(OWN) or OURS in raw:
            return Survey(ours=True)
        name = event_name(raw)
        found._read += 1
        found.seen.add(name)
        if matters(name, raw):
            _note(found, parse(raw))
    _judge(found)
    return found


def _note(found: Survey, m: Message) -> None:
    for of in ("", "dest"):
        _meet(found, m, of)
    _pair(found, m)
    handler = HANDLERS.get(m.get("event", ""))
    if handler is not None:
        handler(found, m)


def _meet(found: Survey, m: Message, of: str) -> None:
    leg, name = m.get(f"{of}uniqueid", ""), m.get(f"{of}channel", "")
    if not leg or not name or leg in found.channels:
        return
    born = m.get("event") == "Newchannel"
    number = m.get(f"{of}calleridnum", "").replace("<unknown>", "")
    one = Channel(leg, name, m.get(f"{of}context", ""), m.get(f"{of}exten", ""), number, m.get(f"{of}linkedid", "") or leg, born)
    one.beside = bool(found._talking.get(endpoint(name)))
    found.channels[leg] = one
    found.named[name] = leg


def _pair(found: Survey, m: Message) -> None:
    for one in ("localone", "localtwo"):
        leg, name = m.get(f"{one}uniqueid", ""), m.get(f"{one}channel", "")
        if leg and name and leg not in found.channels:
            found.channels[leg] = Channel(leg, name, m.get(f"{one}context", ""), m.get(f"{one}exten", ""), "", leg, False)
            found.named[name] = leg


def _dial_began(found: Survey, m: Message) -> None:
    leg = m.get("destuniqueid", "")
    if not leg or leg in found.dialler:
        return
    found.dialler[leg] = m.get("uniqueid", "")
    found.dials[found.dialler[leg]].append(leg)
    name = m.get("destchannel", "")
    if not is_party(name):
        return
    own = endpoint(name)
    number = dialled_number(m.get("dialstring", ""), own)
    if number is not None:
        found.numbers[leg] = number
        found.points[own] -= 5
    elif m.get("dialstring", ""):
        found.points[own] += 5


def _dial_ended(found: Survey, m: Message) -> None:
    if m.get("dialstatus") == "ANSWER":
        found.answered.add(m.get("destuniqueid", ""))


def _offered(found: Survey, m: Message) -> None:
    leg = m.get("destuniqueid", "")
    if leg and leg not in found.dialler:
        found.dialler[leg] = m.get("uniqueid", "")
        found.dials[found.dialler[leg]].append(leg)
    if m.get("event") == "AgentConnect":
        found.answered.add(leg)
    _member(found, m)


def _member(found: Survey, m: Message) -> None:
    for header in ("interface", "stateinterface", "location"):
        name = m.get(header, "")
        if "/" in name and is_party(name) and endpoint(name) not in found.members and "@" not in name:
            found.members.add(endpoint(name))
            found.points[endpoint(name)] += 20


def _bridged(found: Survey, m: Message) -> None:
    leg, bridge = m.get("uniqueid", ""), m.get("bridgeuniqueid", "")
    if m.get("bridgetechnology") == "holding_bridge" or m.get("bridgetype") == "parking":
        found.holding.add(bridge)
    found.bridges[leg].append(bridge)
    found.within[bridge].append(leg)
    found._inside[bridge].add(leg)
    found._first.discard(leg)
    if is_party(m.get("channel", "")):
        found._talking[endpoint(m["channel"])].add(leg)
    for who, numbers in ((leg, found.moves), (m.get("swapuniqueid", ""), found.swaps)):
        number, read, at = found._last_leave.get(who, (0, -AT_ONCE, 0))
        now = stamped(m, 0)
        if number and (now - at <= AT_ONCE_MS if now and at else found._read - read <= AT_ONCE):
            numbers.add(number)
            found._first.discard(who)


def _left(found: Survey, m: Message) -> None:
    leg, bridge = m.get("uniqueid", ""), m.get("bridgeuniqueid", "")
    found._leaves += 1
    found._last_leave[leg] = (found._leaves, found._read, stamped(m, 0))
    if len(found._inside[bridge]) > 1 or leg not in found.bridges:
        found._first.add(leg)
    found._inside[bridge].discard(leg)
    if leg not in found.bridges:
        found.stood[leg] = bridge
    if leg not in found.within[bridge]:
        found.bridges[leg].append(bridge)
        found.within[bridge].append(leg)


def _gone(found: Survey, m: Message) -> None:
    found._last_leave.pop(m.get("uniqueid", ""), None)
    if m.get("uniqueid", "") in found._first:
        found.first_left.add(m["uniqueid"])
    found._talking[endpoint(m.get("channel", ""))].discard(m.get("uniqueid", ""))


def _queued(found: Survey, m: Message) -> None:
    found.queued.add(m.get("uniqueid", ""))


def _transferred(found: Survey, m: Message) -> None:
    found.transferers |= {value for name, value in m.items() if name.endswith("transfereruniqueid")}


def _set(found: Survey, m: Message) -> None:
    if m.get("variable") == "QUEUESTATUS" and m.get("value", "") not in ("", "ABANDON", "CONTINUE"):
        found.timed_out.add(m.get("uniqueid", ""))


def _originated(found: Survey, m: Message) -> None:
    found.extensions[m.get("uniqueid", "")] = m.get("exten", "")


HANDLERS = {
    "DialBegin": _dial_began,
    "DialEnd": _dial_ended,
    "AgentCalled": _offered,
    "AgentConnect": _offered,
    "BridgeEnter": _bridged,
    "BridgeLeave": _left,
    "Hangup": _gone,
    "QueueCallerJoin": _queued,
    "QueueCallerAbandon": _queued,
    "QueueMember": _member,
    "QueueMemberAdded": _member,
    "QueueMemberStatus": _member,
    "QueueMemberPause": _member,
    "OriginateResponse": _originated,
    "VarSet": _set,
    "BlindTransfer": _transferred,
    "AttendedTransfer": _transferred,
}

READ = frozenset(
    name.encode()
    for name in HANDLERS.keys() | RULES.keys() | {"AgentComplete", "LocalBridge", "CoreShowChannel", "Newexten", "MixMonitorStart"}
)
OF_VARIABLES = b"\nVariable: QUEUESTATUS\n"


def matters(name: bytes, raw: bytes) -> bool:
    """Whether an event tells something; half of a stream are variables that tell nothing."""
    return name in READ and (name != b"VarSet" or OF_VARIABLES in raw)


def _judge(found: Survey) -> None:
    """Of each endpoint from which calls came: is it a seat or a line? A line brings many numbers."""
    numbers: dict[str, set[str]] = defaultdict(set)
    for leg, one in found.channels.items():
        other = found.named.get(other_half(one.name) or "")
        if other is not None:
            found.halves[leg] = other
        if is_party(one.name) and one.leg not in found.dialler:
            found.points[endpoint(one.name)] += guess(one.name, one.context, one.number)
            numbers[endpoint(one.name)].add(one.number)
    for own, called in numbers.items():
        found.points[own] -= 6 if len(called) > 1 else 0
