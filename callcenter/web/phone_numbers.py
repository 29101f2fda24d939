"""A telephone number as people read it."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat


@lru_cache(maxsize=10_000)
def shown(number: str | None, region: str) -> str:
    """`138 0013 8000` for a number of this country, `+44 20 7946 0958` for another's; seats, short numbers and odd ones as they are."""
    text = number or ""
    for form in (text, f"+{text[2:]}" if text.startswith("00") else text.removeprefix("0")):
        parsed = _public(form, region)
        if parsed is not None:
            home = parsed.country_code == phonenumbers.country_code_for_region(region)
            return phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL)
    return text


def _public(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.is_valid_number(parsed) else None
