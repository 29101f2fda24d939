"""Who listened to which recording: a line in the audit trail for every listening."""

from __future__ import annotations

from collections.abc import Callable

from callcenter.audit.service import append
from callcenter.store.engine import Store
from callcenter.web.user import User

SAME_MS = 300_000
"""Requests of one user for one recording that follow each other sooner than this are one listening: a player asks for parts."""


class Listenings:
    """Remembers, in memory, whose listening is already written down; after a restart it is written once more."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._last: dict[tuple[int, str], int] = {}

    async def heard(self, user: User, recording: str, call: str, address: str) -> None:
        """Write it down before the first byte is sent; what the store raises keeps the sound from being sent."""
        now = self._clock()
        self._last = {key: at for key, at in self._last.items() if now - at < SAME_MS}
        key = (user.id, recording)
        if key not in self._last:
            async with self._store.transaction() as session:
                await append(session, at=now, who=user.number, act="listen", what=f"recording {recording} of call {call}", address=address)
        self._last[key] = now
