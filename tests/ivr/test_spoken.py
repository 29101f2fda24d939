"""Numbers, amounts, dates and times as they are said, against independent libraries and tables written by hand."""

from __future__ import annotations

import calendar
import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import cn2an
import pytest
from num2words import num2words

from callcenter.ivr.language.spoken import KINDS, MOST, Unspeakable, spoken


def numbers() -> Sequence[int]:
    """0 to 120, every power of ten and its neighbours, zeros in every place, and chance ones of every length."""
    chance = random.Random(20261122)
    powers = [10**n + d for n in range(1, 12) for d in (-1, 0, 1, 10, 100)]
    holes = [int(f"{a}{'0' * n}{b}{'0' * m}") for a in (1, 2, 20, 305) for b in (1, 2, 10, 12) for n in range(4) for m in (0, 1, 4)]
    lengths = [chance.randrange(10 ** (n - 1), 10**n) for n in range(1, 13) for _ in range(20)]
    return sorted({n for n in [*range(121), *powers, *holes, *lengths] if n < MOST})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whole_numbers_are_said_as_an_independent_library_says_them(language: str) -> None:
    cases = numbers()
    assert len(cases) >= 400
    for number in cases:
        assert spoken("number", str(number), language).replace("两", "二") == said_by_library(number, language), number


def said_by_library(number: int, language: str) -> str:
    if language == "en":
        return str(num2words(number)).replace(",", "")
    # cn2an says 一十万 where it says 十 for 10; a number begins with 十.
    text = str(cn2an.an2cn(number))
    return text.removeprefix("一") if text.startswith("一十") else text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_decimals_are_said_digit_by_digit(language: str) -> None:
    for whole, digits in [(0, "5"), (3, "14"), (10, "05"), (123, "456"), (1_000_001, "9")]:
        point, separator = ("点", "") if language == "zh" else (" point ", " ")
        decimals = separator.join(spoken("number", digit, language) for digit in digits)
        assert spoken("number", f"{whole}.{digits}", language) == f"{spoken('number', str(whole), language)}{point}{decimals}"
    assert spoken("number", "-7", language) in ("负七", "minus seven")


TWO = {
    2: "二", 12: "十二", 20: "二十", 22: "二十二", 102: "一百零二", 120: "一百二十", 200: "二百", 202: "二百零二", 222: "二百二十二",
    1002: "一千零二", 1200: "一千二百", 2000: "两千", 2002: "两千零二", 2020: "两千零二十", 2200: "两千二百", 12_000: "一万两千",
    20_000: "两万", 20_002: "两万零二", 22_000: "两万两千", 22_222: "两万两千二百二十二", 102_000: "十万两千", 120_000: "十二万",
    200_000: "二十万", 202_000: "二十万两千", 220_000: "二十二万", 2_000_000: "二百万", 2_002_002: "二百万两千零二", 20_000_000: "两千万",
    20_020_000: "两千零二万", 22_000_000: "两千二百万", 200_000_000: "两亿", 200_020_000: "两亿零两万", 1_200_000_000: "十二亿",
    2_000_000_000: "二十亿", 222_222_222: "两亿两千二百二十二万两千二百二十二",
}  # fmt: skip


def test_two_is_liang_where_a_chinese_ear_expects_it() -> None:
    assert {number: spoken("number", str(number), "zh") for number in TWO} == TWO


MONEY = [
    ("0", "零元", "zero yuan"),
    ("0.01", "一分", "one fen"),
    ("0.05", "五分", "five fen"),
    ("0.10", "一角", "ten fen"),
    ("0.5", "五角", "fifty fen"),
    ("0.55", "五角五分", "fifty-five fen"),
    ("1", "一元", "one yuan"),
    ("2", "两元", "two yuan"),
    ("2.20", "两元二角", "two yuan and twenty fen"),
    ("10", "十元", "ten yuan"),
    ("12", "十二元", "twelve yuan"),
    ("20", "二十元", "twenty yuan"),
    ("100", "一百元", "one hundred yuan"),
    ("100.01", "一百元零一分", "one hundred yuan and one fen"),
    ("123.5", "一百二十三元五角", "one hundred and twenty-three yuan and fifty fen"),
    ("123.50", "一百二十三元五角", "one hundred and twenty-three yuan and fifty fen"),
    ("123.05", "一百二十三元零五分", "one hundred and twenty-three yuan and five fen"),
    ("1010.10", "一千零一十元一角", "one thousand and ten yuan and ten fen"),
    ("2000", "两千元", "two thousand yuan"),
    ("20002", "两万零二元", "twenty thousand and two yuan"),
    ("-3.2", "负三元二角", "minus three yuan and twenty fen"),
    ("86400", "八万六千四百元", "eighty-six thousand four hundred yuan"),
]


@pytest.mark.parametrize(("amount", "zh", "en"), MONEY)
def test_amounts(amount: str, zh: str, en: str) -> None:
    assert (spoken("money", amount, "zh"), spoken("money", amount, "en")) == (zh, en)


def test_amounts_of_every_kind_are_the_number_and_its_parts() -> None:
    chance = random.Random(7)
    for _ in range(300):
        yuan, jiao, fen = chance.randrange(1, 10**7), chance.randrange(10), chance.randrange(10)
        amount = str(Decimal(yuan) + Decimal(jiao * 10 + fen) / 100)
        head = f"{'两' if yuan == 2 else cn2an.an2cn(yuan)}元".removeprefix("一" if str(cn2an.an2cn(yuan)).startswith("一十") else "")
        tail = (f"{cn2an.an2cn(jiao)}角" if jiao else "零" if fen else "") + (f"{cn2an.an2cn(fen)}分" if fen else "")
        assert spoken("money", amount, "zh").replace("两", "二") == (head + tail).replace("两", "二"), amount
        cents = jiao * 10 + fen
        english = f"{num2words(yuan)} yuan".replace(",", "") + (f" and {num2words(cents)} fen" if cents else "")
        assert spoken("money", amount, "en") == english, amount


