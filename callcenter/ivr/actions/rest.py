"""A service that did not answer some times in a row is left alone for a while: not every caller must wait in silence to learn it anew."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from callcenter.ivr.actions.running import ActionFailed

IN_A_ROW = 3
REST_S = 15.0


class Unanswered(ActionFailed):
    """Nobody was there, or broke off. An answer that cannot be used is none of these: what a caller keys in may bring that about."""


class Rests:
    """Which services rest, by name."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._unanswered: Counter[str] = Counter()
        self._until: dict[str, float] = {}

    def rests(self, name: str) -> bool:
        return self._now() < self._until.get(name, 0.0)

    @contextmanager
    def noting(self, name: str) -> Iterator[None]:
        """Within this the service is asked. A deadline that is over comes as a cancellation."""
        try:
            yield
        except (Unanswered, asyncio.CancelledError):
            self._unanswered[name] += 1
            if self._unanswered[name] >= IN_A_ROW:
                self._until[name] = self._now() + REST_S
            raise
        except ActionFailed:
            del self._unanswered[name]
            raise
        del self._unanswered[name]
