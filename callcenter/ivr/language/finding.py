"""What is wrong in a file of flows, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


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
