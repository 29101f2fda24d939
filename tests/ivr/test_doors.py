"""What flows ask of other rooms comes back in the flow's words."""

from __future__ import annotations

from callcenter.crm.callers.lookup import Found
from callcenter.crm.customers.service import Customer
from callcenter.ivr.doors import looked
from callcenter.ivr.services import Looked

SHOP = Customer(7, "310115100077", "好邻居便利店", "retailer", "key", "", "", "陈国栋", "", "zh_CN")


def test_who_is_found_comes_with_tier_language_case_and_manager() -> None:
    assert looked(Found("known", SHOP, "C20261122-0001")) == Looked("known", 7, "好邻居便利店", "key", "zh", "C20261122-0001", "陈国栋")


def test_who_is_not_found_comes_with_why() -> None:
    assert [looked(Found(result)) for result in ("unknown", "several", "locked")] == [
        Looked("unknown"),
        Looked("several"),
        Looked("locked"),
    ]
