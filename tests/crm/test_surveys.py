"""Answers are kept once, and silence is an answer of its own."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.exc import IntegrityError

from callcenter.crm.surveys.service import Surveys
from callcenter.store.engine import Store
from tests.crm.calls import add_calls


async def test_answers_are_kept_once(store: Store) -> None:
    await add_calls(store, "call-1")
    surveys = Surveys(store, clock=lambda: 5)
    await surveys.note("call-1", "satisfied", "1", key="call-1/satisfied")
    await surveys.note("call-1", "satisfied", "5", key="call-1/satisfied")
    await surveys.note("call-1", "again", None, key="call-1/again")
    await asyncio.gather(*(surveys.note("call-1", "third", "2", key="call-1/third") for _ in range(3)))
    assert [(a.step, a.answer, a.at) for a in await surveys.of_call("call-1")] == [
        ("satisfied", "1", 5),
        ("again", None, 5),
        ("third", "2", 5),
    ]


async def test_a_call_that_is_not_there_is_an_error(store: Store) -> None:
    with pytest.raises(IntegrityError):
        await Surveys(store).note("no-such-call", "satisfied", "1", key="k")
