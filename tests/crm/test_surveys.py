"""Answers are kept once, silence is an answer of its own, and an unhappy one opens a case once a call."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import IntegrityError

from callcenter.audit.service import verify
from callcenter.crm.cases.service import Cases
from callcenter.crm.surveys.follow_up import FollowUp
from callcenter.crm.surveys.service import NoSuchQuestion, Question, Result, Surveys
from callcenter.floor.call import Call, Segment
from callcenter.floor.floor import Floor
from callcenter.hotlines.tables import QueueRow
from callcenter.people.service import People
from callcenter.store.engine import Store
from tests.crm.calls import add_calls, add_users

SERVICE = Question(0, "orders", 1, "服务态度", "请为坐席的服务打分。", "Please rate the agent.", "12345", "45")


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


@pytest.fixture
async def surveys(store: Store) -> Surveys:
    async with store.transaction() as session:
        session.add_all(QueueRow(name=name, zh=name, en=name, strategy="rrmemory") for name in ("orders", "complaints"))
    await add_calls(store, "call-1", "call-2", "call-3")
    return Surveys(store, clock=lambda: 5)


async def test_questions_are_kept_by_queue_changed_and_retired(surveys: Surveys, store: Store) -> None:
    first = await surveys.keep(SERVICE, by="3001")
    second = await surveys.keep(replace(SERVICE, place=0, name="问题解决", keys="12", unhappy="2"), by="3001")
    assert [one.id for one in await surveys.questions("orders")] == [second, first]
    assert await surveys.questions("complaints") == []
    assert await surveys.keep(replace(SERVICE, id=first, zh="请评价服务态度。"), by="3001") == first
    assert (await surveys.questions("orders"))[1].zh == "请评价服务态度。"
    other = await surveys.keep(replace(SERVICE, id=first, keys="123"), by="3001")
    assert other != first
    assert [one.id for one in await surveys.questions("orders")] == [second, other]
    await surveys.retire(second, by="3001")
    assert [one.id for one in await surveys.all()] == [other]
    for gone in (surveys.retire(second, by="3001"), surveys.keep(replace(SERVICE, id=first), by="3001")):
        with pytest.raises(NoSuchQuestion):
            await gone
    assert await verify(store) is None


async def test_results_tell_no_input_from_every_answer(surveys: Surveys) -> None:
    id = await surveys.keep(SERVICE, by="3001")
    for n, answer in enumerate(("1", "1", "5", None)):
        await surveys.note(f"call-{n % 3 + 1}", "survey", answer, key=f"k{n}", question=id)
    await surveys.note("call-1", "survey", "5", key="own")
    (found,) = await surveys.results(5, 6)
    assert found == Result(replace(SERVICE, id=id), 4, 1, 1, {"1": 2, "2": 0, "3": 0, "4": 0, "5": 1})
    assert found.answered == 3
    assert await surveys.results(0, 5) == [Result(replace(SERVICE, id=id), 0, 0, 0, dict.fromkeys("12345", 0))]
    await surveys.retire(id, by="3001")
    assert [one.asked for one in await surveys.results(5, 6)] == [4]
    assert await surveys.results(0, 5) == []


async def test_an_unhappy_answer_opens_a_case_of_who_took_the_call_once(surveys: Surveys, store: Store) -> None:
    first, last = await add_users(store, "2001", "2002")
    talks = [Segment(n, "talk", f"leg-{n}", n, who=who, ended=n + 1, reason="transferred") for n, who in ((1, "2001"), (2, "2002"))]
    call = Call(id="call-1", direction="inbound", number="13800138000", to="8000000001", began=1, segments=tuple(talks))
    floor = Floor(calls={"call-1": call, "call-2": replace(call, id="call-2", segments=())})
    cases = Cases(store, ZoneInfo("Asia/Shanghai"), clock=lambda: 5)
    follow_up = FollowUp(surveys, cases, People(store, idle_ms=1), lambda: floor, "zh_CN")
    one = await surveys.keep(SERVICE, by="3001")
    other = await surveys.keep(replace(SERVICE, place=2, name="问题解决", keys="12", unhappy="2"), by="3001")
    await follow_up.answered(call="call-1", step="survey", answer="1", key="a", question=one)
    assert await cases.of_call("call-1") == []
    for _ in range(2):
        await follow_up.answered(call="call-1", step="survey", answer="5", key="b", question=one)
    await follow_up.answered(call="call-1", step="survey", answer="2", key="c", question=other)
    (case,) = await cases.of_call("call-1")
    assert (case.owner, case.kind, case.call) == (last, "request", "call-1")
    assert "服务态度" in case.text
    assert first != last
    await follow_up.answered(call="call-2", step="survey", answer="4", key="d", question=one)
    await follow_up.answered(call="call-2", step="survey", answer=None, key="e", question=other)
    assert await cases.of_call("call-2") == []
    assert [(one.call, one.question, one.answer) for one in await surveys.unhappy(5)] == [
        ("call-2", "服务态度", "4"),
        ("call-1", "问题解决", "2"),
        ("call-1", "服务态度", "5"),
    ]
    assert await surveys.unhappy(6) == []
