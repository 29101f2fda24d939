"""A call and its rows say the same, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from callcenter.calls.rows import load_call, store_call
from callcenter.calls.tables import CallRow, LegRow, RecordingRow, SegmentRow, StepRow
from callcenter.floor.call import Call
from callcenter.floor.changes import CallChanged
from callcenter.store.engine import Store
from tests.floor import stories as tell
from tests.floor.stories import CALLER, fold, folded


async def stored(store: Store, before: Call | None, after: Call) -> Call | None:
    async with store.transaction() as session:
        await store_call(session, before, after)
    async with store.transaction() as session:
        return await load_call(session, after.id)


@pytest.mark.parametrize("name", sorted(tell.STORIES))
async def test_every_picture_of_a_call_comes_back(store: Store, name: str) -> None:
    changes = [one for one in fold(tell.STORIES[name])[1] if isinstance(one, CallChanged)]
    for change in changes:
        assert await stored(store, change.before, change.after) == change.after


async def test_writing_again_changes_nothing(store: Store) -> None:
    call = folded(tell.SURVEYED).calls[CALLER]
    for before in (None, None, call):
        assert await stored(store, before, call) == call
    async with store.transaction() as session:
        counts = [
            await session.scalar(select(func.count()).select_from(kind)) for kind in (CallRow, LegRow, SegmentRow, StepRow, RecordingRow)
        ]
    assert counts == [1, len(call.legs), len(call.segments), len(call.steps), 1]


async def test_a_measured_recording_stays_measured(store: Store) -> None:
    call = folded(tell.PLAIN).calls[CALLER]
    await stored(store, None, call)
    async with store.transaction() as session:
        row = await session.get_one(RecordingRow, call.recordings[0].id)
        row.state, row.seconds = "whole", 5.0
    await stored(store, None, call)
    async with store.transaction() as session:
        row = await session.get_one(RecordingRow, call.recordings[0].id)
        assert (row.state, row.seconds) == ("whole", 5.0)


async def test_no_call_is_lost_over_what_a_network_sends(store: Store) -> None:
    call = folded(tell.PLAIN).calls[CALLER]
    odd = replace(call, number="9" * 500 + "\0", keys="*" * 900)
    odd = replace(odd, legs={id: replace(leg, name="名" * 400, cause=2**40) for id, leg in call.legs.items()})
    back = await stored(store, None, odd)
    assert back is not None
    assert back.number == "9" * 80
    assert {leg.cause for leg in back.legs.values()} == {None}


async def test_a_moment_that_turned_out_to_be_no_segment_leaves_the_store(store: Store) -> None:
    """Asterisk ends a hold in the moment of the transfer: the talk that seemed to begin is taken back."""
    changes = [one for one in fold(tell.ATTENDED)[1] if isinstance(one, CallChanged)]
    longest = max(changes, key=lambda one: len(one.after.segments)).after
    call = folded(tell.ATTENDED).calls[CALLER]
    shorter = replace(longest, segments=longest.segments[:-2])
    await stored(store, None, longest)
    assert await stored(store, longest, shorter) == shorter
    assert await stored(store, shorter, call) == call
