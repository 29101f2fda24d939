"""The time now, as it is stored."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Milliseconds since the epoch, UTC. An argument wherever time decides something."""


def now_ms() -> int:
    return time.time_ns() // 1_000_000
