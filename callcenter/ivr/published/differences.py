"""What differs between two texts, as lines to be shown: the changed ones and a few around them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from callcenter.ivr.published.kept import PromptsUsed

AROUND = 3
"""Lines shown before and after a change."""


@dataclass(frozen=True)
class DiffLine:
    """`kind`: same, gone, new; `left`, `right`: its number in the old and in the new text, None where it is not."""

    kind: str
    left: int | None
    right: int | None
    text: str


def differences(old: str, new: str) -> list[list[DiffLine]]:
    """The changes, each with the lines around it, from top to bottom; nothing where the texts are the same."""
    before, after = old.splitlines(), new.splitlines()
    groups = SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(AROUND)
    return [[line for part in group for line in _lines(*part, before, after)] for group in groups]


def prompts_changed(old: PromptsUsed, new: PromptsUsed | Mapping[str, object]) -> list[str]:
    """Names of the prompts that sound otherwise, or stand in one of the two only."""
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def _lines(what: str, i1: int, i2: int, j1: int, j2: int, before: list[str], after: list[str]) -> list[DiffLine]:
    if what == "equal":
        return [DiffLine("same", i + 1, j + 1, before[i]) for i, j in zip(range(i1, i2), range(j1, j2), strict=True)]
    gone = [DiffLine("gone", i + 1, None, before[i]) for i in range(i1, i2)]
    return gone + [DiffLine("new", None, j + 1, after[j]) for j in range(j1, j2)]
