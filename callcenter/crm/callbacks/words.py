"""What a callback's codes are called on the pages: English texts, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from callcenter.web.texts import N_

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "asked": N_("Asked for by the caller"),
        "voicemail": N_("Left a message"),
        "after_hours": N_("Rang outside hours"),
        "abandoned": N_("Missed call"),
        "promised": N_("Promised by an agent"),
    }
)

RESULTS: Mapping[str, str] = MappingProxyType(
    {
        "reached": N_("Customer reached"),
        "no_answer": N_("No answer"),
        "busy": N_("Line busy"),
        "refused": N_("Refused"),
        "wrong_number": N_("Wrong number"),
        "not_needed": N_("No longer needed"),
        "by_himself": N_("Got through by himself"),
    }
)
