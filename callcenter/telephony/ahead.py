"""What Asterisk asks by itself as soon as a key is pressed, so that the caller waits for nobody: see [cc-next] in extensions.conf. Pure.

Each question has a tag. What it may lead to lies in the channel's variables; where it led to, only the key that Asterisk took tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from callcenter.telephony import actions

VALID = "CC_AHEAD"
"""The tag whose ways count. Whoever takes the caller over empties it: what was meant to follow follows no more."""
LONGEST = 900
"""Bytes of a channel variable that comes back whole."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The question after a key: files, most and timeout_s as those of Line.ask; `place`, where the caller is then, is set by Asterisk."""

    files: tuple[str, ...]
    most: int
    timeout_s: float
    place: str

    @property
    def question(self) -> str:
        return actions.question(self.files, self.most, self.timeout_s)


NOTHING: Mapping[str, Ahead] = MappingProxyType({})


def key_of(tag: str) -> str:
    """The variable with the keys that were taken at a question."""
    return f"CC_K{tag}"


def tag_of(variable: str) -> str:
    """The other way round."""
    return variable.removeprefix("CC_K")


def fitting(ways: Mapping[str, Ahead]) -> dict[str, Ahead]:
    """Those that channel variables can hold."""
    return {key: way for key, way in ways.items() if key.isdigit() and _fits(way.question) and _fits(way.place)}


def variables(tag: str, ways: Mapping[str, Ahead]) -> Iterator[tuple[str, str]]:
    """What is set on the channel before the question with this tag is answered."""
    for key, way in ways.items():
        yield f"CC_T{tag}_{key}", way.question
        yield f"CC_T{tag}_{key}_AT", way.place
    yield VALID, tag


def _fits(value: str) -> bool:
    return len(value) <= LONGEST and actions.VALUE.fullmatch(value) is not None
