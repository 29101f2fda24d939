"""The wrap-up's note is kept, replaced, and found by its call."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from callcenter.desk.service import Notes
from callcenter.people.tables import DispositionRow
from callcenter.store.engine import Store
from tests.crm.calls import add_calls, add_users


async def test_a_note_is_kept_for_each_agent_of_a_call(store: Store) -> None:
    await add_calls(store, "call-1", "call-2")
    first, second = await add_users(store, "2001", "2002")
    async with store.transaction() as session:
        session.add(DispositionRow(code="solved", zh="已解决", en="Solved", place=1))
    moments = iter(range(1, 10))
    notes = Notes(store, clock=lambda: next(moments))
    await notes.save_wrapup("call-1", first, "草稿", None)
    await notes.save_wrapup("call-1", second, "转接后处理", None)
    saved = await notes.save_wrapup("call-1", first, "客户催货", "solved")
    assert (saved.note, saved.disposition) == ("客户催货", "solved")
    assert [(n.user, n.note) for n in await notes.of_call("call-1")] == [(second, "转接后处理"), (first, "客户催货")]
    assert await notes.of_call("call-2") == []


async def test_a_disposition_that_is_none_is_refused(store: Store) -> None:
    await add_calls(store, "call-1")
    (user,) = await add_users(store, "2001")
    with pytest.raises(IntegrityError):
        await Notes(store).save_wrapup("call-1", user, "", "no-such-code")
