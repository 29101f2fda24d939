"""Slots of prompts, spoken as their kind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.ivr.language.fill import Filled, fill
from callcenter.ivr.language.spoken import KINDS


@pytest.mark.parametrize(
    ("kind", "value", "zh", "en"),
    [
        ("number", "250", "二百五十", "two hundred and fifty"),
        ("money", "123.5", "一百二十三元五角", "one hundred and twenty-three yuan and fifty fen"),
        ("digits", "1010", "一 零 一 零", "one zero one zero"),
        ("phone", "13800", "幺 三 八 零 零", "one three eight zero zero"),
        ("date", "1001", "十月一日", "October first"),
        ("date", "20261001", "二零二六年十月一日", "October first, twenty twenty-six"),
        ("date", "2026-10-01", "二零二六年十月一日", "October first, twenty twenty-six"),
        ("time", "1405", "十四点零五分", "two oh five p.m."),
        ("time", "09:30", "九点三十分", "nine thirty a.m."),
    ],
)
def test_a_value_is_spoken_as_its_kind_in_both_languages(kind: str, value: str, zh: str, en: str) -> None:
    assert fill(f"[{{x:{kind}}}]", {"x": value}, "zh") == Filled(f"[{zh}]")
    assert fill(f"[{{x:{kind}}}]", {"x": value}, "en") == Filled(f"[{en}]")


def test_every_kind_stands_in_the_table_above() -> None:
    assert set(KINDS) == {"number", "money", "digits", "phone", "date", "time"}


def test_without_a_kind_digits_are_spoken_one_by_one_and_words_as_they_are() -> None:
    assert fill("{name}:{number}。", {"name": "张三", "number": "138"}, "zh") == Filled("张三:1 3 8。")


def test_a_slot_without_a_value_is_silent() -> None:
    assert fill("<{a}{b:money}>", {"b": ""}, "zh") == Filled("<>")


def test_a_value_that_is_none_of_its_kind_is_spoken_digit_by_digit_and_told() -> None:
    filled = fill("{day:date}和{amount:money}", {"day": "1340", "amount": "20"}, "zh")
    assert filled.text == "1 3 4 0和二十元"
    assert filled.unspeakable == ("{day:date} is spoken digit by digit: expected a date such as 2026-10-01 or 10-01, got '13-40'",)


@given(st.sampled_from(KINDS), st.text(max_size=40), st.sampled_from(["zh", "en"]))
def test_any_value_can_be_said(kind: str, value: str, language: str) -> None:
    filled = fill(f"<{{x:{kind}}}>", {"x": value}, language)
    assert filled.text.startswith("<")
    assert filled.text.endswith(">")
