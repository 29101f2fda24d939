"""One caller on his way: his line, his flow, and what may be asked of others for him."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from callcenter.floor.events import Event
from callcenter.ivr.language.steps import Flow
from callcenter.ivr.running.owed import PATIENCE_S, Owed
from callcenter.ivr.running.services import Services
from callcenter.ivr.walking.answered import Question
from callcenter.ivr.walking.moves.at import CUSTOMER_SLOT
from callcenter.ivr.walking.place import Place
from callcenter.ivr.walking.walk import Caller, flow_at
from callcenter.store.engine import AWAY
from callcenter.telephony.line import Line

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True)
class Walk:
    """One caller on his way."""

    line: Line
    flow: Flow
    services: Services
    tell: Callable[[Event], None]
    now: Callable[[], int]
    caller: Caller
    recognised: int | None
    owed: Owed
    unspeakable: set[str] = field(default_factory=set)
    """What was told already: a prompt may be said many times."""
    questions: list[Question] = field(default_factory=list)
    """What the queue asks, once it was looked up: it stays the same for this caller."""

    def customer(self, place: Place) -> int | None:
        """Who the caller is: by his number, or by what he keyed in."""
        looked_up = place.slots.get(CUSTOMER_SLOT, "")
        return int(looked_up) if looked_up else self.recognised


async def asked(walk: Walk, what: str, ask: Callable[[], Awaitable[T]], *, default: T) -> T:
    """What others say in time; `default` while the store is away. `what` is for the log."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await ask()
    except AWAY as wrong:
        log.warning("Call %s: the store did not tell %s: %s", walk.line.call, what, wrong)
        return default


def flow_of(walk: Walk, place: Place) -> Flow:
    """The flow that he is in: the one he began with, or one that it went to."""
    return flow_at(walk.flow, place) or walk.flow


def key_of(walk: Walk, place: Place) -> str:
    """The same visit of a step after a restart is the same act; a second visit is another one."""
    return f"{walk.line.call}/{place.step}/{place.visit}"
