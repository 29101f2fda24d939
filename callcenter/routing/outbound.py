"""Who may be dialled. A stolen session, or a caller who leaves somebody else's number, must not become a bill."""

from __future__ import annotations

from collections.abc import Collection

import phonenumbers
from phonenumbers import PhoneNumberType

from callcenter.hotlines.numbers import completed
from callcenter.settings import Home

ORDINARY = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.VOIP,
        PhoneNumberType.UAN,
    }
)
"""Kinds of numbers that cost what a call costs: no premium rates, no shared cost, no personal numbers."""


def may_dial(number: str, home: Home, others: Collection[str] = ()) -> bool:
    """Whether a number, as stored or as dialled from `home`, is an ordinary one of that country or of `others` (ISO 3166)."""
    return refusal(number, home, others) == ""


def refusal(number: str, home: Home, others: Collection[str] = ()) -> str:
    """Why a number may not be dialled, '' when it may: no_number, carrier (it begins with a carrier's own access code, as 17951 …: it
    would go over that carrier, at his price), abroad (of a country that is not allowed), costly."""
    try:
        parsed = phonenumbers.parse(completed(number, home), home.country, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return "no_number"
    if parsed.preferred_domestic_carrier_code:
        return "carrier"
    if not phonenumbers.is_valid_number(parsed):
        return "no_number"
    if phonenumbers.region_code_for_number(parsed) not in {home.country, *others}:
        return "abroad"
    return "" if phonenumbers.number_type(parsed) in ORDINARY else "costly"
