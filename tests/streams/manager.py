"""What the manager of Asterisk tells one of its users, of all that it has to tell: by his lines in manager.conf."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

HEAD = re.compile(rb"Event: (\w+)\nPrivilege: (\w+),all\n")
FILTER = re.compile(r"eventfilter\(action\(exclude\)(?:,name\((\w+)\))?(?:,header\((\w+)\))?(?:,method\((exact|starts_with)\))?\) = ?(.*)")


@dataclass(frozen=True)
class Exclusion:
    """What a user is not told: events of this name, of which this header is, or begins with, the value."""

    name: bytes | None
    header: bytes | None
    begins: bool
    value: bytes

    def fits(self, name: bytes, message: bytes) -> bool:
        if self.name not in (None, name):
            return False
        if self.header is None:
            return True
        line = b"\n%b: %b" % (self.header, self.value)
        return (line if self.begins else line + b"\n") in message + b"\n"


@dataclass(frozen=True)
class Reader:
    """A user of the manager. `classes` None: he reads all."""

    classes: frozenset[bytes] | None = None
    exclusions: tuple[Exclusion, ...] = ()

    def told(self, messages: Iterable[bytes]) -> Iterator[bytes]:
        """The messages that he is told. What has no class is an answer to somebody, and told to nobody else."""
        for message in messages:
            head = HEAD.match(message)
            if head is not None and (self.classes is None or head[2] in self.classes) and not self._is_excluded(head[1], message):
                yield message

    def _is_excluded(self, name: bytes, message: bytes) -> bool:
        return any(one.fits(name, message) for one in self.exclusions)


def reader(conf: str) -> Reader:
    """The only user of a manager.conf. ValueError for a filter of a kind that is not known here."""
    classes, exclusions = frozenset[bytes](), []
    for line in conf.splitlines():
        if line.startswith("read = "):
            classes = frozenset(one.strip().encode() for one in line.removeprefix("read = ").split(","))
        elif line.startswith("eventfilter"):
            exclusions.append(_exclusion(line))
    return Reader(classes, tuple(exclusions))


def _exclusion(line: str) -> Exclusion:
    found = FILTER.fullmatch(line)
    if found is None:
        raise ValueError(f"not a filter that is known here: {line}")
    name, header, method, value = found.groups()
    return Exclusion(name.encode() if name else None, header.encode() if header else None, method == "starts_with", value.encode())
