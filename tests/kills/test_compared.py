"""What the comparison of the record with the truth takes for left open by a gap, and what for wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kills.compared import difference, left_closed


def call(*segments: tuple[str, str | None, str | None, int, int, str]) -> dict[str, Any]:
    told = [
        {"kind": kind, "who": who, "queue": queue, "started": f"2026-11-23T02:00:{began:02}Z", "ended": f"2026-11-23T02:00:{ended:02}Z"}
        | {"reason": reason}
        for kind, who, queue, began, ended, reason in segments
    ]
    about = {"direction": "inbound", "hotline": "8000000001", "from": "1", "to": "2", "exit": "answered", "agents": ["2001"]}
    return {**about, "segments": told}


RING = ("ring", "2001", "orders", 0, 5, "answered")
TRUE = call(
    ("ivr", None, None, 0, 0, "went_on"),
    RING,
    ("talk", "2001", "orders", 5, 20, "held"),
    ("hold", "2001", "orders", 20, 30, "resumed"),
    ("talk", "2001", "orders", 30, 50, "caller_hung_up"),
)
TALK = ("talk", "2001", "orders", 5, 50, "caller_hung_up")


def test_a_hold_and_a_step_that_nobody_heard_of_are_left_open() -> None:
    told = call(RING, TALK)
    assert difference(TRUE, told)
    assert not difference(left_closed(TRUE), left_closed(told))


@pytest.mark.parametrize(
    "told",
    [
        call(TALK),
        call(("ring", "2001", None, 0, 5, "answered"), TALK),
        call(("ring", "2001", "orders", 3, 5, "answered"), TALK),
        call(RING, ("talk", "2001", "orders", 5, 50, "agent_hung_up")),
        call(RING, ("talk", "2001", "orders", 5, 48, "caller_hung_up")),
        call(RING, ("talk", "2001", "orders", 5, 20, "held"), ("talk", "2001", "orders", 30, 50, "caller_hung_up")),
    ],
)
def test_everything_else_is_wrong(told: dict[str, Any]) -> None:
    assert difference(left_closed(TRUE), left_closed(told))
