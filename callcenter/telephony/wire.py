"""AMI's bytes: cut into messages at blank lines, read into headers. No I/O, and nothing here raises on what came in."""

from __future__ import annotations

from collections.abc import Sequence

LONGEST = 1 << 20
"""Bytes a single message may have; a longer one is skipped and counted, its neighbours are kept."""


class Splitter:
    """Cuts a stream into messages, however it was chunked. Lines may end in CRLF or LF; a message comes with LF and no blank line."""

    __slots__ = ("_held", "_longest", "_rest", "_skipping", "skipped")

    def __init__(self, longest: int = LONGEST) -> None:
        self.skipped = 0
        self._longest = longest
        self._rest = b""
        self._held = b""
        self._skipping = False

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are complete with these bytes, in order."""
        data = self._held + data
        self._held = b"\r" if data.endswith(b"\r") else b""
        parts = (self._rest + data[: len(data) - len(self._held)].replace(b"\r\n", b"\n")).split(b"\n\n")
        rest = parts.pop()
        if self._skipping and parts:
            del parts[0]
            self._skipping = False
        messages = [part.lstrip(b"\n") for part in parts if self._fits(part)]
        if self._skipping:
            rest = rest[-1:]
        elif len(rest) > self._longest + 1:
            self.skipped += 1
            self._skipping = True
            rest = rest[-1:]
        self._rest = rest
        return [message for message in messages if message]

    def _fits(self, part: bytes) -> bool:
        if len(part) <= self._longest:
            return True
        self.skipped += 1
        return False


class Message(dict[str, str]):
    """One message's headers, names in lower case. Of a repeated header the mapping holds the first value, `every` tells all."""

    __slots__ = ("repeated",)

    def __init__(self) -> None:
        super().__init__()
        self.repeated: dict[str, list[str]] = {}

    def every(self, name: str) -> Sequence[str]:
        """All values of a header, in the order they came."""
        if name in self.repeated:
            return self.repeated[name]
        return [self[name]] if name in self else []

    def variables(self, of: str = "") -> dict[str, str]:
        """The channel variables that ride on the message: ChanVariable, or DestChanVariable with `of="dest"`."""
        pairs = (value.partition("=") for value in self.every(f"{of}chanvariable"))
        return {name: value for name, _, value in pairs}


def parse(message: bytes) -> Message:
    """Read one message. Lines that are no header are passed over; bytes that are no UTF-8 become U+FFFD."""
    parsed = Message()
    for line in message.decode("utf-8", "replace").split("\n"):
        name, colon, value = line.partition(":")
        if not colon:
            continue
        name = name.lower()
        value = value.removeprefix(" ")
        if name not in parsed:
            parsed[name] = value
        elif name in parsed.repeated:
            parsed.repeated[name].append(value)
        else:
            parsed.repeated[name] = [parsed[name], value]
    return parsed


def event_name(message: bytes) -> bytes:
    """The event's name without reading the rest: b"" for a response."""
    if not message.startswith(b"Event: "):
        return b""
    end = message.find(b"\n")
    return message[7:] if end < 0 else message[7:end]
