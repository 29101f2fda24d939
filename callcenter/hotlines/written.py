"""Times of a day as people write them: `08:30-12:00, 13:30-17:30`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from callcenter.hotlines.calendar import DAY
from callcenter.hotlines.opening import Times

SHORT_HOLE_MIN = 5
"""Nobody closes for so short a time: such a hole is a slip of the pen."""

_WIDE = str.maketrans(
    {"：": ":", "，": " ", "、": " ", "；": " ", ",": " ", ";": " ", "—": "-", "–": "-", "－": "-", "~": "-", "～": "-", "至": "-"}
)
_SPAN = re.compile(r"(\d{1,2}):([0-5]\d)-(\d{1,2}):([0-5]\d)")


class NotTimes(ValueError):
    """What was written are no times; the text says what was read instead."""


class Overlap(ValueError):
    """Two of the times overlap; the text is the later one."""


class Hole(ValueError):
    """Closed for a few minutes only; the text is that time."""


def read_times(text: str) -> tuple[Times, ...]:
    """In their order; nothing written is no times. `22:00-06:00` crosses midnight. Raise NotTimes, Overlap, Hole."""
    joined = re.sub(r"\s*(--?)\s*", "-", text.translate(_WIDE)).split()
    times = sorted(_read(one) for one in joined)
    for one, other in pairwise(times):
        if other.opens < one.closes:
            raise Overlap(write_times([other]))
        if other.opens - one.closes <= SHORT_HOLE_MIN and other.opens > one.closes:
            raise Hole(f"{_clock(one.closes)}-{_clock(other.opens)}")
    return tuple(times)


def write_times(times: Iterable[Times]) -> str:
    return ", ".join(f"{_clock(one.opens)}-{_clock(one.closes)}" for one in times)


def _read(text: str) -> Times:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise NotTimes(text)
    opens, closes = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if opens >= DAY or closes > DAY:
        raise NotTimes(text)
    return Times(opens, closes if closes > opens else closes + DAY)


def _clock(minute: int) -> str:
    # The end of a day is 24:00; a time beyond it is told by the clock of the next day.
    minute = minute if minute <= DAY else minute - DAY
    return f"{minute // 60:02}:{minute % 60:02}"
