"""A telephone number as people read it."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat

from callcenter.settings import Home


@lru_cache(maxsize=10_000)
def shown(number: str | None, home: Home) -> str:
    """`138 0013 8000` for a number of this country, `+44 20 7946 0958` for another's; seats, short numbers and odd ones as they are."""
    text = number or ""
    for form in (text, f"+{text[2:]}" if text.startswith("00") else text.removeprefix("0"), home.with_area(text)):
        parsed = _public(form, home.country)
        if parsed is not None:
            here = parsed.country_code == phonenumbers.country_code_for_region(home.country)
            return phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL if here else PhoneNumberFormat.INTERNATIONAL)
    return text


def _public(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.is_valid_number(parsed) else None
