"""An event whose headers are looked for when they are asked for: most say thirty things, of which three are wanted. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from callcenter.telephony.wire import CHANNELS, Torn

NAMES = (
    "BridgeUniqueid CallerIDNum Cause Channel ChannelState CommandId Context DestType DestUniqueid Device DialStatus DialString Digit "
    "Direction Event Exten Interface Language Linkedid OrigTransfererUniqueid ParkeeUniqueid Paused Position Queue Result "
    "RetrieverUniqueid SecondTransfererUniqueid State SwapUniqueid TargetUniqueid Timestamp TransfereeUniqueid TransfererUniqueid "
    "TransferTargetUniqueid Uniqueid Uptime"
)
"""The headers that can be asked for, as Asterisk spells them."""

BEGINS = {name.lower(): f"\n{name}: " for name in NAMES.split()}
HEAD = frozenset({"event", "timestamp"})
VARIABLES = {of.lower(): f"\n{of}ChanVariable: " for of in ("", "Dest")}
NUMBER = "Num: "
NUMBERS = tuple((f"\n{of}{one}{NUMBER}", f"\n{of}{one}Name: ") for of in ("", "Dest") for one in ("CallerID", "ConnectedLine"))


def _all_of(one: str) -> str:
    """All that is said of a channel, in Asterisk's fixed order; the names of the other one's headers begin with Dest."""
    key = one.lower()
    return (
        rf"{one}Channel: (?P<{key}channel>.*+)\n{one}ChannelState: (?P<{key}channelstate>.*+)\n{one}ChannelStateDesc: .*+\n"
        rf"{one}CallerIDNum: (?P<{key}calleridnum>.*+)\n{one}CallerIDName: .*+\n"
        rf"{one}ConnectedLineNum: .*+\n{one}ConnectedLineName: .*+\n{one}Language: (?P<{key}language>.*+)\n{one}AccountCode: .*+\n"
        rf"{one}Context: (?P<{key}context>.*+)\n{one}Exten: (?P<{key}exten>.*+)\n{one}Priority: .*+\n"
        rf"{one}Uniqueid: (?P<{key}uniqueid>.*+)\n{one}Linkedid: (?P<{key}linkedid>.*+)"
        rf"(?P<{key}variables>(?:\n{one}ChanVariable: .*+)*+)\n"
    )


BELOW = tuple(
    (f"\n{of}ChannelStateDesc: ", tuple(f"\n{of}{name}: " for name in ("ConnectedLineName", "Context", "Exten", "Uniqueid", "Linkedid")))
    for of in ("", "Dest")
)
"""What begins and what ends all that is said of a channel. It is longer than what a number has room for: a blank line in one, which cuts
the event short, cannot be made to look like its end."""

CHANNEL = re.compile(
    r"Event: (?P<event>\w++)\nPrivilege: \w++,all\nTimestamp: (?P<timestamp>\d{9,11}\.\d{6})\n(?:SystemName: .*+\n)?"
    rf"(?:BridgeUniqueid: (?P<bridgeuniqueid>.*+)\n(?:Bridge\w++: .*+\n)*+)?{_all_of('')}(?:{_all_of('Dest')})?",
    re.ASCII,
)
"""How Asterisk begins an event of one channel or two: one look tells what most ask for. A line is a line: what is possessive (`*+`) is
never looked at twice."""

OF_CHANNEL = frozenset(CHANNEL.groupindex)
ONCE = re.compile(r"\n(?:Dest)?(?:CallerIDName|ConnectedLineName|Uniqueid): ")
"""What has been said of a channel stands nowhere behind it. Lines that hide in a number push the number's own name behind them."""


class Headers(Protocol):
    """What a reader of one message may ask; names in lower case."""

    def __getitem__(self, name: str, /) -> str: ...

    def get(self, name: str, default: str, /) -> str: ...

    def markings(self) -> Sequence[tuple[str, str, str]]: ...

    def variable(self, name: str, of: str = "", /) -> str: ...


class Glance:
    """One event of Asterisk's, as it writes them: `Name: value`, no header twice but channel variables.

    Asking for a header that came twice raises Torn, and so does making one of which a number's name is not right below the number, or
    whose channel is not told to its end: see Message.torn.
    """

    __slots__ = ("_channel", "_text")

    def __init__(self, message: bytes) -> None:
        text = message.decode("utf-8", "replace")
        self._channel = CHANNEL.match(text + "\n")
        if self._channel is not None:
            text = f"\n{text[self._channel.end() :]}\n"
            if ONCE.search(text):
                raise Torn("a channel came twice")
        else:
            text = f"\n{text}\n"
            if NUMBER in text:
                _hold_together(text, NUMBERS)
                _are_whole(text, BELOW)
        self._text = text

    def __getitem__(self, name: str) -> str:
        """Raise KeyError when it is missing."""
        value = self._channel[name] if self._channel is not None and name in OF_CHANNEL else self._find(name)
        if value is None:
            raise KeyError(name)
        return value

    def get(self, name: str, default: str) -> str:
        value = self._channel[name] if self._channel is not None and name in OF_CHANNEL else self._find(name)
        return default if value is None else value

    def markings(self) -> Sequence[tuple[str, str, str]]:
        """See Message.markings."""
        if self._channel is None:
            return [(of, self.get(header, ""), text) for of, header in CHANNELS if (text := self._variables(of))]
        leg, text, other, others = self._channel.group("uniqueid", "variables", "destuniqueid", "destvariables")
        return (("", leg, text),) if other is None else (("", leg, text), ("dest", other, others))

    def _variables(self, of: str) -> str:
        if self._channel is not None:
            return self._channel[f"{of}variables"] or ""
        text, begin = self._text, VARIABLES[of]
        at = text.find(begin)
        return text[at : text.find("\n", text.rfind(begin) + 1)] if at >= 0 else ""

    def variable(self, name: str, of: str = "") -> str:
        """A channel variable that rides on the message; of the other channel with `of="dest"`. '' when it is not there."""
        _, found, rest = self._variables(of).rpartition(f"{VARIABLES[of]}{name}=")
        return rest.partition("\n")[0] if found else ""

    def _find(self, name: str) -> str | None:
        text, begin = self._text, BEGINS[name]
        at = text.find(begin)
        if at < 0:
            return None
        end = text.find("\n", at + 1)
        # Nobody's lines come before the first three: see is_headed.
        if name not in HEAD and text.find(begin, end) >= 0:
            raise Torn(f"{name} came twice")
        return text[at + len(begin) : end]


def _hold_together(text: str, numbers: Iterable[tuple[str, str]]) -> None:
    for number, name in numbers:
        at = text.find(number)
        # The last name belongs right below the first number: then there is one of each, and nothing between.
        if at >= 0 and text.rfind(name) != text.find("\n", at + 1):
            raise Torn(f"{number.strip()} is not one line")


def _are_whole(text: str, channels: Iterable[tuple[str, Iterable[str]]]) -> None:
    for begins, below in channels:
        at = text.find(begins)
        if at >= 0 and any(text.find(name, at) < 0 for name in below):
            raise Torn("a channel is cut short")
