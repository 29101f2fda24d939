"""A recording belongs to segments by leg and time; what fits no talk, and what was said without sound, is listed."""

from __future__ import annotations

import os
from pathlib import Path

from callcenter.calls.belonging import held_ms, recorded_until, segments_of
from callcenter.calls.orphans import Orphans
from callcenter.calls.rows import store_call
from callcenter.calls.service import Calls
from callcenter.floor.call import Call, Leg, Recording, Segment
from callcenter.store.engine import Store
from tests.calls.test_service import both, wav
from tests.floor.stories import T

FIRST, SECOND, CUSTOMER = "a1-1.2", "a1-1.3", "a1-1.1"


def handed_over(direction: str = "inbound", recordings: tuple[Recording, ...] = ()) -> Call:
    """One agent talks, holds while he consults a second, and hands over; the second hangs up."""
    legs = {
        CUSTOMER: Leg(CUSTOMER, "PJSIP/trunk-1", "139", T, role="caller", ended=T + 30_000),
        FIRST: Leg(FIRST, "PJSIP/1001-2", "", T + 1000, role="agent", seat="1001", ended=T + 12_000),
        SECOND: Leg(SECOND, "PJSIP/1002-3", "", T + 7000, role="agent", seat="1002", ended=T + 30_000),
    }
    segments = (
        Segment(1, "ring", FIRST, T + 1000, "2001", "orders", T + 2000, "answered"),
        Segment(2, "talk", FIRST, T + 2000, "2001", "orders", T + 6000, "held"),
        Segment(3, "hold", FIRST, T + 6000, "2001", "orders", T + 12_000, "transferred"),
        Segment(4, "ring", SECOND, T + 7000, "2002", None, T + 8000, "answered"),
        Segment(5, "consult", FIRST, T + 8000, "2001", None, T + 12_000, "transferred"),
        Segment(6, "consult", SECOND, T + 8000, "2002", None, T + 12_000, "resumed"),
        Segment(7, "talk", SECOND, T + 12_000, "2002", None, T + 30_000, "agent_hung_up"),
        Segment(8, "wrapup", FIRST, T + 12_000, "2001", None, T + 20_000, "saved"),
    )
    return Call(
        CUSTOMER, direction, "139", "800", T, ended=T + 30_000, exit="answered", legs=legs, segments=segments, recordings=recordings
    )


def numbers(call: Call, leg: str, started: int) -> list[int]:
    return [one.n for one in segments_of(call, leg, started)]


def test_each_agents_recording_belongs_to_what_he_said_and_heard() -> None:
    call = handed_over()
    assert numbers(call, FIRST, T + 2000) == [2, 3, 5]
    assert numbers(call, SECOND, T + 8000) == [6, 7]
    assert recorded_until(call, FIRST, T + 2000) == T + 12_000
    assert recorded_until(call, SECOND, T + 8000) == T + 30_000


def test_what_the_customer_waited_need_not_be_recorded() -> None:
    assert held_ms(handed_over(), FIRST, T + 2000) == 6000
    assert held_ms(handed_over(), FIRST, T + 7000) == 5000
    assert held_ms(handed_over(), SECOND, T + 8000) == 0


def test_a_recording_that_began_anew_belongs_to_what_came_after() -> None:
    assert numbers(handed_over(), SECOND, T + 12_010) == [7]


def test_the_customers_own_recording_belongs_to_all_who_talked_with_him() -> None:
    assert numbers(handed_over("outbound"), CUSTOMER, T + 2000) == [2, 3, 7]


async def test_what_fits_is_no_orphan(store: Store, tmp_path: Path) -> None:
    call = handed_over(recordings=(Recording(FIRST, FIRST, T + 2000), Recording(SECOND, SECOND, T + 12_000)))
    both(tmp_path, FIRST, 10)
    both(tmp_path, SECOND, 18)
    found = await looked(store, tmp_path, call)
    assert not found
    assert found == Orphans()


async def test_files_that_nobody_claims_and_talks_without_sound_are_listed(store: Store, tmp_path: Path) -> None:
    call = handed_over(recordings=(Recording(FIRST, FIRST, T + 2000),))
    wav(tmp_path / "a1-9.9-agent.wav", 1)
    wav(tmp_path / "message-7.wav", 1)
    wav(tmp_path / "somebodys.wav", 1)
    (tmp_path / "notes.txt").write_text("no sound")
    found = await looked(store, tmp_path, call, "message-7.wav")
    assert [(one.file, one.bytes) for one in found.strays] == [("a1-9.9-agent.wav", 16_044), ("somebodys.wav", 16_044)]
    assert [(one.leg, one.who, one.state, one.began - T) for one in found.mutes] == [
        (SECOND, "2002", "unrecorded", 12_000),
        (FIRST, "2001", "missing", 2000),
    ]
    assert found.told()["mutes"][0]["call"] == CUSTOMER


async def looked(store: Store, folder: Path, call: Call, *claimed: str) -> Orphans:
    for path in folder.iterdir():
        os.utime(path, (T / 1000 + 30, T / 1000 + 30))
    async with store.transaction() as session:
        await store_call(session, None, call)
    calls = Calls(store, folder)
    await calls.measure_ended(T + 100_000)
    assert await calls.orphans(T + 60_000, T + 90_000) == Orphans()
    return await calls.orphans(T - 1, T + 60_000, claimed)
