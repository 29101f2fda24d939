"""A seat's secret made anew: Asterisk takes it at once and no call ends. And who is told it: the browser of whoever sits there."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Collection

from callcenter.audit.service import note
from callcenter.plan import plan
from callcenter.rooms import Rooms, rooms
from callcenter.settings import Settings
from callcenter.store.clock import now_ms
from callcenter.telephony import pbx
from callcenter.telephony.embedded import somebody_elses
from callcenter.telephony.planned import with_secrets
from callcenter.telephony.secrets import note_told, renewed, secrets

FILE = "pjsip.conf"
"""The one file in which secrets of seats stand; the others may wait for what they are to change with."""

BY_COMMAND = "command"


async def renew(settings: Settings, house: Rooms, seats: Collection[str], *, by: str) -> dict[str, str]:
    """New secrets for these seats, by seat; an Asterisk that is ours and runs knows them when this returns, and not the old ones.

    Who talks goes on: within a call Asterisk asks for no secret. `by` is a number for the audit. Raises PbxError, SecretsError, OSError.
    """
    wanted = await plan(settings, somebody_elses(), secrets(settings, seats), house)

    def give() -> dict[str, str]:
        with renewed(settings, seats) as made:
            if settings.asterisk != "external":
                pbx.put(settings, with_secrets(wanted, made), only=(FILE,))
            return {seat: made.seats[seat] for seat in seats}

    given = await asyncio.to_thread(give)
    await note(house.store, now_ms, by, "seat_secrets_renewed", " ".join(sorted(seats)))
    return given


class Telling:
    """Tells the browser of whoever sits at a seat its secret. What somebody else was told before does not work any longer."""

    def __init__(self, settings: Settings, house: Rooms) -> None:
        self._settings = settings
        self._house = house
        self._one = asyncio.Lock()

    async def tell(self, seat: str, who: str) -> str | None:
        """The secret of a seat whose phone is the browser, for the user of this number; None for a seat with a phone of its own.

        In an Asterisk that somebody else runs it stays as it is: nobody has it read its files. Raises PbxError, SecretsError, OSError.
        """
        if (await self._house.people.seats()).get(seat) != "browser":
            return None
        async with self._one:
            before = (await asyncio.to_thread(secrets, self._settings, [seat])).told.get(seat, who)
            if before != who and self._settings.asterisk != "external":
                await renew(self._settings, self._house, [seat], by=who)
            return await asyncio.to_thread(note_told, self._settings, seat, who)


async def renew_by_command(settings: Settings, named: Collection[str]) -> int:
    """`callcenter pbx renew`: these seats, all when none is named. The secrets of desk phones are said; browsers ask for theirs."""
    house = rooms(settings)
    try:
        kinds = await house.people.seats()
        unknown = [seat for seat in named if seat not in kinds]
        if unknown or not kinds:
            print(f"there is no seat {', '.join(unknown)}; the seats are {', '.join(kinds) or 'none'}", file=sys.stderr)
            return 1
        given = await renew(settings, house, list(dict.fromkeys(named)) or list(kinds), by=BY_COMMAND)
    finally:
        await house.store.close()
    for seat, secret in given.items():
        print(f"{seat}: {secret}" if kinds[seat] == "desk" else f"{seat}: its page asks for the new one by itself")
    if settings.asterisk == "external":
        print("They count when your Asterisk has the new pjsip.conf (callcenter pbx render) and has read it: module reload res_pjsip.so")
    elif not pbx.running(settings):
        print("Asterisk does not run; they count from its next start")
    return 0
