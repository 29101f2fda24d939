"""What a caller chose on his way, and what his steps are called."""

from __future__ import annotations

import pytest

from callcenter.calls.chosen import Choice, chosen
from callcenter.calls.words import step_result, step_title
from callcenter.floor.call import Step

TITLES = {("orders", "a1", "menu"): ("主菜单", "Main menu")}


def step(n: int, name: str, kind: str, result: str | None, version: str = "a1") -> Step:
    return Step(n, "orders", version, name, kind, n * 1000, None if result is None else n * 1000 + 900, result)


def test_menus_and_questions_are_choices() -> None:
    walked = (
        step(1, "greeting", "say", "done"),
        step(2, "menu", "menu", "1"),
        step(3, "licence", "ask", "330106"),
        step(4, "more", "menu", "2"),
        step(5, "orders", "queue", None),
    )
    assert chosen(walked) == (Choice(walked[1], walked[2]), Choice(walked[2], None), Choice(walked[3], walked[4]))


def test_a_menu_he_is_still_in_and_one_he_hung_up_in_led_nowhere() -> None:
    assert chosen(()) == ()
    assert chosen((step(1, "menu", "menu", None),)) == ()
    gone = step(1, "menu", "menu", "hung_up")
    assert chosen((gone,)) == (Choice(gone, None),)


def test_a_title_is_of_this_flow_and_this_version() -> None:
    assert step_title(TITLES, step(1, "menu", "menu", "1"), "zh_CN") == "主菜单"
    assert step_title(TITLES, step(1, "menu", "menu", "1"), "en") == "Main menu"
    assert step_title(TITLES, step(1, "menu", "menu", "1", version="a0"), "zh_CN") == "menu"
    assert step_title(TITLES, step(1, "bye", "hangup", "done"), "zh_CN") == "bye"


@pytest.mark.parametrize(
    ("kind", "result", "said"),
    [
        ("menu", "timeout", "nothing pressed"),
        ("queue", "timeout", "Waited too long"),
        ("queue", "nobody", "Nobody on duty"),
        ("queue", "hung_up", "hung up here"),
        ("message", "nothing", "nothing said"),
        ("menu", "1", None),
        ("menu", None, None),
    ],
)
def test_what_came_of_a_step(kind: str, result: str | None, said: str | None) -> None:
    assert step_result(step(1, "x", kind, result)) == said
