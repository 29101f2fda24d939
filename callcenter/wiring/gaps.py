"""Who tells what happened while we were away."""

from __future__ import annotations

from collections.abc import Collection

from callcenter.calls.ledger import Ledger
from callcenter.floor.floor import Floor
from callcenter.live.keeper import Keeper
from callcenter.rooms import Rooms
from callcenter.settings import Settings
from callcenter.store.engine import AWAY
from callcenter.telephony.past import Past
from callcenter.telephony.record import Record
from callcenter.telephony.tape import last_written


async def past_of(settings: Settings, rooms: Rooms, keeper: Keeper, ledger: Ledger, record: Record) -> Past:
    """Asterisk's own record, beside what our store and our tape know: a gap begins where both end."""

    async def floor() -> Floor:
        await keeper.settled()
        return keeper.floor

    async def recorded(legs: Collection[str]) -> frozenset[str]:
        # What waits to be written is asked first: it may be in the record, and wait no more, a moment later.
        held = ledger.holds(legs)
        try:
            return held | await rooms.calls.recorded(legs)
        except AWAY:
            # Calls of the gap are told all the same; one that is in the record already is written a second time.
            return held

    async def begun(since: int) -> frozenset[str]:
        try:
            return await rooms.calls.begun(since)
        except AWAY:
            return frozenset()

    newest, alive = await rooms.calls.newest(), last_written(settings.tapes)
    moments = [moment for moment in (alive, *(newest or ())) if moment is not None]
    began = await rooms.calls.gap_open_since(max(moments)) if moments else None
    return Past(record, floor, recorded, begun, lambda gap: ledger.take([gap]), began=began, kept=min(moments, default=0))
