"""Keeps what Asterisk offers at each seat equal to the telephone of whoever sits there, and tells his page what it signs in with.

A browser takes encrypted sound alone, most other telephones none, and Asterisk offers an endpoint either. So a seat is offered what any
telephone takes, and is open to the seat's own secret; from when a page asks for its phone until its user leaves, it is offered what
browsers take, and open to that page's secret alone. (A second endpoint a seat would give it two names: in calls, queues, transfers, the
record.)
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from callcenter.audit.service import note
from callcenter.floor.agent import Agent
from callcenter.floor.changes import AgentChanged, Change
from callcenter.live.waking import Waking
from callcenter.rooms import Rooms
from callcenter.seat_secrets import make, put_in_place
from callcenter.settings import Settings
from callcenter.store.clock import now_ms
from callcenter.store.engine import AWAY
from callcenter.telephony.embedded import PbxError
from callcenter.telephony.secrets import SecretsError, note_told, secrets

log = logging.getLogger(__name__)


class SeatPhones:
    """Has Asterisk read its file again whenever a browser is used at a seat, or is not any longer.

    `look`: compare again now, for what could not be put in place.
    """

    def __init__(self, settings: Settings, house: Rooms) -> None:
        self._settings = settings
        self._house = house
        self._one = asyncio.Lock()
        putting = Waking(self._put)
        self.look, self.run = putting.wake, putting.run

    def listen(self, changes: Sequence[Change]) -> None:
        if any(isinstance(one, AgentChanged) and _browser_at(one.before) != _browser_at(one.after) for one in changes):
            self.look()

    async def _put(self) -> None:
        if self._settings.asterisk == "external":
            return
        try:
            async with self._one:
                await put_in_place(self._settings, self._house)
        except (PbxError, SecretsError, OSError, *AWAY) as wrong:
            log.warning("what Asterisk offers at the seats could not be put in place: %s", wrong)

    async def tell(self, seat: str, who: str) -> str:
        """What the page of this user signs in with at the seat where he sits with the browser; Asterisk offers what it takes from now on.

        What somebody else was told before does not work any longer. In an Asterisk that somebody else runs it stays as it is: nobody has it
        read its files. Raises PbxError, SecretsError, OSError.
        """
        async with self._one:
            if self._settings.asterisk != "external":
                await self._give(seat, who)
            return await asyncio.to_thread(note_told, self._settings, seat, who)

    async def _give(self, seat: str, who: str) -> None:
        kept = await asyncio.to_thread(secrets, self._settings, [seat])
        told = kept.told.get(seat)
        if seat in kept.browsers and told in (None, who):
            await put_in_place(self._settings, self._house)
            return
        # Pages were told the telephone's secret before they had one of their own.
        telephones = [seat] if told is not None and seat not in kept.browsers else []
        await make(self._settings, self._house, telephones=telephones, pages=[seat])
        if told is not None:
            await note(self._house.store, now_ms, who, "seat_secrets_renewed", seat)


def _browser_at(agent: Agent | None) -> str | None:
    """The seat where the agent has the browser: nothing else is offered otherwise."""
    return agent.seat if agent is not None and agent.phone == "browser" else None
