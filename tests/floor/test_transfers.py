"""Callers who are handed on, asked about, joined by a third, parked: whose segments these are and how they end."""

from __future__ import annotations

from callcenter.floor import events as ev
from tests.floor import stories as tell
from tests.floor.stories import AGENT, CALLER, SECOND, T, folded, segments

BEFORE = [
    ("ivr", None, 10, 2500, "went_on"),
    ("queue", None, 2500, 4002, "answered"),
    ("ring", "2001", 2600, 4002, "answered"),
]


def after(story: list[ev.Event]) -> list[tuple[str, str | None, int, int | None, str | None]]:
    """What came after the first talk began, by the time it began."""
    told = segments(folded(story).calls[CALLER])
    assert told[:3] == BEFORE
    return sorted(told[3:], key=lambda one: one[2])


def test_an_attended_transfer() -> None:
    assert after(tell.ATTENDED) == [
        ("talk", "2001", 4002, 5000, "held"),
        ("hold", "2001", 5000, 8000, "transferred"),
        ("ring", "2002", 5300, 6002, "answered"),
        ("consult", "2001", 6002, 8000, "transferred"),
        ("consult", "2002", 6002, 8000, "resumed"),
        ("talk", "2002", 8000, 12_000, "caller_hung_up"),
        ("wrapup", "2001", 8000, None, None),
        ("wrapup", "2002", 12_000, None, None),
    ]
    call = folded(tell.ATTENDED).calls[CALLER]
    assert (call.agents, call.exit, [one.leg for one in call.recordings]) == (("2001", "2002"), "answered", [AGENT, SECOND])


def test_asked_and_taken_back() -> None:
    assert after(tell.TAKEN_BACK) == [
        ("talk", "2001", 4002, 5000, "held"),
        ("hold", "2001", 5000, 8500, "resumed"),
        ("ring", "2002", 5300, 6002, "answered"),
        ("consult", "2001", 6002, 8001, "agent_hung_up"),
        ("consult", "2002", 6002, 8001, "agent_hung_up"),
        ("talk", "2001", 8500, 12_000, "caller_hung_up"),
        ("wrapup", "2001", 12_000, None, None),
    ]
    assert folded(tell.TAKEN_BACK).calls[CALLER].agents == ("2001",)


def test_a_caller_who_hangs_up_while_he_is_asked_about() -> None:
    going_on = folded(tell.CALLER_LEAVES_THE_ASKING[:-5]).calls[CALLER]
    assert (going_on.exit, {one.kind for one in going_on.open}) == ("answered", {"consult", "wrapup"})
    assert after(tell.CALLER_LEAVES_THE_ASKING)[1:] == [
        ("hold", "2001", 5000, 8000, "caller_hung_up"),
        ("ring", "2002", 5300, 6002, "answered"),
        ("consult", "2001", 6002, 9001, "agent_hung_up"),
        ("consult", "2002", 6002, 9001, "agent_hung_up"),
        ("wrapup", "2001", 8000, None, None),
    ]


def test_three_in_one_talk_and_one_leaves_it() -> None:
    assert after(tell.THREE) == [
        ("talk", "2001", 4002, 5000, "held"),
        ("hold", "2001", 5000, 7999, "resumed"),
        ("ring", "2002", 5300, 6002, "answered"),
        ("consult", "2001", 6002, 8001, "resumed"),
        ("consult", "2002", 6002, 8001, "resumed"),
        ("conference", "2001", 7999, 9501, "agent_hung_up"),
        ("conference", "2002", 8001, 9501, "resumed"),
        ("wrapup", "2001", 9501, None, None),
        ("talk", "2002", 9501, 12_000, "caller_hung_up"),
        ("wrapup", "2002", 12_000, None, None),
    ]


def test_a_blind_transfer() -> None:
    assert after(tell.BLIND) == [
        ("talk", "2001", 4002, 6000, "transferred"),
        ("wrapup", "2001", 6000, None, None),
        ("ring", "2002", 6010, 7002, "answered"),
        ("talk", "2002", 7002, 9001, "agent_hung_up"),
        ("wrapup", "2002", 9001, None, None),
    ]


def test_parked_and_taken_up() -> None:
    assert after(tell.PARKED) == [
        ("talk", "2001", 4002, 6000, "transferred"),
        ("wrapup", "2001", 6000, None, None),
        ("park", None, 6001, 8011, "resumed"),
        ("talk", "2002", 8011, 12_000, "caller_hung_up"),
        ("wrapup", "2002", 12_000, None, None),
    ]


def test_parked_and_gone() -> None:
    waiting = tell.PARKED[: tell.PARKED.index(ev.Parked(T + 6001, CALLER)) + 5]
    call = folded(
        [*waiting, ev.LegHangingUp(T + 9000, CALLER), ev.Unparked(T + 9001, CALLER, reason="caller_hung_up"), *tell.goes(9002)]
    ).calls[CALLER]
    assert segments(call)[-1] == ("park", None, 6001, 9001, "caller_hung_up")
    assert (call.exit, call.ended) == ("answered", T + 9003)
