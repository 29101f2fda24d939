"""An event whose headers are looked for when they are asked for: most say thirty things, of which three are wanted. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from callcenter.telephony.wire import Torn

NAMES = (
    "BridgeUniqueid CallerIDNum Cause Channel ChannelState CommandId Context DestType DestUniqueid Device DialStatus DialString Digit "
    "Direction Event Exten InCall Interface Language Linkedid OrigTransfererUniqueid ParkeeUniqueid Paused Position Queue Result "
    "RetrieverUniqueid SecondTransfererUniqueid State SwapUniqueid TargetUniqueid Timestamp TransfereeUniqueid TransfererUniqueid "
    "TransferTargetUniqueid Uniqueid Uptime"
)
"""The headers that can be asked for, as Asterisk spells them."""

BEGINS = {name.lower(): f"\n{name}: " for name in NAMES.split()}
HEAD = frozenset({"event", "timestamp"})
VARIABLES = {of.lower(): f"\n{of}ChanVariable: " for of in ("", "Dest")}
DEST = "\nDest"
"""Begins every header that tells of the other channel."""
NUMBERS = tuple((f"\n{one}Num: ", f"\n{one}Name: ") for one in ("CallerID", "ConnectedLine"))
DEST_NUMBERS = tuple((f"\nDest{one}Num: ", f"\nDest{one}Name: ") for one in ("CallerID", "ConnectedLine"))


class Headers(Protocol):
    """What a reader of one message may ask; names in lower case."""

    def __getitem__(self, name: str, /) -> str: ...

    def get(self, name: str, default: str, /) -> str: ...

    def variable(self, name: str, of: str = "", /) -> str: ...


class Glance:
    """One event of Asterisk's, as it writes them: `Name: value`, no header twice but channel variables.

    Asking for a header that came twice raises Torn, and so does making one of which a number's name is not right below the number: see
    Message.torn.
    """

    __slots__ = ("_text", "_two")

    def __init__(self, message: bytes) -> None:
        self._text = f"\n{message.decode('utf-8', 'replace')}\n"
        self._two = DEST in self._text
        _hold_together(self._text, NUMBERS)
        if self._two:
            _hold_together(self._text, DEST_NUMBERS)

    def __getitem__(self, name: str) -> str:
        """Raise KeyError when it is missing."""
        value = self._find(name)
        if value is None:
            raise KeyError(name)
        return value

    def get(self, name: str, default: str) -> str:
        value = self._find(name)
        return default if value is None else value

    def variable(self, name: str, of: str = "") -> str:
        """A channel variable that rides on the message; of the other channel with `of="dest"`. '' when it is not there."""
        if of and not self._two:
            return ""
        text, begin = self._text, f"{VARIABLES[of]}{name}="
        at = text.rfind(begin) + len(begin)
        return text[at : text.find("\n", at)] if at >= len(begin) else ""

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
