"""Whether the centre works, for whoever watches it. No personal data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from callcenter.floor.floor import Floor

LINKS: Mapping[str, str] = MappingProxyType(
    {
        "connecting": "Asterisk's manager interface cannot be reached",
        "logging_in": "Asterisk's manager interface does not let us in yet",
        "booting": "Asterisk is still starting",
        "snapshot": "the link to Asterisk is back, and its picture is being taken",
        "lost": "the link to Asterisk is lost",
    }
)
"""What the link's states but `live` mean to whoever watches."""


@dataclass(frozen=True)
class Health:
    """`asterisk` is connected or the state of the link; `database` is ok or away; `counts` are further whole numbers.

    `warnings` are what will go wrong some day: they are told, and all is well.
    """

    asterisk: str
    database: str
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.problems

    def told(self) -> dict[str, Any]:
        """As /healthz says it."""
        status = "ok" if self.ok else "trouble"
        told = {"status": status, "asterisk": self.asterisk, "database": self.database}
        lists = {"problems": list(self.problems), "warnings": list(self.warnings)}
        return told | {name: lines for name, lines in lists.items() if lines} | dict(self.counts)


def health(
    floor: Floor,
    *,
    database: str | None,
    ledger: str = "ok",
    missing: Sequence[str] = (),
    disk: str = "",
    flows: Sequence[str] = (),
    warnings: Sequence[str] = (),
    counts: Mapping[str, int] | None = None,
) -> Health:
    """What is wrong, if anything. database: the store's error, not told on, None when it answers; ledger: ok or away.

    missing: what our user at Asterisk has no right to; disk: why recordings cannot be kept, or soon cannot.
    flows: what is wrong with those in use.
    """
    problems = []
    if floor.link != "live":
        problems.append(LINKS[floor.link])
    if missing:
        problems.append(f"Asterisk's manager user may not: {', '.join(missing)}")
    if database is not None:
        problems.append("the database does not answer")
    if ledger != "ok":
        problems.append("calls are kept in memory until the database takes them")
    if disk:
        problems.append(disk)
    problems += flows
    figures = {"calls": len(floor.calls), "agents": len(floor.agents), "waiting": sum(len(q.waiting) for q in floor.queues.values())}
    return Health(
        asterisk="connected" if floor.link == "live" else floor.link,
        database="ok" if database is None else "away",
        problems=tuple(problems),
        warnings=tuple(one for one in warnings if one),
        counts=figures | dict(counts or {}),
    )
