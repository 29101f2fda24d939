"""A telephone number in one form, however the network or a person wrote it."""

from __future__ import annotations

import re

import phonenumbers

from callcenter.settings import CHINA, Home

WITHHELD = frozenset({"", "anonymous", "unknown", "private", "restricted", "unavailable", "withheld", "asterisk", "s"})
"""What networks and Asterisk send in place of a number that is not shown."""

LONGEST = 20
"""Digits of the longest number kept; E.164 has 15, and prefixes come before it."""

_SHAPE = re.compile(r"\+?[0-9]+")
_EXTENSION = re.compile(r"(?P<number>.*\d)\s*(?:[-–—,，;；*#]|转|分机|ext\.?|;ext=)+\s*\d{1,6}", re.IGNORECASE)
_OUTSIDE_LINE = re.compile(r"9\s*[-–—,，]\s*(?P<number>.+)")
_WRITTEN = re.compile(r"[\s().\-–—/\u00a0\u3000]+")


def normalise(given: str | None, home: Home = CHINA) -> str | None:
    """`+8613800138000` for a number of any country's plan (`home` reads one without country or area code); digits alone for inner and odd
    ones.

    An extension (`021-6123 4567-801`, `转801`, `,801`) and a 9 for an outside line (`9,138…`) are no part of it. None where there is no
    number: withheld, empty, letters, or longer than any number. Normalising twice changes nothing.
    """
    written = _ascii_digits((given or "").strip())
    number = _whole(written, home)
    if number is not None and number.startswith("+"):
        return number
    for pattern in (_EXTENSION, _OUTSIDE_LINE):
        found = pattern.fullmatch(written)
        inner = _whole(found["number"], home) if found else None
        if inner is not None and (number is None or inner.startswith("+")):
            return inner
    return number


def _whole(written: str, home: Home) -> str | None:
    text = _WRITTEN.sub("", written)
    if text.lower() in WITHHELD or not _SHAPE.fullmatch(text) or len(text) > LONGEST:
        return None
    number = next((one for form in (text, _trunk_prefix(text), completed(text, home)) if (one := _public(form, home.country))), None)
    if number is None and text.startswith("+"):
        return _whole(text[1:], home)
    return number or text


def completed(number: str, home: Home) -> str:
    """A local number with its area code before it; any other as it is."""
    whole = home.with_area(number)
    return whole if _public(whole, home.country) else number


def to_dial(number: str, home: Home = CHINA) -> str:
    """A stored number as a carrier of that country takes it: `13800138000`, `02161234567`, `00442079460958`; an odd one as it is."""
    if not number.startswith("+"):
        return number
    parsed = phonenumbers.parse(number, home.country)
    if parsed.country_code == phonenumbers.country_code_for_region(home.country):
        return digits(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL))
    return digits(phonenumbers.format_out_of_country_calling_number(parsed, home.country))


def writings(number: str, home: Home = CHINA) -> frozenset[str]:
    """How networks may have written a number that is kept in its one form: what to look for in the record."""
    if not number.startswith("+"):
        return frozenset({number})
    national = to_dial(number, home)
    bare = national.lstrip("0")
    local = bare.removeprefix(home.area_code.lstrip("0"))
    within = {local} if completed(local, home) != local else set()
    return frozenset({number, number[1:], f"00{number[1:]}", national, bare, f"0{bare}"} | within)


def digits(text: str) -> str:
    """The digits in what somebody typed to search for a number."""
    return re.sub(r"[^0-9]", "", _ascii_digits(text))


def _public(text: str, region: str) -> str | None:
    """E.164 of a number that its country's plan knows; None for all others."""
    try:
        parsed = phonenumbers.parse(text, region, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None
    # Who is called through a carrier of choice (11000 …) writes it before the number; nobody rings from such a number.
    if parsed.preferred_domestic_carrier_code or not phonenumbers.is_valid_number(parsed):
        return None
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    again = phonenumbers.parse(number, region)
    return number if phonenumbers.is_valid_number(again) else None


def _trunk_prefix(text: str) -> str:
    # Carriers send 0086… and mobile numbers with a 0 before them (013800138000).
    return f"+{text[2:]}" if text.startswith("00") else text.removeprefix("0")


def _ascii_digits(text: str) -> str:
    # NFKC is not used: it would also turn letters into digits (²).
    return text.translate(_WIDE)


_WIDE = {0xFF10 + n: str(n) for n in range(10)} | {0xFF0B: "+", 0xFF0D: "-", 0xFF08: "(", 0xFF09: ")"}
