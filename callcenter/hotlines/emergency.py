"""What callers hear before anything else: the emergency switch's text, or the greeting of a special day. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from callcenter.hotlines.opening import SpecialDay


@dataclass(frozen=True, slots=True)
class Emergency:
    """`texts` by language (zh, en), said before the flow's first step; `closed`: the hotline takes no callers."""

    texts: Mapping[str, str]
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Switch:
    """A hotline's emergency switch. `until` (ms) switches it off by itself; `by` is the number of the user who touched it last."""

    on: bool = False
    closed: bool = False
    zh: str = ""
    en: str = ""
    since: int | None = None
    until: int | None = None
    by: str = ""

    def working(self, now: int) -> bool:
        return self.on and (self.until is None or now < self.until)


def said_first(switch: Switch, special: SpecialDay | None, now: int) -> Emergency | None:
    """What a caller hears who comes now (ms); an emergency counts more than a special day."""
    if switch.working(now):
        return Emergency(_texts(switch.zh, switch.en), switch.closed)
    if special is not None and (special.zh or special.en):
        return Emergency(_texts(special.zh, special.en))
    return None


def _texts(zh: str, en: str) -> Mapping[str, str]:
    # Somebody who has one language only hears the other one rather than nothing.
    return MappingProxyType({"zh": zh or en, "en": en or zh})
