"""Where a caller is in a flow, as a short string that Asterisk keeps on his channel for us. Pure."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

MOST = 900
"""Longest encoded place, in bytes."""

_HEAD = re.compile(
    r"(?P<flow>[a-z][a-z0-9_-]{0,39})@(?P<version>[0-9a-f]{1,16})/(?P<step>[a-z][a-z0-9_-]{0,39})/(?P<phase>[a-z]{0,12})"
    r"/(?P<language>[a-z]{2})/(?P<visit>\d{1,4})/(?P<tries>\d{1,2})/(?P<outcome>[a-z_]{0,20})"
)
_SLOT = re.compile(r"([a-z][a-z0-9_]{0,19})=(?:([0-9A-Za-z.,-]{0,200})|@([0-9A-Za-z_-]{1,800}))")
_PLAIN = re.compile(r"[0-9A-Za-z.,-]{0,200}")


class NoPlace(ValueError):
    """A text that encodes no place."""


@dataclass(frozen=True)
class Place:
    """`phase` is where inside the step ('' its begin); `visit` counts the steps entered, this one included; `tries` those used up here.

    `outcome`: the exit that follows from the way so far. `slots` hold digits the caller gave, and what was found out for him.
    """

    flow: str
    version: str
    step: str
    language: str
    phase: str = ""
    visit: int = 1
    tries: int = 0
    outcome: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)

    def encode(self) -> str:
        """Letters, digits and ``-_.,/@=&`` only, at most MOST bytes: the longest slots are left out where they do not fit, and are silent
        after a restart."""
        head = "/".join(
            (
                f"{self.flow}@{self.version}",
                self.step,
                self.phase,
                self.language,
                str(self.visit),
                str(self.tries),
                self.outcome,
            )
        )
        parts, size = [head], len(head)
        for part in sorted((f"{name}={_coded(value)}" for name, value in self.slots.items()), key=len):
            if size + 1 + len(part) <= MOST:
                size += 1 + len(part)
                parts.append(part)
        return "&".join(parts)


def _coded(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else "@" + urlsafe_b64encode(value.encode()).decode().rstrip("=")


def _decoded(slot: re.Match[str]) -> str:
    if slot[3] is None:
        return slot[2]
    try:
        return urlsafe_b64decode(slot[3] + "=" * (-len(slot[3]) % 4)).decode()
    except ValueError:
        raise NoPlace(f"expected text in slot {slot[1]}, got {slot[3][:40]!r}") from None


def decode(text: str) -> Place:
    """The place a text encodes; NoPlace when it encodes none."""
    if len(text) > MOST:
        raise NoPlace(f"expected at most {MOST} characters, got {len(text)}")
    first, *rest = text.split("&")
    head = _HEAD.fullmatch(first)
    slots = [_SLOT.fullmatch(part) for part in rest]
    if head is None or not all(slots):
        raise NoPlace(f"expected flow@version/step/…, got {text[:80]!r}")
    given = head.groupdict()
    return Place(
        flow=given["flow"],
        version=given["version"],
        step=given["step"],
        phase=given["phase"],
        language=given["language"],
        visit=int(given["visit"]),
        tries=int(given["tries"]),
        outcome=given["outcome"],
        slots=MappingProxyType({slot[1]: _decoded(slot) for slot in slots if slot}),
    )
