"""What the room's codes are called on the pages: English texts, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from callcenter.web.texts import N_

WEEKDAYS = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))

HOLIDAYS: Mapping[str, str] = MappingProxyType(
    {"as_usual": N_("Open as on any other day"), "closed": N_("Closed"), "times": N_("Open at other times")}
)

WHYS: Mapping[str, str] = MappingProxyType(
    {"week": N_("By the week"), "holiday": N_("Public holiday"), "makeup": N_("Make-up workday"), "special": N_("Special day")}
)

DAY_KINDS: Mapping[str, str] = MappingProxyType(
    {"closed": N_("Closed"), "times": N_("Open at other times"), "weekday": N_("Like another day of the week")}
)
