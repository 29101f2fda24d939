"""A period of the store beside what Asterisk wrote: which calls are in it, and what is said when Asterisk's record is not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from callcenter.calls.rows import store_calls
from callcenter.calls.service import Calls
from callcenter.comparison.period import EDGE_MS, of_period, recordings_of
from callcenter.floor.call import Call
from callcenter.store.engine import Store
from callcenter.telephony.cel import Line
from callcenter.telephony.queue_log import Entry
from tests.comparison.test_healing import late, stretches
from tests.comparison.test_record import ANSWERED, FIRST, GAVE_UP, LAST, LINES, kept

NOW = LAST + 60_000
ALL = {"calls": 10, "sources": ["cel"], "uncovered": 0, "why": "", "differences": [], "healed": []}


@dataclass(frozen=True)
class Wrote:
    """What Asterisk wrote, as its record tells it."""

    lines: Sequence[Line] | None
    entries: Sequence[Entry] | None = None

    async def channels(self, since: int) -> list[Line] | None:
        return None if self.lines is None else [line for line in self.lines if line.at >= since]

    async def queues(self, since: int) -> list[Entry] | None:
        return None if self.entries is None else [entry for entry in self.entries if entry.at >= since]

    async def shorten(self, now: int, days: int) -> None:
        return


async def stored(store: Store, folder: Path, calls: Sequence[Call]) -> Calls:
    async with store.transaction() as session:
        await store_calls(session, [(None, call) for call in calls])
    return Calls(store, folder)


async def test_a_period_of_the_store_is_compared(store: Store, tmp_path: Path) -> None:
    calls = await stored(store, tmp_path, kept())
    assert await of_period(Wrote(LINES), calls, FIRST, NOW, NOW) == ALL
    late = await of_period(Wrote(LINES), calls, FIRST + 20_000, NOW, NOW)
    assert (late["calls"], late["differences"]) == (5, [])
    missing = await of_period(Wrote([line for line in LINES if line.leg != GAVE_UP]), calls, FIRST, NOW, NOW)
    assert [(one["call"], one["what"], one["asterisk"]) for one in missing["differences"]] == [(GAVE_UP, "call", "not there")]


async def test_a_call_that_the_store_lacks(store: Store, tmp_path: Path) -> None:
    calls = await stored(store, tmp_path, [call for call in kept() if call.id != GAVE_UP])
    told = await of_period(Wrote(LINES), calls, FIRST, NOW, NOW)
    assert [(one["call"], one["what"], one["record"]) for one in told["differences"]] == [(GAVE_UP, "call", "not there")]


async def test_times_that_were_heard_late_are_put_right_and_said_when_it_is_asked_for(store: Store, tmp_path: Path) -> None:
    right = {call.id: call for call in kept()}
    heard = [late(call, call.answered or 0) if call.id == ANSWERED else call for call in kept()]
    heard = [replace(call, exit="lost_sight") if call.id == GAVE_UP else call for call in heard]
    calls = await stored(store, tmp_path, heard)
    told = await of_period(Wrote(LINES), calls, FIRST, NOW, NOW)
    both = {(ANSWERED, "answered"), (ANSWERED, "ended"), (GAVE_UP, "exit")}
    assert ({(one["call"], one["what"]) for one in told["differences"]}, told["healed"]) == (both, [])
    told = await of_period(Wrote(LINES), calls, FIRST, NOW, NOW, heal=True)
    assert {(one["call"], one["what"]) for one in told["healed"]} == {(ANSWERED, "answered"), (ANSWERED, "ended")}
    assert [(one["call"], one["what"]) for one in told["differences"]] == [(GAVE_UP, "exit")]
    now = await calls.one(ANSWERED)
    assert now is not None
    assert (now.answered, now.ended, stretches(now)) == (right[ANSWERED].answered, right[ANSWERED].ended, stretches(right[ANSWERED]))
    again = await of_period(Wrote(LINES), calls, FIRST, NOW, NOW, heal=True)
    assert (again["differences"], again["healed"]) == (told["differences"], [])


async def test_a_call_that_is_no_more_as_it_was_looked_at_is_not_put_right(store: Store, tmp_path: Path) -> None:
    calls = await stored(store, tmp_path, kept())
    call = next(one for one in kept() if one.id == ANSWERED)
    assert not await calls.put_right(replace(call, customer_name="张三"), call)


async def test_what_just_happened_is_let_be(store: Store, tmp_path: Path) -> None:
    calls = await stored(store, tmp_path, kept()[:3])
    now = max(call.began for call in kept()[:3]) + EDGE_MS
    early = [line for line in LINES if line.at < now]
    assert (await of_period(Wrote(early), calls, FIRST, now, now))["differences"] == []


async def test_without_asterisk_s_record_nothing_is_said_to_agree(store: Store, tmp_path: Path) -> None:
    calls = await stored(store, tmp_path, kept())
    told = await of_period(Wrote(None), calls, FIRST, NOW, NOW)
    assert "cannot be read" in told["why"]
    told = await of_period(Wrote([line for line in LINES if line.at > FIRST + 20_000]), calls, FIRST, NOW, NOW)
    assert (told["calls"], told["uncovered"], told["differences"]) == (10, 5, [])


async def test_before_the_first_call_there_is_nothing_to_compare(store: Store, tmp_path: Path) -> None:
    told = await of_period(Wrote(None), Calls(store, tmp_path), FIRST, NOW, NOW)
    assert told == {"calls": 0, "sources": [], "uncovered": 0, "why": "", "differences": [], "healed": []}
    assert await recordings_of(Calls(store, tmp_path), FIRST, NOW, NOW) == {"checked": 0, "differences": []}
