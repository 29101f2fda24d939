"""An Asterisk of ours that has ended is started again: without it no call comes in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from callcenter.settings import Settings
from callcenter.telephony import pbx
from callcenter.telephony.embedded import Installation, PbxError

log = logging.getLogger(__name__)

LOOK_S = 2.0
LONGEST_S = 60.0
"""One that cannot be started is tried again after so long at the most."""


@asynccontextmanager
async def kept_running(settings: Settings, installation: Installation | None) -> AsyncIterator[None]:
    """Look after the Asterisk of this run directory as long as the block lasts; None: somebody else does."""
    if installation is None:
        yield
        return
    leaving = asyncio.Event()
    looking = asyncio.create_task(_look(settings, installation, leaving), name="Asterisk")
    try:
        yield
    finally:
        # Not cancelled: one that is being started meanwhile would outlive who waits for its end.
        leaving.set()
        await looking


async def _look(settings: Settings, installation: Installation, leaving: asyncio.Event) -> None:
    pause = LOOK_S
    while not await _left(leaving, pause):
        try:
            if await asyncio.to_thread(pbx.revive, settings, installation):
                log.error("Asterisk had ended and was started again; its last words are in %s", settings.asterisk_dir / "log")
            pause = LOOK_S
        except (PbxError, OSError, ValueError) as wrong:
            pause = min(pause * 2, LONGEST_S)
            log.error("Asterisk has ended and cannot be started again: %s; the next try is in %.0f s", wrong, pause)


async def _left(leaving: asyncio.Event, within_s: float) -> bool:
    try:
        async with asyncio.timeout(within_s):
            return await leaving.wait()
    except TimeoutError:
        return False
