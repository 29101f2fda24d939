"""Secrets of seats made anew: Asterisk takes them at once and no call ends."""

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
from callcenter.telephony.secrets import Secrets, renewed, secrets

FILE = "pjsip.conf"
"""The one file in which seats and their secrets stand; the others may wait for what they are to change with."""

BY_COMMAND = "command"


async def renew(settings: Settings, house: Rooms, seats: Collection[str], *, by: str) -> dict[str, str]:
    """New secrets for these seats; those of their telephones, by seat. `by` is a number for the audit.

    An Asterisk that is ours and runs knows them when this returns, and not the old ones. Who talks goes on: within a call Asterisk asks
    for no secret. Raises PbxError, SecretsError, OSError.
    """
    made = await make(settings, house, telephones=seats, pages=seats)
    await note(house.store, now_ms, by, "seat_secrets_renewed", " ".join(sorted(seats)))
    return {seat: made.seats[seat] for seat in seats}


async def make(settings: Settings, house: Rooms, *, telephones: Collection[str], pages: Collection[str]) -> Secrets:
    """New secrets for the telephones at these seats and the pages at those, put in place. Raises PbxError, SecretsError, OSError."""
    wanted = await plan(settings, somebody_elses(), secrets(settings, {*telephones, *pages}), house)

    def give() -> Secrets:
        with renewed(settings, telephones=telephones, pages=pages) as made:
            if settings.asterisk != "external":
                pbx.put(settings, with_secrets(wanted, made), only=(FILE,))
            return made

    return await asyncio.to_thread(give)


async def put_in_place(settings: Settings, house: Rooms) -> None:
    """Have an Asterisk that is ours offer each seat what its phone takes, as the rows say. Raises PbxError, SecretsError, OSError."""
    kept = await asyncio.to_thread(secrets, settings, await house.people.seats())
    wanted = await plan(settings, somebody_elses(), kept, house)
    await asyncio.to_thread(pbx.put, settings, wanted, (FILE,))


async def renew_by_command(settings: Settings, named: Collection[str]) -> int:
    """`callcenter pbx renew`: these seats, all when none is named. What telephones sign in with is said; pages ask for theirs."""
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
        print(f"{seat}: {secret}")
    if settings.asterisk == "external":
        print("They count when your Asterisk has the new pjsip.conf (callcenter pbx render) and has read it: module reload res_pjsip.so")
    elif not pbx.running(settings):
        print("Asterisk does not run; they count from its next start")
    return 0
