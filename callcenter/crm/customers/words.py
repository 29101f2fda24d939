"""What a customer's codes are called on the pages: English texts, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from callcenter.web.texts import N_

TIERS: Mapping[str, str] = MappingProxyType(
    {
        "key": N_("Key customer"),
        "second": N_("Secondary customer"),
        "regular": N_("Regular customer"),
        "mass": N_("Mass customer"),
    }
)

TIER_COLOURS: Mapping[str, str] = MappingProxyType({"key": "purple", "second": "blue", "regular": "azure", "mass": "secondary"})
"""Of the design system's palette."""

LANGUAGES: Mapping[str, str] = MappingProxyType({"zh_CN": N_("Chinese"), "en": N_("English")})
"""The languages that hotlines speak."""

KINDS: Mapping[str, str] = MappingProxyType({"retailer": N_("Retailer"), "company": N_("Company"), "household": N_("Household")})
