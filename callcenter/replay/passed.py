"""What of a tape tells nothing, and what cannot be read: counted, and said once."""

from __future__ import annotations

import logging
from collections import Counter

from callcenter.telephony.translate import Garbled

log = logging.getLogger(__name__)


def pass_over(name: bytes, raw: bytes, counts: Counter[str], passed: Counter[str]) -> None:
    if name:
        passed[name.decode("utf-8", "replace")] += 1
    elif b":" not in raw:
        unreadable(counts, Garbled(f"{raw[:40]!r} is no message"))


def unreadable(counts: Counter[str], wrong: Exception) -> None:
    if not counts["unreadable"]:
        log.warning("a message cannot be read, and is passed over: %s", wrong)
    counts["unreadable"] += 1