DATES = [
    ("10-01", "十月一日", "October first"),
    ("01-31", "一月三十一日", "January thirty-first"),
    ("02-29", "二月二十九日", "February twenty-ninth"),
    ("12-12", "十二月十二日", "December twelfth"),
    ("05-20", "五月二十日", "May twentieth"),
    ("03-03", "三月三日", "March third"),
    ("11-22", "十一月二十二日", "November twenty-second"),
    ("2026-10-01", "二零二六年十月一日", "October first, twenty twenty-six"),
    ("2008-08-08", "二零零八年八月八日", "August eighth, two thousand and eight"),
    ("2000-06-15", "二零零零年六月十五日", "June fifteenth, two thousand"),
    ("1999-12-31", "一九九九年十二月三十一日", "December thirty-first, nineteen ninety-nine"),
    ("1905-09-09", "一九零五年九月九日", "September ninth, nineteen oh five"),
    ("1900-07-05", "一九零零年七月五日", "July fifth, nineteen hundred"),
]


@pytest.mark.parametrize(("day", "zh", "en"), DATES)
def test_dates(day: str, zh: str, en: str) -> None:
    assert (spoken("date", day, "zh"), spoken("date", day, "en")) == (zh, en)


def test_every_day_and_year_is_said_as_an_independent_library_says_it() -> None:
    for day in range(1, 32):
        assert spoken("date", f"01-{day:02}", "en") == f"January {num2words(day, to='ordinal')}"
        assert spoken("date", f"01-{day:02}", "zh") == f"一月{said_by_library(day, 'zh')}日"
    leap = [date(2024, 1, 1) + timedelta(n) for n in range(366)]
    for one in leap:
        month = calendar.month_name[one.month]
        assert spoken("date", f"{one:%m-%d}", "en") == f"{month} {num2words(one.day, to='ordinal')}"
        assert spoken("date", f"{one:%m-%d}", "zh") == cn2an.transform(f"{one.month}月{one.day}日", "an2cn")
        with_year = one.replace(year=1904 + 4 * (one.toordinal() % 49))
        assert spoken("date", with_year.isoformat(), "zh") == cn2an.transform(
            f"{with_year.year}年{with_year.month}月{with_year.day}日", "an2cn"
        )
    for year in range(1901, 2100):
        said = spoken("date", f"{year}-01-01", "en").removeprefix("January first, ").replace("oh ", "oh-")
        assert said == str(num2words(year, to="year")), year


TIMES = [
    ("00:00", "零点", "midnight"),
    ("00:30", "零点三十分", "twelve thirty a.m."),
    ("02:00", "两点", "two a.m."),
    ("02:05", "两点零五分", "two oh five a.m."),
    ("08:00", "八点", "eight a.m."),
    ("09:10", "九点十分", "nine ten a.m."),
    ("12:00", "十二点", "noon"),
    ("12:15", "十二点十五分", "twelve fifteen p.m."),
    ("14:05", "十四点零五分", "two oh five p.m."),
    ("17:30", "十七点三十分", "five thirty p.m."),
    ("22:22", "二十二点二十二分", "ten twenty-two p.m."),
    ("23:59", "二十三点五十九分", "eleven fifty-nine p.m."),
]


@pytest.mark.parametrize(("at", "zh", "en"), TIMES)
def test_times(at: str, zh: str, en: str) -> None:
    assert (spoken("time", at, "zh"), spoken("time", at, "en")) == (zh, en)


def test_every_minute_of_the_day_is_said_by_the_numbers_of_an_independent_library() -> None:
    for hour in range(24):
        for minute in range(1, 60):
            at = f"{hour:02}:{minute:02}"
            hours = "两" if hour == 2 else said_by_library(hour, "zh")
            assert spoken("time", at, "zh") == f"{hours}点{'零' if minute < 10 else ''}{said_by_library(minute, 'zh')}分"
            minutes = f"{'oh ' if minute < 10 else ''}{num2words(minute)}"
            assert spoken("time", at, "en") == f"{num2words(hour % 12 or 12)} {minutes} {'a' if hour < 12 else 'p'}.m."


def test_digits_one_by_one_and_a_telephones_ones() -> None:
    assert spoken("digits", "1010", "zh") == "一 零 一 零"
    assert spoken("digits", "1010", "en") == "one zero one zero"
    assert spoken("phone", "+86 138-0000", "zh") == "八 六 幺 三 八 零 零 零 零"
    assert spoken("phone", "13800", "en") == "one three eight zero zero"


NO_VALUES = ("", "x", "1,5", "１２", "nan", "Infinity", "1e5", str(MOST), "25:00", "13-40", "0.001")
AS_WELL = {("number", "0.001"), *((kind, value) for kind in ("digits", "phone") for value in (str(MOST), "13-40"))}
"""What is a value of its kind all the same."""


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind in KINDS for value in NO_VALUES if (kind, value) not in AS_WELL])
def test_what_is_no_value_says_what_was_expected(kind: str, value: str) -> None:
    with pytest.raises(Unspeakable, match="expected"):
        spoken(kind, value, "zh")


@pytest.mark.parametrize(("kind", "value"), sorted(AS_WELL))
def test_what_is_a_value_of_one_kind_only_is_said_there(kind: str, value: str) -> None:
    assert spoken(kind, value, "zh")
