"""What a caller was promised is kept, also while the store is away: tried at once, and again until it is done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from callcenter.store.engine import AWAY

log = logging.getLogger(__name__)

PATIENCE_S = 2.0
"""How long a caller waits for the store before the flow goes on without it."""

PAUSES_S = (0.5, 1.0, 2.0, 5.0, *(15.0,) * 40)
"""Between the tries of what the store did not take: about ten minutes in all."""


@dataclass
class Owed:
    """The effects of one call that the store has not taken yet. Whoever stops trying says so by `give_up`."""

    call: str
    _left: list[tuple[str, Callable[[], Awaitable[None]]]] = field(default_factory=list)

    async def do(self, what: str, act: Callable[[], Awaitable[None]]) -> None:
        """Do it now, or keep it for `settle`. `what` tells an operator enough to do it by hand."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await act()
        except AWAY as wrong:
            log.warning("Call %s: the store did not take %s (%s); it is tried again", self.call, what, _told(wrong))
            self._left.append((what, act))

    async def settle(self) -> None:
        """Try what is left until it is done, for about ten minutes."""
        for pause in PAUSES_S:
            if not self._left:
                return
            await asyncio.sleep(pause)
            await self._again()

    def give_up(self) -> None:
        """Log as lost whatever is left."""
        for what, _ in self._left:
            log.error("Call %s: the store never took %s: do it by hand", self.call, what)

    async def _again(self) -> None:
        left, self._left = self._left, []
        for at, (what, act) in enumerate(left):
            try:
                async with asyncio.timeout(PATIENCE_S * 5):
                    await act()
            except AWAY:
                self._left += left[at:]
                return
            except BaseException:
                self._left += left[at:]
                raise
            log.info("Call %s: the store took %s at last", self.call, what)


def _told(wrong: BaseException) -> str:
    return str(wrong).splitlines()[0] if str(wrong) else type(wrong).__name__
