"""AMI's events in the floor's words. Pure: one table, one small function for each event that means something to us."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from callcenter.floor import events as ev
from callcenter.floor.call import ANONYMOUS
from callcenter.telephony.glance import Headers

WITHHELD = frozenset({"", "<unknown>", ANONYMOUS, "unknown", "restricted", "private", "unavailable", "withheld"})
NOT_SEATS = frozenset({"trunk", "demo", "cc-demo-carrier", "cc-stranger"})
"""Endpoints of asterisk_conf/ at which nobody sits."""
UP = "6"


class Mark(NamedTuple):
    """What a leg's variables say, and the piece of the message that said it."""

    text: str
    call: str
    hotline: str | None


NO_MARK = Mark("", "", None)
Marks = dict[str, Mark]
"""Leg -> what was told of it already."""


class Garbled(ValueError):
    """A message that lacks what its event must have: which one, and what was expected."""


def translate(message: Headers, at: int, marks: Marks | None = None) -> list[ev.Event]:
    """What the message says, in order; [] when it means nothing to the floor. Raises Garbled.

    `at` (ms, UTC) is used when Asterisk put no Timestamp on the message. With `marks`, a leg's mark is told once until the leg is gone;
    without, on every message that carries it.
    """
    return told(message.get("event", ""), message, stamped(message, at), marks)


def told(name: str, message: Headers, when: int, marks: Marks | None) -> list[ev.Event]:
    """The same of a message whose name and stamp (ms) are known."""
    rule = RULES.get(name)
    if rule is None:
        return []
    try:
        events = _marked(message, when, marks)
        event = rule(message, when)
    except KeyError as missing:
        raise Garbled(f"{name} without {missing.args[0]}") from None
    if event is not None:
        events.append(event)
    if marks is not None and name == "Hangup":
        marks.pop(message["uniqueid"], None)
    return events


def stamped(message: Headers, at: int) -> int:
    """When the manager wrote the message (ms), from its Timestamp of seconds and microseconds; else `at`."""
    seconds, _, fraction = message.get("timestamp", "").partition(".")
    digits = seconds + fraction[:3]
    if len(digits) == 13 and len(fraction) > 2 and digits.isascii() and digits.isdigit():
        return int(digits)
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12):
        return at
    thousandths = fraction[:3].ljust(3, "0")
    return int(seconds) * 1000 + (int(thousandths) if thousandths.isascii() and thousandths.isdigit() else 0)


def seat_of(channel: str) -> str:
    """The endpoint of a channel or interface: 1001 of PJSIP/1001-0000002a and of PJSIP/1001."""
    endpoint = channel.partition("/")[2] or channel
    name, dash, serial = endpoint.rpartition("-")
    return name if dash and len(serial) == 8 else endpoint


def is_seat(device: str) -> bool:
    """Whether a device's state is a seat's: the carrier's and the newcomer's are nobody's."""
    return device.startswith("PJSIP/") and seat_of(device) not in NOT_SEATS


def caller_number(number: str) -> str:
    """The number as the network gave it; `anonymous` when it gave none."""
    return ANONYMOUS if number.strip().lower() in WITHHELD else number


def _whole(message: Headers, header: str) -> int:
    text = message[header]
    if text.isascii() and text.isdigit() and len(text) < 12:
        return int(text)
    raise Garbled(f"{message['event']}: {header} is {text[:40]!r}, expected a whole number")


def _marked(message: Headers, at: int, marks: Marks | None) -> list[ev.Event]:
    told: list[ev.Event] = []
    for of, leg, text in message.markings():
        before = marks.get(leg, NO_MARK) if marks is not None else NO_MARK
        if not leg or before.text == text:
            continue
        mark = Mark(text, message.variable("CC_CALL", of), message.variable("CC_HOTLINE", of) or None)
        if marks is not None and mark.call:
            marks[leg] = mark
        if mark.call and mark[1:] != before[1:]:
            told.append(ev.LegMarked(at, leg, mark.call, mark.hotline))
    return told


def _appeared(m: Headers, at: int) -> ev.Event | None:
    return ev.LegAppeared(
        at,
        leg=m["uniqueid"],
        name=m["channel"],
        number=caller_number(m.get("calleridnum", "")),
        dialled=m.get("exten", ""),
        context=m.get("context", ""),
        call=m.variable("CC_CALL") or None,
        linked=m.get("linkedid", "") or None,
    )


def _state(m: Headers, at: int) -> ev.Event | None:
    if m["channelstate"] == UP:
        return ev.LegUp(at, m["uniqueid"], withheld=m.get("calleridnum", "") == ANONYMOUS)
    return None


def _dial_began(m: Headers, at: int) -> ev.Event | None:
    number = m.get("dialstring", "").rpartition("/")[2].partition("@")[0]
    return ev.DialBegan(at, m.get("uniqueid", "") or None, m["destuniqueid"], number)


def _dial_ended(m: Headers, at: int) -> ev.Event | None:
    return ev.DialEnded(at, m.get("uniqueid", "") or None, m["destuniqueid"], m["dialstatus"])


def _key(m: Headers, at: int) -> ev.Event | None:
    if m.get("direction", "") == "Received":
        return ev.KeyPressed(at, m["uniqueid"], m["digit"])
    return None


def _member(m: Headers, at: int) -> ev.Event | None:
    return ev.MemberChanged(
        at,
        queue=m["queue"],
        seat=seat_of(m["interface"]),
        present=m["event"] != "QueueMemberRemoved",
        paused=m.get("paused", "") == "1",
    )


