"""Customers' pages by the front door."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from callcenter.crm.customers.service import Customers, NewPhone
from callcenter.store.clock import now_ms
from callcenter.store.engine import Store
from tests.calls_pages.centre import Client, answered, furnish, keep, serving, settings_of, signed_in


@dataclass
class Centre:
    client: Client
    store: Store
    customer: int

    async def get(self, path: str, status: int = 200) -> str:
        async with self.client.get(path) as answer:
            assert answer.status == status
            return html.unescape(await answer.text())

    async def post(self, path: str, token: dict[str, str], **fields: str) -> tuple[int, str]:
        """The status, and the page or where the answer leads."""
        async with self.client.post(path, data=fields, headers=token, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location") or html.unescape(await answer.text())


@pytest.fixture
async def centre(store: Store, tmp_path: Path) -> AsyncIterator[Centre]:
    await furnish(store)
    customer = await Customers(store).add(
        name="好邻居便利店",
        licence_no="310115100077",
        tier="key",
        notes="要求先来电",
        contacts=[("曹海燕", "店主")],
        phones=[NewPhone("138 1234 5678", "曹海燕")],
    )
    await keep(store, answered("1.1", now_ms() - 300_000, customer=customer))
    async with serving(store, settings_of(tmp_path / "data")) as client:
        yield Centre(client, store, customer)


@pytest.mark.parametrize("typed", ["好邻居", "310115100077", "12345678", "曹海燕"])
async def test_a_customer_is_found_by_name_licence_phone_or_contact(centre: Centre, typed: str) -> None:
    await signed_in(centre.client, centre.store, "2001")
    page = await centre.get(f"/customers?q={typed}")
    assert f'href="/customers/{centre.customer}"' in page
    assert "重要客户" in page


async def test_nothing_found_and_nothing_asked_are_two_things(centre: Centre) -> None:
    await signed_in(centre.client, centre.store, "2001")
    assert "未找到客户" in await centre.get("/customers?q=zzz")
    assert "要查找哪位客户" in await centre.get("/customers")


async def test_what_was_typed_is_shown_as_text(centre: Centre) -> None:
    await signed_in(centre.client, centre.store, "2001")
    async with centre.client.get("/customers", params={"q": '"><script>'}) as answer:
        assert "<script>" not in (await answer.text()).split("<main", 1)[1]


async def test_everything_about_a_customer(centre: Centre) -> None:
    await signed_in(centre.client, centre.store, "2001")
    page = await centre.get(f"/customers/{centre.customer}")
    for words in ("好邻居便利店", "310115100077", "138 1234 5678", "曹海燕", "要求先来电"):
        assert words in page
    pieces = re.findall(r'hx-get="([^"]+)" hx-trigger="load"', page)
    assert len(pieces) == 4
    for piece in pieces:
        assert "<main" not in await centre.get(piece)
    assert "订货咨询热线" in await centre.get(f"/customers/{centre.customer}/calls")


@pytest.mark.parametrize(
    "path", ["/customers/999", "/customers/x", "/customers/99999999999999999999", "/customers/x/cases", "/customers/x/calls"]
)
async def test_a_customer_that_is_not_there(centre: Centre, path: str) -> None:
    await signed_in(centre.client, centre.store, "2001")
    assert "页面不存在" in await centre.get(path, 404)


async def test_notes_are_saved(centre: Centre) -> None:
    token = await signed_in(centre.client, centre.store, "2001")
    done = await centre.post(f"/customers/{centre.customer}/notes", token, notes="一行\r\n二行", was="要求先来电")
    assert done == (303, f"/customers/{centre.customer}")
    found = await Customers(centre.store).one(centre.customer)
    assert found is not None
    assert found.notes == "一行\n二行"


async def test_notes_that_somebody_else_changed_meanwhile_are_not_lost(centre: Centre) -> None:
    token = await signed_in(centre.client, centre.store, "2001")
    await Customers(centre.store).note(centre.customer, "同事写的")
    status, page = await centre.post(f"/customers/{centre.customer}/notes", token, notes="我写的", was="要求先来电")
    assert status == 422
    assert "我写的" in page
    assert "同事写的" in page
    found = await Customers(centre.store).one(centre.customer)
    assert found is not None
    assert found.notes == "同事写的"


async def test_a_reviewer_reads_the_notes_and_writes_none(centre: Centre) -> None:
    token = await signed_in(centre.client, centre.store, "4001")
    page = await centre.get(f"/customers/{centre.customer}")
    assert "要求先来电" in page
    assert "<textarea" not in page
    assert (await centre.post(f"/customers/{centre.customer}/notes", token, notes="x", was="要求先来电"))[0] == 403


async def test_a_new_customer(centre: Centre) -> None:
    token = await signed_in(centre.client, centre.store, "2001")
    status, place = await centre.post("/customers", token, name="新店", tier="mass", phone="13900001111", contact="老王", language="en")
    assert status == 303
    page = await centre.get(place)
    for words in ("新店", "大众客户", "139 0000 1111", "老王", "英文"):
        assert words in page


async def test_every_fault_of_a_new_customer_is_named_and_nothing_typed_is_lost(centre: Centre) -> None:
    token = await signed_in(centre.client, centre.store, "2001")
    status, page = await centre.post("/customers", token, name="", kind="castle", tier="mass", address="某路1号")
    assert status == 422
    assert page.count("invalid-feedback") == 2
    assert 'value="某路1号"' in page
    status, page = await centre.post("/customers", token, name="新店", phone="abc")
    assert (status, "电话号码无效" in page) == (422, True)


async def test_numbers_that_are_known_are_told(centre: Centre) -> None:
    token = await signed_in(centre.client, centre.store, "2001")
    status, page = await centre.post("/customers", token, name="新店", licence_no="310115100077", phone="13812345678")
    assert status == 422
    assert "该许可证号已属于 好邻居便利店" in page
    assert "该号码已属于 好邻居便利店" in page
    assert (await centre.post("/customers", token, name="新店", phone="13812345678", same_number="1"))[0] == 303
