"""What differs between two texts, as lines to be shown: the changed ones and a few around them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice, takewhile

from callcenter.ivr.published.kept import PromptsUsed

Part = tuple[str, int, int, int, int]

AROUND = 3
"""Lines shown before and after a change."""
MOST_COMPARED = 3000
"""Lines between the first change and the last; more are not matched one by one, which takes their number squared."""
MATCHED_EXACTLY = 1000
"""Beyond it, lines that come often are no landmarks."""
MOST_SHOWN = 2000


@dataclass(frozen=True)
class DiffLine:
    """`kind`: same, gone, new, or more for what is not shown; `left`, `right`: its number in the old and in the new text, None where it is
    not."""

    kind: str
    left: int | None
    right: int | None
    text: str


def differences(old: str, new: str) -> list[list[DiffLine]]:
    """The changes, each with the lines around it, from top to bottom; nothing where the texts are the same."""
    before, after = old.splitlines(), new.splitlines()
    shown: list[list[DiffLine]] = []
    left = MOST_SHOWN
    for group in _grouped(before, after):
        lines = list(islice((line for part in group for line in _lines(*part, before, after)), left + 1))
        left -= len(lines)
        if left < 0:
            return [*shown, [*lines[:-1], DiffLine("more", None, None, "…")]]
        shown.append(lines)
    return shown


def prompts_changed(old: PromptsUsed, new: PromptsUsed | Mapping[str, object]) -> list[str]:
    """Names of the prompts that sound otherwise, or stand in one of the two only."""
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def _grouped(before: list[str], after: list[str]) -> Iterable[list[Part]]:
    """The changes with what is around them, as `SequenceMatcher` tells them; what is alike at both ends is not looked at."""
    head = _alike(zip(before, after, strict=False))
    tail = _alike(zip(reversed(before[head:]), reversed(after[head:]), strict=False))
    i, j = len(before) - tail, len(after) - tail
    start, last = max(head - AROUND, 0), min(tail, AROUND)
    if max(i, j) - head > MOST_COMPARED:
        return [[("equal", start, head, start, head), ("replace", head, i, head, j), ("equal", i, i + last, j, j + last)]]
    found = SequenceMatcher(None, before[start : i + last], after[start : j + last], autojunk=max(i, j) - head > MATCHED_EXACTLY)
    return ([_moved(part, start) for part in group] for group in found.get_grouped_opcodes(AROUND))


def _moved(part: Part, by: int) -> Part:
    what, i1, i2, j1, j2 = part
    return what, by + i1, by + i2, by + j1, by + j2


def _alike(pairs: Iterable[tuple[str, str]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _lines(what: str, i1: int, i2: int, j1: int, j2: int, before: list[str], after: list[str]) -> Iterator[DiffLine]:
    if what == "equal":
        yield from (DiffLine("same", i + 1, j + 1, before[i]) for i, j in zip(range(i1, i2), range(j1, j2), strict=True))
        return
    yield from (DiffLine("gone", i + 1, None, before[i]) for i in range(i1, i2))
    yield from (DiffLine("new", None, j + 1, after[j]) for j in range(j1, j2))
