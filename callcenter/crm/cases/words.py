"""What a case's codes are called on the pages: English texts, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from callcenter.web.texts import N_

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "consultation": N_("Consultation"),
        "complaint": N_("Complaint"),
        "suggestion": N_("Suggestion"),
        "request": N_("Service request"),
        "order": N_("Order"),
        "booking": N_("Booking"),
        "repair": N_("Repair"),
        "return": N_("Return or compensation"),
    }
)

STATES: Mapping[str, str] = MappingProxyType({"open": N_("Being handled"), "closed": N_("Settled")})

ACTS: Mapping[str, str] = MappingProxyType(
    {
        "opened": N_("Case opened"),
        "noted": N_("What was done"),
        "reassigned": N_("Handed over"),
        "closed": N_("Case settled"),
    }
)
