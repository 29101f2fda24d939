"""A centre with more people than the demo: their seats and accounts are put into its store before it is started."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from callcenter.people.service import People
from callcenter.people.tables import SeatRow
from callcenter.store.engine import Store
from tests.live.begun import begin, cheap
from tests.live.centre import Centre

PASSWORD = "load-and-nothing-else"
FIRST_AGENT, FIRST_SEAT = 2100, 1100


@dataclass(frozen=True)
class Colleague:
    """An agent of the queue `orders`, and the seat he always takes."""

    number: str
    seat: str


async def staff(centre: Centre, count: int) -> Sequence[Colleague]:
    """So many agents beside the demo's, before the centre's first start."""
    settings = centre.settings
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    await asyncio.to_thread(begin, settings)
    store = Store(settings.database_url)
    colleagues = [Colleague(str(FIRST_AGENT + n), str(FIRST_SEAT + n)) for n in range(count)]
    try:
        async with store.transaction() as session:
            session.add_all(SeatRow(name=one.seat, kind="desk") for one in colleagues)
        people = People(store, idle_ms=1, passwords=cheap())
        for one in colleagues:
            await people.add(
                number=one.number, name=f"客服{one.number}", password=PASSWORD, roles=("agent",), language="zh_CN", queues=("orders",)
            )
    finally:
        await store.close()
    return colleagues
