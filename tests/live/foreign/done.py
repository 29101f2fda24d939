"""What was done on a foreign Asterisk, in the words of the record. Times are ms, taken by the telephones."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Done:
    """A call as it was. `number` is unique in its stream; each of its segments is kind, who, reason, began, ended."""

    number: str
    to: str
    exit: str
    direction: str = "inbound"
    agents: tuple[str, ...] = ()
    segments: list[tuple[str, str | None, str, int, int]] = field(default_factory=list)

    def then(self, kind: str, who: str | None, reason: str, began: int, ended: int) -> Done:
        self.segments.append((kind, who, reason, began, ended))
        return self

    def told(self) -> dict[str, Any]:
        return asdict(self)
