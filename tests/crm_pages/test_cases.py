"""Cases' pages by the front door."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.crm.cases.service import Cases
from callcenter.crm.customers.service import Customers
from callcenter.people.service import People
from callcenter.store.clock import now_ms
from callcenter.store.engine import Store
from tests.calls_pages.centre import answered, furnish, keep, serving, settings_of, signed_in
from tests.crm_pages.test_customers import Centre


class CasesCentre(Centre):
    """With a complaint of 2001's and a repair of 2003's that is overdue."""

    ids: dict[str, int]
    complaint: str
    repair: str


@pytest.fixture
async def centre(store: Store, tmp_path: Path) -> AsyncIterator[CasesCentre]:
    await furnish(store)
    settings = settings_of(tmp_path / "data")
    customer = await Customers(store).add(name="好邻居便利店")
    await keep(store, answered("1.1", now_ms() - 300_000, customer=customer))
    ids = {number: id for id, (number, _name) in (await People(store, idle_ms=1).names()).items()}
    cases = Cases(store, settings.zone)
    async with serving(store, settings) as client:
        made = CasesCentre(client, store, customer)
        made.ids = ids
        made.complaint = (await cases.open(kind="complaint", text="少送两条", by=ids["2001"], customer=customer, call="1.1")).number
        made.repair = (await cases.open(kind="repair", text="终端故障", by=ids["2003"], due=now_ms() - 1000)).number
        yield made


def numbers(page: str) -> list[str]:
    return re.findall(r'href="/cases/(C\d+-\d+)"', page)


async def test_the_list_by_deadline_and_its_filters(centre: CasesCentre) -> None:
    await signed_in(centre.client, centre.store, "2001")
    both = [centre.repair, centre.complaint]
    for query, found in (
        ("", both),
        ("?kind=complaint", [centre.complaint]),
        ("?owner=mine", [centre.complaint]),
        (f"?owner={centre.ids['2003']}", [centre.repair]),
        ("?overdue=1", [centre.repair]),
        ("?state=closed", []),
        ("?kind=order", []),
    ):
        assert numbers(await centre.get(f"/cases{query}")) == found, query
    assert sorted(numbers(await centre.get("/cases?state=all"))) == sorted(both)


async def test_a_filter_that_cannot_be_used(centre: CasesCentre) -> None:
    await signed_in(centre.client, centre.store, "2001")
    page = await centre.get("/cases?owner=12345&kind=castle", 422)
    assert page.count("is-invalid") == 2


async def test_the_owner_settles_his_case(centre: CasesCentre) -> None:
    token = await signed_in(centre.client, centre.store, "2001")
    path = f"/cases/{centre.complaint}"
    status, page = await centre.post(f"{path}/close", token, result=" ")
    assert (status, "请填写此项" in page) == (422, True)
    assert await centre.post(f"{path}/close", token, result="已补送,客户满意") == (303, path)
    page = await centre.get(path)
    assert "已补送,客户满意" in page
    assert "/close" not in page
    assert (await centre.post(f"{path}/close", token, result="再次"))[0] == 409


async def test_a_colleagues_case_is_not_settled_but_may_be_added_to(centre: CasesCentre) -> None:
    token = await signed_in(centre.client, centre.store, "2001")
    path = f"/cases/{centre.repair}"
    assert "/close" not in await centre.get(path)
    assert (await centre.post(f"{path}/close", token, result="好"))[0] == 403
    assert (await centre.post(f"{path}/owner", token, owner=str(centre.ids["2001"])))[0] == 403
    assert await centre.post(f"{path}/notes", token, text="客户又来电催办") == (303, path)
    assert "客户又来电催办" in await centre.get(path)


async def test_a_supervisor_hands_a_case_over(centre: CasesCentre) -> None:
    token = await signed_in(centre.client, centre.store, "3001")
    path = f"/cases/{centre.repair}"
    status, page = await centre.post(f"{path}/owner", token, owner="", why="换班")
    assert (status, 'value="换班"' in page) == (422, True)
    assert await centre.post(f"{path}/owner", token, owner=str(centre.ids["2001"]), why="换班") == (303, path)
    case = await Cases(centre.store, settings_of(Path("/nowhere")).zone).one(centre.repair)
    assert case is not None
    assert case.owner == centre.ids["2001"]
    assert "2001 王芳: 换班" in await centre.get(path)


async def test_the_cases_of_a_call_and_of_a_customer_are_pieces(centre: CasesCentre) -> None:
    await signed_in(centre.client, centre.store, "4001")
    for path in ("/calls/1.1/cases", f"/customers/{centre.customer}/cases"):
        piece = await centre.get(path)
        assert numbers(piece) == [centre.complaint]
        assert "<main" not in piece
    assert "该通话没有产生工单" in await centre.get("/calls/9.9/cases")


async def test_a_case_that_is_not_there(centre: CasesCentre) -> None:
    await signed_in(centre.client, centre.store, "2001")
    assert "页面不存在" in await centre.get("/cases/C20000101-0001", 404)


async def test_a_reviewer_changes_nothing(centre: CasesCentre) -> None:
    token = await signed_in(centre.client, centre.store, "4001")
    assert (await centre.post(f"/cases/{centre.complaint}/notes", token, text="x"))[0] == 403
