"""Numbers, amounts, dates, times and digits in the words that are spoken, in Chinese and English. Pure.

What comes out is text for the voice: hanzi or English words, so that no engine has to guess how `1010` or `10:05` is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation

MOST = 10**12
"""Numbers up to this (excluded) are spoken as numbers, in both languages."""


class Unspeakable(ValueError):
    """A value that is none of its kind; says what was expected."""


def spoken(kind: str, value: str, language: str) -> str:
    """`value` as it is said. Kinds: number, money, digits, phone, date, time; languages: zh, en. Raise Unspeakable.

    number: `-12.50`; money: yuan with up to two decimals; digits, phone: digits one by one; date: `2026-10-01`, or `10-01` without the
    year; time: `14:05`.
    """
    return _KINDS[kind](value.strip(), language)


def _number(value: str, language: str) -> str:
    number = _decimal(value, "a number such as 123 or -4.5")
    whole, decimals = divmod(abs(number), 1)
    digits = f"{decimals:f}".partition(".")[2].rstrip("0")
    if language == "zh":
        text = zh_whole(int(whole)) + (f"点{''.join(ZH_DIGITS[int(d)] for d in digits)}" if digits else "")
        return f"负{text}" if number < 0 else text
    text = en_whole(int(whole)) + (f" point {' '.join(EN_ONES[int(d)] for d in digits)}" if digits else "")
    return f"minus {text}" if number < 0 else text


def _money(value: str, language: str) -> str:
    amount = _decimal(value, "an amount such as 123.50")
    fen = abs(amount) * 100
    if fen != int(fen):
        raise Unspeakable(f"expected an amount with at most two decimals, got {value[:40]!r}")
    yuan, rest = divmod(int(fen), 100)
    text = _zh_money(yuan, rest) if language == "zh" else _en_money(yuan, rest)
    return text if amount >= 0 else ("负" if language == "zh" else "minus ") + text


def _zh_money(yuan: int, rest: int) -> str:
    jiao, fen = divmod(rest, 10)
    text = "" if yuan == 0 and rest else f"{'两' if yuan == 2 else zh_whole(yuan)}元"
    if jiao:
        text += f"{ZH_DIGITS[jiao]}角"
    elif fen and yuan:
        text += "零"
    return text + (f"{ZH_DIGITS[fen]}分" if fen else "")


def _en_money(yuan: int, rest: int) -> str:
    parts = [f"{en_whole(yuan)} yuan"] if yuan or not rest else []
    return " and ".join(parts + ([f"{en_whole(rest)} fen"] if rest else []))


def _digits(value: str, language: str) -> str:
    words = ZH_DIGITS if language == "zh" else EN_ONES
    return " ".join(words[int(digit)] for digit in _only_digits(value))


def _phone(value: str, language: str) -> str:
    """As digits; in Chinese a one is 幺, which the ear does not take for a seven."""
    return _digits(value, language).replace("一", "幺")


def _only_digits(value: str) -> str:
    digits = value.removeprefix("+").replace(" ", "").replace("-", "")
    if not (digits.isascii() and digits.isdigit()):
        raise Unspeakable(f"expected digits, got {value[:40]!r}")
    return digits


def _date(value: str, language: str) -> str:
    with_year = value.count("-") == 2
    try:
        # 2000 has a 29 February.
        day = date.fromisoformat(value if with_year else f"2000-{value}")
    except ValueError:
        raise Unspeakable(f"expected a date such as 2026-10-01 or 10-01, got {value[:40]!r}") from None
    if language == "zh":
        year = "".join(ZH_DIGITS[int(digit)] for digit in f"{day.year:04}") + "年" if with_year else ""
        return f"{year}{zh_whole(day.month)}月{zh_whole(day.day)}日"
    text = f"{EN_MONTHS[day.month - 1]} {en_ordinal(day.day)}"
    return f"{text}, {_en_year(day.year)}" if with_year else text


def _en_year(year: int) -> str:
    century, rest = divmod(year, 100)
    if rest == 0:
        return en_whole(year) if century % 10 == 0 else f"{en_whole(century)} hundred"
    if century % 10 == 0 and rest < 10:
        return f"{en_whole(century * 100)} and {en_whole(rest)}"
    return f"{en_whole(century)} {'oh ' if rest < 10 else ''}{en_whole(rest)}"


def _time(value: str, language: str) -> str:
    try:
        at = time.fromisoformat(value if value.count(":") else "")
    except ValueError:
        raise Unspeakable(f"expected a time such as 14:05, got {value[:40]!r}") from None
    return _zh_time(at) if language == "zh" else _en_time(at)


def _zh_time(at: time) -> str:
    hour = "两" if at.hour == 2 else zh_whole(at.hour)
    if at.minute == 0:
        return f"{hour}点"
    return f"{hour}点{'零' if at.minute < 10 else ''}{zh_whole(at.minute)}分"


def _en_time(at: time) -> str:
    if at.minute == 0 and at.hour in (0, 12):
        return "noon" if at.hour else "midnight"
    hour = EN_ONES[at.hour % 12 or 12]
    minute = "" if at.minute == 0 else f" {'oh ' if at.minute < 10 else ''}{en_whole(at.minute)}"
    return f"{hour}{minute} {'p.m.' if at.hour >= 12 else 'a.m.'}"


def _decimal(value: str, expected: str) -> Decimal:
    plain = value.removeprefix("-").replace(".", "", 1)
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal(MOST)
    if not (plain.isascii() and plain.isdigit()) or abs(number) >= MOST:
        raise Unspeakable(f"expected {expected}, below {MOST}, got {value[:40]!r}")
    return number


# --- Chinese -----------------------------------------------------------------------------------------------------------------------------

ZH_DIGITS = "零一二三四五六七八九"
_ZH_PLACES = ("", "十", "百", "千")
_ZH_GROUPS = ("", "万", "亿")


def zh_whole(number: int) -> str:
    """A whole number from 0 to below MOST; 2 before 千, 万 and 亿 is 两, and 10 to 19 begin with 十."""
    if number == 0:
        return ZH_DIGITS[0]
    text, gap = "", False
    for place in (2, 1, 0):
        group = number // 10_000**place % 10_000
        if group:
            gap = bool(text) and (gap or group < 1000)
            words = "两" if group == 2 and place else _zh_group(group)
            text += f"{'零' if gap else ''}{words}{_ZH_GROUPS[place]}"
            gap = False
        elif text:
            gap = True
    return text.removeprefix("一") if text.startswith("一十") else text


def _zh_group(group: int) -> str:
    """Up to four digits, without the zero that may have to stand before them."""
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit == 0:
            gap = bool(text)
            continue
        text += f"{'零' if gap else ''}{'两' if digit == 2 and place == 3 else ZH_DIGITS[digit]}{_ZH_PLACES[place]}"
        gap = False
    return text


# --- English -----------------------------------------------------------------------------------------------------------------------------

# fmt: off
EN_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
# fmt: on
_EN_TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_EN_GROUPS = ("", " thousand", " million", " billion")
_EN_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth"}
EN_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]


def en_whole(number: int) -> str:
    """A whole number from 0 to below MOST, with `and` before the last two digits."""
    if number == 0:
        return EN_ONES[0]
    groups = [(place, number // 1000**place % 1000) for place in (3, 2, 1, 0)]
    parts = [f"{_en_group(group)}{_EN_GROUPS[place]}" for place, group in groups if group]
    joined = " ".join(parts[:-1])
    last = "and " if joined and 0 < number % 1000 < 100 else ""
    return f"{joined} {last}{parts[-1]}" if joined else parts[-1]


def _en_group(group: int) -> str:
    hundreds, rest = divmod(group, 100)
    parts = [f"{EN_ONES[hundreds]} hundred"] if hundreds else []
    if rest:
        tens, ones = divmod(rest, 10)
        parts.append(EN_ONES[rest] if rest < 20 else _EN_TENS[tens] + (f"-{EN_ONES[ones]}" if ones else ""))
    return " and ".join(parts)


def en_ordinal(number: int) -> str:
    """The ordinal of 1 to 99."""
    head, dash, last = en_whole(number).rpartition("-")
    ending = _EN_ORDINALS.get(last) or (f"{last.removesuffix('y')}ieth" if last.endswith("y") else f"{last}th")
    return f"{head}{dash}{ending}"


_KINDS: Mapping[str, Callable[[str, str], str]] = {
    "number": _number,
    "money": _money,
    "digits": _digits,
    "phone": _phone,
    "date": _date,
    "time": _time,
}
KINDS = tuple(_KINDS)
"""Ways of speaking a value."""
