"""What flows ask of the floor and of other rooms."""

from __future__ import annotations

import pytest

from callcenter.crm.callers.lookup import Found
from callcenter.crm.customers.service import Customer
from callcenter.floor.agent import Agent
from callcenter.floor.floor import Floor, Rules
from callcenter.ivr.running.doors import looked, somebody_on_duty
from callcenter.ivr.walking.answered import Looked

SHOP = Customer(7, "310115100077", "好邻居便利店", "retailer", "key", "", "", "陈国栋", "", "zh_CN")


def floor(state: str = "ready", *, queue: str = "orders", reachable: bool = True, link: str = "live") -> Floor:
    agent = Agent("2001", "王芳", 1, "1001", (queue,), state, 0, wants_ready=state != "paused", reachable=reachable)
    return Floor(now=0, rules=Rules(), link=link, agents={"2001": agent})


@pytest.mark.parametrize("state", ["ready", "paused", "ringing", "talking", "wrapup"])
def test_who_is_signed_in_is_on_duty_though_he_has_a_break(state: str) -> None:
    assert somebody_on_duty(floor(state), "orders")


def test_another_queue_and_a_phone_that_is_away_help_nobody() -> None:
    assert not somebody_on_duty(floor(queue="complaints"), "orders")
    assert not somebody_on_duty(floor(reachable=False), "orders")
    assert not somebody_on_duty(Floor(now=0, rules=Rules(), link="live"), "orders")


def test_nobody_is_sent_away_before_the_picture_is_there() -> None:
    assert somebody_on_duty(Floor(now=0, rules=Rules(), link="snapshot"), "orders")


def test_who_is_found_comes_with_tier_language_case_and_manager() -> None:
    assert looked(Found("known", SHOP, "C20261122-0001")) == Looked("known", 7, "好邻居便利店", "key", "zh", "C20261122-0001", "陈国栋")


def test_of_a_customer_who_is_not_proved_to_call_nothing_can_be_spoken() -> None:
    assert looked(Found("known", SHOP, "C20261122-0001", proved=False)) == Looked("known", 7, tier="key", language="zh")


def test_who_is_not_found_comes_with_why() -> None:
    assert [looked(Found(result)) for result in ("unknown", "several", "locked")] == [
        Looked("unknown"),
        Looked("several"),
        Looked("locked"),
    ]
