"""What the room's codes are called on the pages: English texts, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from callcenter.web.texts import N_

EXITS: Mapping[str, str] = MappingProxyType(
    {"blacklisted": N_("Blacklisted"), "nuisance": N_("Nuisance call"), "silent": N_("Silent call")}
)
EXIT_COLOURS: Mapping[str, str] = MappingProxyType({"blacklisted": "red", "nuisance": "orange", "silent": "secondary"})
"""Of the design system's palette."""
