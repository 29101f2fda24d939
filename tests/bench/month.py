"""A month of calls in the record: one day made by chance, and copied to the other days within the database."""

from __future__ import annotations

import random

from sqlalchemy import String, cast, insert, literal, select

from callcenter.calls.rows import store_calls
from callcenter.calls.tables import CallRow, SegmentRow, StepRow
from callcenter.floor.call import Call
from callcenter.store.engine import Store
from tests.ivr_seen.walked import Walked, call, waited

DAY_MS = 86_400_000
TOGETHER = 500


async def month(store: Store, since: int, days: int, calls: int) -> None:
    """So many calls on each of these days, the first of which begins at `since` (ms)."""
    day = [_call(random.Random(n), n, since, calls) for n in range(calls)]
    for first in range(0, calls, TOGETHER):
        async with store.transaction() as session:
            await store_calls(session, [(None, one) for one in day[first : first + TOGETHER]])
    for n in range(1, days):
        await _copy(store, n, since)


def _call(chance: random.Random, n: int, since: int, calls: int) -> Call:
    """The greeting, a menu some wander about in, the queue, a question after the talk."""
    walked: list[tuple[str, int, str | None]] = [("greeting", chance.randrange(3000, 9000), "done")]
    for _ in range(chance.choice((1, 1, 2, 3))):
        walked.append(("menu", chance.randrange(1500, 14_000), chance.choice("123")))
        walked.append((chance.choice(("number", "closing")), chance.randrange(1500, 20_000), chance.choice(("12345678", "timeout", "1"))))
    began = since + n * (DAY_MS - 4 * 3_600_000) // calls
    queued_at = began + sum(ms for _, ms, _ in walked)
    wait = chance.randrange(2000, 90_000)
    end = _end(chance, wait)
    found = call(f"0-{n}", began, [*walked, *end])
    if len(end) == 1:
        return found if end[0][0] == "menu" else waited(found, queued_at + 20, queued_at + wait, "abandoned")
    return waited(found, queued_at + 20, queued_at + wait, "answered")


def _end(chance: random.Random, wait: int) -> Walked:
    which = chance.random()
    if which < 0.15:
        return [("menu", wait // 10, "hung_up")]
    if which < 0.3:
        return [("person", wait, "hung_up")]
    return [("person", wait + 120_000, "answered"), ("bye", 4000, "done")]


async def _copy(store: Store, n: int, since: int) -> None:
    """The first day once more, `n` days later."""
    async with store.transaction() as session:
        for row, name in ((CallRow, "id"), (SegmentRow, "call"), (StepRow, "call")):
            columns = row.__table__.columns
            later = {time: columns[time] + n * DAY_MS for time in ("began", "ended", "answered") if time in columns}
            moved = {**dict(columns.items()), **later, name: cast(literal(f"{n}"), String) + columns[name]}
            of_first_day = select(*moved.values()).where(columns[name].like("0-%"))
            await session.execute(insert(row).from_select(list(moved), of_first_day))
