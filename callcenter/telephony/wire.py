"""AMI's bytes: cut into messages at blank lines, read into headers. No I/O, and nothing here raises on what came in."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence

LONGEST = 1 << 20
"""Bytes a single message may have; a longer one is skipped and counted, its neighbours are kept."""

HEAD = re.compile(rb"Event: (\w+)\nPrivilege: \w+,all\nTimestamp: (\d{9,11})\.(\d{3})\d{3}\n")
"""How Asterisk begins every event that is no item of a list: name, seconds, thousandths. A whole head is longer than what a caller's
number has room for."""

UNSTAMPED = frozenset({b"FullyBooted"})

CHANNELS = (("", "uniqueid"), ("dest", "destuniqueid"))
"""Whose variables ride on a message, and which header names the leg."""

NAMED_BELOW = {f"{of}{one}num": f"{of}{one}name" for of in ("", "dest") for one in ("callerid", "connectedline")}
"""Headers that say what the network said, and the one that Asterisk writes on the next line."""


class Torn(ValueError):
    """A message into which somebody wrote lines of his own: see Message.torn."""


class Splitter:
    """Cuts a stream into messages, however it was chunked. Lines may end in CRLF or LF; a message comes with LF and no blank line."""

    __slots__ = ("_longest", "_rest", "_skipping", "skipped")

    def __init__(self, longest: int = LONGEST) -> None:
        self.skipped = 0
        self._longest = longest
        self._rest = b""
        self._skipping = False

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are complete with these bytes, in order."""
        parts = (self._rest + data.replace(b"\r", b"")).split(b"\n\n")
        rest = parts.pop()
        if self._skipping and parts:
            del parts[0]
            self._skipping = False
        fitting = [part for part in parts if len(part) <= self._longest]
        self.skipped += len(parts) - len(fitting)
        if self._skipping:
            rest = rest[-1:]
        elif len(rest) > self._longest + 1:
            self.skipped += 1
            self._skipping = True
            rest = rest[-1:]
        self._rest = rest
        return [message for part in fitting if (message := part.lstrip(b"\n"))]


class Message(dict[str, str]):
    """One message's headers, names in lower case. Of a repeated header the mapping holds the first value, `every` tells all.

    `torn`: somebody wrote lines of his own into it. Asterisk passes on a caller's number with the line ends that were hidden in it
    (%0D%0A in a SIP address). It writes a number's name right below the number, and repeats no header but channel variables.
    """

    __slots__ = ("repeated", "torn")

    def __init__(self, first: dict[str, str], repeated: dict[str, list[str]], *, torn: bool) -> None:
        super().__init__(first)
        self.repeated = repeated
        self.torn = torn

    def every(self, name: str) -> Sequence[str]:
        """All values of a header, in the order they came."""
        if name in self.repeated:
            return self.repeated[name]
        return [self[name]] if name in self else []

    def markings(self) -> list[tuple[str, str, str]]:
        """Of each channel: its word in CHANNELS, its leg, its variables in one piece. While that is the same, so are they."""
        return [(of, self.get(header, ""), "\n".join(self.every(f"{of}chanvariable"))) for of, header in CHANNELS]

    def variables(self, of: str = "") -> dict[str, str]:
        """The channel variables that ride on the message: ChanVariable, or DestChanVariable with `of="dest"`."""
        pairs = (value.partition("=") for value in self.every(f"{of}chanvariable"))
        return {name: value for name, _, value in pairs}

    def variable(self, name: str, of: str = "") -> str:
        """One of them; '' when it is not there."""
        return self.variables(of).get(name, "")


def parse(message: bytes) -> Message:
    """Read one message. Lines that are no header are passed over; bytes that are no UTF-8 become U+FFFD."""
    first: dict[str, str] = {}
    repeated: dict[str, list[str]] = {}
    names = []
    for line in message.decode("utf-8", "replace").split("\n"):
        name, colon, value = line.partition(":")
        name = name.lower()
        names.append(name)
        if not colon:
            continue
        if value[:1] == " ":
            value = value[1:]
        if name not in first:
            first[name] = value
        elif name in repeated:
            repeated[name].append(value)
        else:
            repeated[name] = [first[name], value]
    return Message(first, repeated, torn=_is_torn(names, first, repeated))


def _is_torn(names: list[str], first: Container[str], repeated: Iterable[str]) -> bool:
    """`names`: what stands before the colon, line by line, of lines without a colon all of it."""
    if any("chanvariable" not in name for name in repeated):
        return True
    return any(number in first and _below(names, number) != name for number, name in NAMED_BELOW.items())


def _below(names: list[str], name: str) -> str:
    at = names.index(name) + 1
    return names[at] if at < len(names) else ""


def event_name(message: bytes) -> bytes:
    """The event's name without reading the rest: b"" for a response."""
    if not message.startswith(b"Event: "):
        return b""
    end = message.find(b"\n")
    return message[7:] if end < 0 else message[7:end]


def is_headed(message: bytes) -> bool:
    """Whether an event begins as Asterisk begins one."""
    return HEAD.match(message) is not None or event_name(message) in UNSTAMPED
