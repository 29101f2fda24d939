"""Customers are found by their numbers and by what is typed; none is guessed."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from callcenter.crm.customers.service import Customers, NewPhone, NotANumber
from callcenter.store.engine import Store


@pytest.fixture
def customers(store: Store) -> Customers:
    return Customers(store)


async def add_wang(customers: Customers) -> int:
    return await customers.add(
        name="永兴便利店",
        licence_no="310101100001",
        tier="key",
        notes="爱抽软中华 100%",
        contacts=[("王芳", "店主"), ("王小明", "店员")],
        phones=[NewPhone("138 0013 8000", "王芳"), NewPhone("021-61234567")],
    )


@pytest.mark.parametrize("number", ["13800138000", "+8613800138000", "013800138000", "02161234567"])
async def test_one_is_recognised_by_any_of_his_numbers(customers: Customers, number: str) -> None:
    wang = await add_wang(customers)
    found = await customers.recognise(number)
    assert found.customer is not None
    assert (found.customer.id, found.customer.name, found.customer.tier, found.several) == (wang, "永兴便利店", "key", ())


@pytest.mark.parametrize("number", ["anonymous", "", "13900139000", "1001", "310101100001"])
async def test_others_are_not(customers: Customers, number: str) -> None:
    await add_wang(customers)
    found = await customers.recognise(number)
    assert (found.customer, found.several) == (None, ())


async def test_several_with_one_number_are_offered(customers: Customers) -> None:
    await add_wang(customers)
    await customers.add(name="万家超市", phones=[NewPhone("13800138000")])
    found = await customers.recognise("13800138000")
    assert found.customer is None
    assert {c.name for c in found.several} == {"永兴便利店", "万家超市"}


async def test_the_card_has_everything(customers: Customers) -> None:
    card = await customers.card(await add_wang(customers))
    assert card is not None
    assert card.customer.notes == "爱抽软中华 100%"
    assert [(c.name, c.role) for c in card.contacts] == [("王芳", "店主"), ("王小明", "店员")]
    assert [(p.number, p.given, p.contact and p.contact.name) for p in card.phones] == [
        ("+8613800138000", "138 0013 8000", "王芳"),
        ("+862161234567", "021-61234567", None),
    ]
    assert await customers.card(0) is None


@pytest.mark.parametrize(
    "text", ["永兴", " 永兴便利店 ", "310101", "310101100001", "13800138000", "138-0013", "8000", "王小", "021 6123 4567"]
)
async def test_a_search_finds(customers: Customers, text: str) -> None:
    await add_wang(customers)
    await customers.add(name="万家超市", licence_no="440106200002", phones=[NewPhone("13900139999")])
    assert [c.name for c in await customers.search(text)] == ["永兴便利店"]


@pytest.mark.parametrize("text", ["", "  ", "%", "_", "永%店", "'; drop table customers; --", "\\", "999"])
async def test_a_search_takes_signs_as_they_are(customers: Customers, text: str) -> None:
    await add_wang(customers)
    assert await customers.search(text) == []


async def test_a_search_gives_the_exact_one_first_and_no_more_than_asked(customers: Customers) -> None:
    for name in ("永兴", "永兴二店", "A永兴"):
        await customers.add(name=name)
    first, _ = await customers.search("永兴", limit=2)
    assert first.name == "永兴"


async def test_what_is_wrong_is_not_kept(customers: Customers) -> None:
    await add_wang(customers)
    with pytest.raises(NotANumber):
        await customers.add(name="无", phones=[NewPhone("没有")])
    with pytest.raises(IntegrityError):
        await customers.add(name="又一个", licence_no="310101100001")
    assert await customers.search("无") == []
    assert await customers.search("又一个") == []


async def test_notes_are_replaced(customers: Customers) -> None:
    wang = await add_wang(customers)
    await customers.note(wang, "新备注")
    found = await customers.one(wang)
    assert found is not None
    assert found.notes == "新备注"
    assert (await customers.some([wang, 0])).keys() == {wang}
    licensed = await customers.by_licence("310101100001")
    assert licensed is not None
    assert licensed.id == wang
