"""What Asterisk asks by itself as soon as a key is pressed, so that the caller waits for nobody. Pure.

Each question has a tag. What it may lead to lies in the channel's variables; behind it stands a command that asks what lies there for the
key that Asterisk took, and sets the caller's place (see actions.read_next). Where it led to, only that key tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from callcenter.telephony import actions

VALID = "CC_AHEAD"
"""Whose ways count: a word of who has the caller. Whoever takes him over empties it: what was meant to follow follows no more."""
EVALUATES = "AGIEXECFULL"
"""Has Asterisk put in what variables hold when it begins a command, as it does in its dialplan."""
ENDS = "&="
"""Behind a place that Asterisk has set by itself: no place ends so. See actions.read_next."""
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


def opening(word: str) -> Iterator[tuple[str, str]]:
    """What is set on the channel before the first ways of who has the caller."""
    yield EVALUATES, "yes"
    yield VALID, word


def variables(word: str, tag: str, ways: Mapping[str, Ahead]) -> Iterator[tuple[str, str]]:
    """What is set on the channel before the question with this tag is answered."""
    for key, way in ways.items():
        yield f"CC_T{word}_{tag}_{key}", way.question
        yield f"CC_T{word}_{tag}_{key}_AT", f"AT={way.place}{ENDS[0]}"


def place_of(mark: str) -> str:
    """Where the caller is by CC_AT, whoever has set it."""
    return mark.removesuffix(ENDS)


def _fits(value: str) -> bool:
    return len(value) <= LONGEST and actions.VALUE.fullmatch(value) is not None
