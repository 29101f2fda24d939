"""What we ask of Asterisk: nothing that a caller or a user could have written gets through, and nothing is mended."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from callcenter.telephony import actions

HOSTILE = [
    "1001\r\nAction: Originate",
    "1001\n",
    "1001\r",
    "\r\n\r\n",
    "1001\0",
    "1001\u2028",
    "1001\x85",
    "1001&PJSIP/1002",
    "${SHELL(id)}",
    "$[1+1]",
    "1001,2,3)",
    "1001 1002",
    '1001"',
    "../../etc/passwd",
    "/../etc/passwd",
    "/x/../y",
    "/x y",
    "/x|y",
    "1" * 2048,
    "１００１",
]
BUILDERS: dict[str, Callable[[str], object]] = {
    "queue": lambda x: actions.queue_remove(x, "1001"),
    "seat": lambda x: actions.queue_add("orders", x, "王小明", paused=False),
    "name": lambda x: actions.queue_add("orders", "1001", f"{x}{{", paused=False),
    "reason": lambda x: actions.queue_pause("1001", True, x),
    "hangup": actions.hangup,
    "number": lambda x: actions.originate_seat_then_number("1001", x, "c1", "l1", 20),
    "originating seat": lambda x: actions.originate_seat_then_number(x, "13900000001", "c1", "l1", 20),
    "call": lambda x: actions.originate_seat_then_number("1001", "13900000001", x, "l1", 20),
    "chosen leg": lambda x: actions.originate_seat_then_number("1001", "13900000001", "c1", x, 20),
    "variable": lambda x: actions.setvar("1.1", x, "1"),
    "asked variable": lambda x: actions.getvar("1.1", x),
    "identifier": lambda x: actions.agi("1.1", actions.noop(), x),
    "agi leg": lambda x: actions.agi(x, actions.noop(), "c1"),
    "played file": lambda x: actions.background([x]),
    "whole file": lambda x: actions.playback([x]),
    "read file": lambda x: actions.question(["/ok", x], 1, 5),
    "recorded file": lambda x: actions.record(x, 10, 3),
    "question": lambda x: actions.read_next(x, "t2"),
    "question that follows": lambda x: actions.read_next("t1", x),
    "entered queue": lambda x: actions.gosub_queue(x, 10),
    "user": lambda x: actions.login(x, "secret"),
}


@pytest.mark.parametrize("what", BUILDERS)
@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_a_hostile_value_is_refused(what: str, value: str) -> None:
    with pytest.raises(ValueError, match="cannot be used"):
        BUILDERS[what](value)


@pytest.mark.parametrize("value", ["x\r\ny", "x;y", "${x}", "x" * 901, "王", "a b", 'a"b'], ids=ascii)
def test_a_value_that_would_come_back_changed_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="value"):
        actions.setvar("1.1", "CC_AT", value)


def test_what_a_day_needs_is_allowed() -> None:
    assert actions.queue_add("orders", "1001", "王小明", paused=True, reason="lunch").headers[-1] == ("Reason", "lunch")
    assert actions.setvar(None, "CC_BEAT", "1732240000").headers == (("Variable", "CC_BEAT"), ("Value", "1732240000"))
    assert actions.setvar("PJSIP/trunk-00000001", "TIMEOUT(absolute)", "20").changes
    assert actions.background(["/srv/数据/.local/zh_CN/a", "/b.c/d"]) == 'EXEC Background "/srv/数据/.local/zh_CN/a&/b.c/d"'
    assert actions.read("CC_KEYS", actions.question([], 4, 5.5)) == 'EXEC Read "CC_KEYS,,4,,1,5.5"'
    assert actions.gosub_queue("orders", 300) == "GOSUB cc-queue s 1 orders,300"
    assert dict(actions.originate_seat_then_number("1001", "+8613900000001", "c1", "leg-1", 20).headers)["Timeout"] == "20000"
    assert not actions.ping().changes


@pytest.mark.parametrize("bad", [-1, 7201, float("nan")])
def test_times_out_of_range_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="timeout"):
        actions.gosub_queue("orders", bad)  # type: ignore[arg-type]


def test_a_command_that_is_longer_than_a_line_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        actions.agi("1.1", actions.background([f"/{'x' * 200}"] * 6), "c1")