def _seat(m: Headers, at: int) -> ev.Event | None:
    device = m["device"]
    if is_seat(device):
        return ev.SeatChanged(at, seat_of(device), m["state"])
    return None


Rule = Callable[[Headers, int], ev.Event | None]


def _hangs_up(m: Headers, at: int) -> ev.Event | None:
    return ev.LegHangingUp(at, m["uniqueid"], by_us=m["event"] == "SoftHangupRequest")


def _picked_up(m: Headers, at: int) -> ev.Event | None:
    return ev.PickedUp(at, m["targetuniqueid"], m["uniqueid"])


def _entered(m: Headers, at: int) -> ev.Event | None:
    return ev.BridgeEntered(at, m["uniqueid"], m["bridgeuniqueid"], m.get("swapuniqueid", "") or None)


def _blind(m: Headers, at: int) -> ev.Event | None:
    if m["result"] == "Success":
        return ev.HandedOver(at, (m["transfereruniqueid"],), m.get("transfereeuniqueid", "") or None)
    return None


def _attended(m: Headers, at: int) -> ev.Event | None:
    if m["result"] == "Success" and m["desttype"] not in ("Fail", "Threeway"):
        legs = (m["origtransfereruniqueid"], m["secondtransfereruniqueid"])
        return ev.HandedOver(at, legs, m.get("transfereeuniqueid", "") or None, m.get("transfertargetuniqueid", "") or None)
    return None


def _parked(m: Headers, at: int) -> ev.Event | None:
    return ev.Parked(at, m["parkeeuniqueid"])


def _unparked(m: Headers, at: int) -> ev.Event | None:
    return ev.Unparked(at, m["parkeeuniqueid"], m["retrieveruniqueid"])


def _parked_too_long(m: Headers, at: int) -> ev.Event | None:
    return ev.Unparked(at, m["parkeeuniqueid"], reason="transferred")


def _parked_gave_up(m: Headers, at: int) -> ev.Event | None:
    return ev.Unparked(at, m["parkeeuniqueid"], reason="caller_hung_up")


def _leg(kind: Callable[[int, str], ev.Event]) -> Rule:
    def rule(m: Headers, at: int) -> ev.Event | None:
        return kind(at, m["uniqueid"])

    return rule


def _bridge(kind: Callable[[int, str, str], ev.Event]) -> Rule:
    def rule(m: Headers, at: int) -> ev.Event | None:
        return kind(at, m["uniqueid"], m["bridgeuniqueid"])

    return rule


def _queue(kind: Callable[[int, str, str], ev.Event]) -> Rule:
    def rule(m: Headers, at: int) -> ev.Event | None:
        return kind(at, m["uniqueid"], m["queue"])

    return rule


def _offer(kind: Callable[[int, str, str, str, str], ev.Event]) -> Rule:
    def rule(m: Headers, at: int) -> ev.Event | None:
        return kind(at, m["uniqueid"], m["queue"], seat_of(m["interface"]), m["destuniqueid"])

    return rule


def _flow(kind: Callable[[int, str], ev.Event]) -> Rule:
    def rule(m: Headers, at: int) -> ev.Event | None:
        # There a leg only asks whether a number may be dialled.
        if not m.get("context", "").startswith("cc-outside"):
            return kind(at, m["uniqueid"])
        return None

    return rule


def _joined(m: Headers, at: int) -> ev.Event | None:
    return ev.QueueJoined(at, m["uniqueid"], m["queue"], _whole(m, "position"))


def _gone(m: Headers, at: int) -> ev.Event | None:
    return ev.LegGone(at, m["uniqueid"], _whole(m, "cause"))


RULES: dict[str, Rule] = {
    "Newchannel": _appeared,
    "Newstate": _state,
    "HangupRequest": _hangs_up,
    "SoftHangupRequest": _hangs_up,
    "Pickup": _picked_up,
    "Hangup": _gone,
    "DialBegin": _dial_began,
    "DialEnd": _dial_ended,
    "BridgeEnter": _entered,
    "BridgeLeave": _bridge(ev.BridgeLeft),
    "BlindTransfer": _blind,
    "AttendedTransfer": _attended,
    "ParkedCall": _parked,
    # Whoever was parked in the place of another, while that one was asked about, is there himself now.
    "ParkedCallSwap": _parked,
    "UnParkedCall": _unparked,
    "ParkedCallTimeOut": _parked_too_long,
    "ParkedCallGiveUp": _parked_gave_up,
    "MixMonitorStart": _leg(ev.RecordingBegan),
    "Hold": _leg(ev.HoldBegan),
    "Unhold": _leg(ev.HoldEnded),
    "DTMFEnd": _key,
    "AsyncAGIStart": _flow(ev.FlowBegan),
    "AsyncAGIEnd": _flow(ev.FlowEnded),
    "QueueCallerJoin": _joined,
    "QueueCallerLeave": _queue(ev.QueueLeft),
    "QueueCallerAbandon": _queue(ev.QueueAbandoned),
    "AgentCalled": _offer(ev.OfferBegan),
    "AgentRingNoAnswer": _offer(ev.OfferFailed),
    "QueueMemberAdded": _member,
    "QueueMemberRemoved": _member,
    "QueueMemberPause": _member,
    "DeviceStateChange": _seat,
}
"""Event name -> what it means. AMI's other events mean nothing to the floor, or nothing that one of these has not told: the most frequent
are AgentConnect (two legs come to a bridge) and QueueMemberStatus (a member is there, paused, as he was)."""
