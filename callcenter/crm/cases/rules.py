"""How long a case may take, and how it is numbered."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

HOUR_MS = 3_600_000

DUE_H = {
    "consultation": 24,
    "complaint": 48,
    "suggestion": 72,
    "request": 24,
    "order": 24,
    "booking": 24,
    "repair": 48,
    "return": 72,
}
"""Every kind of case, and the hours it may take."""

KINDS = tuple(DUE_H)


class UnknownKind(ValueError):
    """There is no such kind of case."""


def due(kind: str, opened: int) -> int:
    """When a case of this kind must be closed (ms). Raise UnknownKind."""
    if kind not in DUE_H:
        raise UnknownKind(f"{kind!r} is none of {', '.join(KINDS)}")
    return opened + DUE_H[kind] * HOUR_MS


def day_of(at: int, zone: ZoneInfo) -> str:
    """YYYYMMDD on the site's calendar."""
    return datetime.fromtimestamp(at / 1000, zone).strftime("%Y%m%d")


def number(day: str, nth: int) -> str:
    """C20261122-0007."""
    return f"C{day}-{nth:04d}"
