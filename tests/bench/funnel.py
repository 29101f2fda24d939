"""How soon a supervisor sees what a month's callers did in a flow: every day of it but today was counted before."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

from callcenter.ivr.seen.count_days import CountDays
from callcenter.ivr.seen.days import Days
from callcenter.migrations.run import upgrade
from callcenter.store.clock import now_ms
from callcenter.store.engine import Store
from callcenter.web import clock
from tests.bench.figures import Figure
from tests.bench.month import month
from tests.ivr_seen.centre import Seen, serving
from tests.ivr_seen.flows import orders

DAYS = 30


async def funnels(folder: Path, *, calls: int, rounds: int) -> list[Figure]:
    """The page of where callers go and the picture with its figures, each a month of so many calls a day; one day counted anew."""
    url = f"sqlite+aiosqlite:///{folder / 'centre.sqlite'}"
    await upgrade(url)
    store = Store(url)
    try:
        async with serving(store, folder, [orders()]) as seen:
            return await _figures(seen, calls, rounds)
    finally:
        await store.close()


async def _figures(seen: Seen, calls: int, rounds: int) -> list[Figure]:
    today = clock.local(now_ms(), seen.settings.zone).date()
    period = Days(today - timedelta(days=DAYS - 1), today, seen.settings.zone)
    await month(seen.store, period.since, DAYS, calls)
    counting, counted = CountDays(seen.store, seen.settings.zone), list[float]()
    began = time.perf_counter()
    while await counting.look():
        counted.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
    await seen.sign_in()
    pages = {
        f"a month's funnel, {calls * DAYS:,} calls": f"/flows/orders/funnel?from={period.first}&to={period.last}",
        "… its picture with a step": f"/flows/orders/picture?from={period.first}&to={period.last}&step=menu",
    }
    found = [Figure(name, [await _took(seen, path) for _ in range(rounds)], "ms") for name, path in pages.items()]
    return [*found, Figure("… a day counted", counted, "ms")]


async def _took(seen: Seen, path: str) -> float:
    began = time.perf_counter()
    await seen.text(path)
    return (time.perf_counter() - began) * 1000
