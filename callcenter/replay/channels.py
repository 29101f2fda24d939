"""What the name of a channel, an interface or a dial string tells, whatever its technology. Pure."""

from __future__ import annotations

import re

HELPERS = frozenset(
    {
        "announcer",
        "asyncgoto",
        "bridge",
        "cbann",
        "cbrec",
        "confbridgerecorder",
        "message",
        "multicastrtp",
        "recorder",
        "snoop",
        "surrogate",
    }
    | {"mixmonitor", "parked", "unicastrtp"}
)
"""Technologies of channels that Asterisk makes for itself: nobody is at their end."""

SERIAL = re.compile(r"-(?:[0-9a-fA-F]{8,}|\d+)(?:;[12])?(?:<[A-Z]+>)?$")
HALF = re.compile(r";([12])$")
SHORT = re.compile(r"\d{2,6}")
TRUNK_CONTEXT = re.compile(r"trunk|pstn|did|incoming|inbound|external|outside|public|carrier|provider|sip-in|from-sip|cc-in")
SEAT_CONTEXT = re.compile(r"internal|phones|users|extensions|agents|seats?\b|office|cos-|cc-seat")
TRUNK_NAME = re.compile(r"trunk|gateway|^gw|gw$|carrier|provider|pstn|sbc|isdn|gsm|sip-?out|outbound|anonymous", re.IGNORECASE)


def technology(name: str) -> str:
    """`pjsip` of PJSIP/1001-0000002a."""
    return name.partition("/")[0].lower()


def endpoint(name: str) -> str:
    """`1001` of PJSIP/1001-0000002a and of PJSIP/1001, `1001@from-queue` of Local/1001@from-queue-00000001;1 and of …@from-queue/n."""
    rest = SERIAL.sub("", name.partition("/")[2] or name)
    return rest.partition("/")[0] if "@" in rest else rest


def is_local(name: str) -> bool:
    return name.startswith("Local/")


def is_party(name: str) -> bool:
    """Whether a person, or a line to one, may be at the end of the channel."""
    return not is_local(name) and technology(name) not in HELPERS


def other_half(name: str) -> str | None:
    """The name of a Local channel's other half; None for any other channel."""
    half = HALF.search(name)
    return f"{name[: half.start()]};{'2' if half[1] == '1' else '1'}" if half and is_local(name) else None


def dialled_number(dial_string: str, own: str) -> str | None:
    """The number that a dial string sends to the endpoint `own`; None when it calls the endpoint itself.

    `5551@trunk`, `trunk/5551`, `trunk/sip:5551@host` and `g0/5551` are numbers; `1001` and `1001/sip:1001@10.0.0.5:5060` are not.
    """
    target = dial_string.partition("/")[2] if dial_string.partition("/")[0].upper() in ("PJSIP", "SIP", "IAX2", "DAHDI") else dial_string
    first, slash, rest = target.partition("/")
    if slash:
        number = rest.rpartition("sip:")[2].rpartition("sips:")[2].partition("@")[0]
        return None if number in ("", own) else number
    number, at, _host = first.partition("@")
    return number if at and number != own else None


def guess(name: str, context: str, number: str) -> int:
    """By its names, whether a channel that came by itself is a seat's (above 0) or came in by a line (below 0); 0: nothing tells."""
    own, where = endpoint(name), context.lower()
    points = 4 if own == number and number else 0
    points -= 3 if TRUNK_CONTEXT.search(where) else 0
    points += 3 if SEAT_CONTEXT.search(where) else 0
    points -= 2 if TRUNK_NAME.search(own) else 0
    points += 1 if SHORT.fullmatch(own) else -1
    return points
