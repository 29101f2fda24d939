"""When a password may be tried, and how long a session lasts."""

from __future__ import annotations

from collections.abc import Sequence

WINDOW_MS = 15 * 60_000
GUESSES = 10
"""Wrong passwords in WINDOW_MS after which no more are looked at, for an account and for an address (OWASP ASVS 5.0, 6.3.1)."""


def wait_s(tries: Sequence[int], now: int) -> int:
    """Seconds until another guess is looked at, given the times of earlier wrong ones in any order; 0 when it may be now."""
    recent = sorted(at for at in tries if now - at < WINDOW_MS)
    if len(recent) < GUESSES:
        return 0
    return max(1, -(-(recent[-GUESSES] + WINDOW_MS - now) // 1000))
