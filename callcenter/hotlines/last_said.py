"""What callers hear first of all, also while the store is away: an emergency may well be what takes it away."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from callcenter.hotlines.emergency import Emergency
from callcenter.hotlines.hours import Hours
from callcenter.store.engine import AWAY

log = logging.getLogger(__name__)

PATIENCE_S = 1.0
"""How long a caller waits for the store before he hears what was said last."""


@dataclass
class LastSaid:
    """Reads the store for every caller; while it does not answer, what it said of the hotline last holds."""

    hours: Hours
    _said: dict[str, Emergency | None] = field(default_factory=dict)

    async def first(self, hotline: str) -> Emergency | None:
        """What a caller of this hotline hears before anything else; None on an ordinary day."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                self._said[hotline] = await self.hours.said_first(hotline)
        except AWAY as wrong:
            log.warning("hotline %s: the store does not tell of an emergency, what it told last holds: %s", hotline, wrong)
        return self._said.get(hotline)
