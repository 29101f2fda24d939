"""A customer's orders, and what flows noted about a call, as pieces of pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from callcenter.crm.customers.service import Customers
from callcenter.crm.orders.service import Order, OrderLine, Orders
from callcenter.ivr.actions.remarks import Remarks
from callcenter.store.clock import now_ms
from callcenter.store.engine import Store
from tests.calls_pages.centre import answered, furnish, keep, serving, settings_of, signed_in
from tests.crm_pages.test_customers import Centre


@pytest.fixture
async def centre(store: Store, tmp_path: Path) -> AsyncIterator[Centre]:
    await furnish(store)
    customer = await Customers(store).add(name="好邻居便利店", licence_no="310115100077")
    await keep(store, answered("1.1", now_ms() - 300_000, customer=customer))
    async with serving(store, settings_of(tmp_path / "data")) as client:
        yield Centre(client, store, customer)


def order(customer: int, n: int, **more: object) -> Order:
    lines = (OrderLine("<云岭>(软)", "条", 10, 8, 18_000),)
    return Order(number=f"26112200{n:02}", customer=customer, placed=n * 86_400_000, amount=144_000, state="approved", lines=lines)


async def test_a_customers_orders_newest_first(centre: Centre) -> None:
    await signed_in(centre.client, centre.store, "2001")
    assert "该客户暂无订单" in await centre.get(f"/customers/{centre.customer}/orders")
    await Orders(centre.store).add_all([order(centre.customer, n) for n in range(1, 11)])
    piece = await centre.get(f"/customers/{centre.customer}/orders")
    assert "<main" not in piece
    assert [n for n in range(1, 11) if f"26112200{n:02}" in piece] == list(range(3, 11))
    assert piece.index("2611220010") < piece.index("2611220003")
    for words in ("已审核", "¥ 1,440.00", "10 条", "8 条", "更早的订单未显示"):
        assert words in piece
    async with centre.client.get(f"/customers/{centre.customer}/orders") as answer:
        assert "&lt;云岭&gt;" in await answer.text()


async def test_the_newest_few_for_the_agents_page(centre: Centre) -> None:
    await signed_in(centre.client, centre.store, "2001")
    await Orders(centre.store).add_all([order(centre.customer, n) for n in range(1, 6)])
    assert (await centre.get(f"/customers/{centre.customer}/orders?last=3")).count("<details") == 3
    for odd in ("0", "-1", "x", "999999999", "３"):
        await centre.get(f"/customers/{centre.customer}/orders?last={odd}")


async def test_a_delivery_day_and_a_driver(centre: Centre) -> None:
    await signed_in(centre.client, centre.store, "4002")
    under_way = Order(
        number="26112201", customer=centre.customer, placed=1, amount=5, state="on_the_way", delivery=date(2026, 11, 24), driver="周师傅"
    )
    await Orders(centre.store).put(under_way)
    piece = await centre.get(f"/customers/{centre.customer}/orders")
    for words in ("On the way", "2026-11-24", "周师傅", "¥ 0.05"):
        assert words in piece


@pytest.mark.parametrize("id", ["x", "9999999999", "１"])
async def test_no_such_customer(centre: Centre, id: str) -> None:
    await signed_in(centre.client, centre.store, "2001")
    await centre.get(f"/customers/{id}/orders", 404)


async def test_what_a_flow_noted_stands_with_its_call(centre: Centre) -> None:
    await signed_in(centre.client, centre.store, "2001")
    assert (await centre.get("/calls/1.1/remarks")).strip() == ""
    await Remarks(centre.store).add("1.1", "输入许可证号 <310115100077>", key="1.1/note/3")
    async with centre.client.get("/calls/1.1/remarks") as answer:
        assert "输入许可证号 &lt;310115100077&gt;" in await answer.text()
