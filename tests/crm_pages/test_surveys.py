"""The surveys' pages by the front door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.crm.cases.service import Cases
from callcenter.crm.surveys.service import Question, Surveys
from callcenter.people.service import People
from callcenter.store.clock import now_ms
from callcenter.store.engine import Store
from tests.calls_pages.centre import answered, furnish, keep, serving, settings_of, signed_in
from tests.crm_pages.test_customers import Centre

FIELDS = {"queue": "orders", "place": "1", "name": "服务态度", "zh": "满意请按1,不满意请按2。", "en": "", "keys": "12", "unhappy": "2"}


@pytest.fixture
async def centre(store: Store, tmp_path: Path) -> AsyncIterator[Centre]:
    await furnish(store)
    async with serving(store, settings_of(tmp_path / "data")) as client:
        yield Centre(client, store, 0)


async def test_a_question_is_asked_changed_and_asked_no_more(centre: Centre) -> None:
    token = await signed_in(centre.client, centre.store, "3001")
    surveys = Surveys(centre.store)
    assert "尚未设置队列题目" in await centre.get("/surveys")
    assert await centre.post("/surveys/questions", token, **FIELDS) == (303, "/surveys")
    (kept,) = await surveys.questions("orders")
    assert (kept.name, kept.keys, kept.unhappy) == ("服务态度", "12", "2")
    path = f"/surveys/questions/{kept.id}"
    assert path in await centre.get("/surveys")
    assert 'value="服务态度"' in await centre.get(path)
    assert (await centre.post(path, token, **{**FIELDS, "en": "1 yes, 2 no"}))[0] == 303
    assert (await surveys.questions("orders"))[0].en == "1 yes, 2 no"
    assert (await centre.post(f"{path}/retire", token))[0] == 303
    assert await surveys.all() == []
    await centre.get(path, 404)


@pytest.mark.parametrize(
    ("field", "value"), [("queue", "castle"), ("name", ""), ("zh", ""), ("keys", "11"), ("keys", "a"), ("unhappy", "3"), ("place", "0")]
)
async def test_a_question_that_is_none(centre: Centre, field: str, value: str) -> None:
    token = await signed_in(centre.client, centre.store, "3001")
    status, page = await centre.post("/surveys/questions", token, **{**FIELDS, "unhappy": "", field: value})
    assert (status, page.count("is-invalid")) == (422, 1)
    assert await Surveys(centre.store).all() == []


async def test_results_and_the_unhappy_with_their_cases(centre: Centre) -> None:
    store = centre.store
    surveys = Surveys(store)
    question = await surveys.keep(Question(0, "orders", 1, "服务态度", "请评价", "", "12", "2"), by="3001")
    await keep(store, answered("1.1", now_ms() - 60_000), answered("1.2", now_ms() - 50_000, customer_name=""))
    for call, answer in (("1.1", "2"), ("1.2", None)):
        await surveys.note(call, "survey", answer, key=call, question=question)
    user = next(id for id, (number, _name) in (await People(store, idle_ms=1).names()).items() if number == "2001")
    case = await Cases(store, settings_of(Path("/")).zone).open(kind="request", text="x", by=user, call="1.1")
    await signed_in(centre.client, store, "4001")
    page = await centre.get("/surveys?days=7")
    for part in ('href="/calls/1.1"', f'href="/cases/{case.number}"', "50 %", "服务态度"):
        assert part in page
    assert "/surveys/questions" not in page


async def test_who_may(centre: Centre) -> None:
    token = await signed_in(centre.client, centre.store, "4001")
    assert (await centre.post("/surveys/questions", token, **FIELDS))[0] == 403
    await signed_in(centre.client, centre.store, "2001")
    await centre.get("/surveys", 403)
