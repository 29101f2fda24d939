"""A declaration that cannot be used is refused, with what would be right."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from callcenter.ivr.language.action import Action, Answer, Asked, BadAction, Input


async def done(_asked: Asked) -> Answer:
    return Answer("done")


def at_once(_asked: Asked) -> Answer:
    return Answer("done")


async def with_more(_more: str, _asked: Asked) -> Answer:
    return Answer("done")


GOOD: dict[str, Any] = {"name": "stock", "results": ("done",), "run": done}


def test_every_action_may_fail() -> None:
    assert Action(**GOOD).outcomes == ("done", "failed")
    assert Action(**{**GOOD, "run": partial(with_more, "x")}).outcomes == ("done", "failed")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": "Stock level"}, "small letters"),
        ({"name": ""}, "small letters"),
        ({"results": ()}, "at least one result"),
        ({"results": ("done", "failed")}, "every action's"),
        ({"results": ("done", "done")}, "twice"),
        ({"results": ("all done",)}, "small letters"),
        ({"called": {"nothing": ("没有", "nothing")}}, "called: 'nothing' is none of its results"),
        ({"inputs": {"x y": Input()}}, "input 'x y'"),
        ({"inputs": {"x": Input("money")}}, "text, digits"),
        ({"sets": {"amount": "euro"}}, "money"),
        ({"sets": {"a" * 21: "text"}}, "at most 20"),
        ({"sets": {"name": "text"}}, "the caller's own"),
        ({"sets": {"customer": "digits"}}, "the caller's own"),
        ({"limit_s": 0}, "at most 10 s"),
        ({"limit_s": 11}, "at most 10 s"),
        ({"run": at_once}, "async function"),
        ({"run": None}, "async function"),
    ],
)
def test_a_bad_declaration_says_what_would_be_right(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(BadAction, match=told):
        Action(**{**GOOD, **wrong})


@pytest.mark.parametrize(
    ("one", "value", "told"),
    [
        (Input(), "x", ""),
        (Input(), "", "got nothing"),
        (Input(needed=False), "", ""),
        (Input(), "x" * 201, "at most 200"),
        (Input("digits"), "12a", "expected digits"),
        (Input("digits"), "１２", "expected digits"),
        (Input("digits"), "12", ""),
        (Input(choices=("a", "b")), "c", "one of a, b"),
    ],
)
def test_an_input_says_what_is_wrong_with_a_value(one: Input, value: str, told: str) -> None:
    wrong = one.wrong(value)
    assert told in wrong if told else not wrong
