"""What an order's states are called on the pages: English texts, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from callcenter.web.texts import N_

STATES: Mapping[str, str] = MappingProxyType(
    {
        "received": N_("Order received"),
        "approved": N_("Approved"),
        "picked": N_("Picked"),
        "on_the_way": N_("On the way"),
        "delivered": N_("Delivered"),
        "cancelled": N_("Cancelled"),
    }
)

COLOURS: Mapping[str, str] = MappingProxyType(
    {"received": "blue", "approved": "blue", "picked": "azure", "on_the_way": "orange", "delivered": "green", "cancelled": "secondary"}
)
