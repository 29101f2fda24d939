"""What is wrong in a file of flows, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

MOST_FINDINGS = 100
"""Of each level, in a file: nobody reads on."""
MOST_LETTERS = 500


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """`line` counts from 1; `what` says what is wrong and what would be right. `level`: an `error` keeps a flow from use."""

    file: str
    line: int
    what: str
    level: str = "error"

    def __str__(self) -> str:
        warning = "" if self.level == "error" else f"{self.level}: "
        return f"{self.file}:{self.line}: {warning}{self.what}"

    def told(self) -> dict[str, Any]:
        """As JSON: file, line, level, what."""
        return {"file": self.file, "line": self.line, "level": self.level, "what": self.what}


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those for which a flow cannot be used."""
    return tuple(one for one in findings if one.level == "error")


def at_most(findings: Iterable[Finding], most: int = MOST_FINDINGS) -> tuple[Finding, ...]:
    """The first ones of each level, sorted, none with endless words; where there are more, a last one says so.

    Nothing more is asked of `findings` when there are so many errors.
    """
    kept: dict[str, list[Finding]] = {"error": [], "warning": []}
    for one in findings:
        if len(kept[one.level]) <= most:
            kept[one.level].append(one)
        if len(kept["error"]) > most:
            break
    return tuple(sorted(one for level in kept.values() for one in _said(level, most)))


def _said(level: list[Finding], most: int) -> list[Finding]:
    said = [one if len(one.what) <= MOST_LETTERS else replace(one, what=one.what[:MOST_LETTERS] + " …") for one in level[:most]]
    if len(level) > most:
        last = max(said)
        said.append(replace(last, what=f"… and more: the first {most} are told; check again when they are mended"))
    return said
