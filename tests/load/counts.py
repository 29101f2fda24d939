"""What three witnesses counted: the record, the telephones, Asterisk's queue_log."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.live import sip_log
from tests.live.sipp import Telephone

QUEUE_WORDS = {"CONNECT": "answered", "ABANDON": "abandoned", "EXITWITHTIMEOUT": "timeout", "EXITEMPTY": "no_agent"}
"""queue_log's word -> the reason of a queue segment."""


def of_record(calls: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """Calls, rings, talks by how they ended, and queue segments by reason, of calls told as JSON."""
    counted: Counter[str] = Counter()
    for call in calls:
        counted["calls"] += 1
        for segment in call["segments"]:
            kind = segment["kind"]
            if kind == "ring":
                counted["rings"] += 1
            elif kind == "talk":
                counted[f"talk {segment['reason']}"] += 1
            elif kind == "queue":
                counted["queued"] += 1
                counted[f"queue {segment['reason']}"] += 1
    return counted


def of_phones(phones: Iterable[Telephone]) -> Counter[str]:
    """How often the telephones rang."""
    return Counter({"rings": sum(len(sip_log.dialogs(phone, "INVITE")) for phone in phones)})


def of_queue_log(path: Path) -> Counter[str]:
    """Queue segments by reason, as Asterisk logged them."""
    words = re.findall(r"^[\d.]+\|[^|]*\|[^|]*\|[^|]*\|([A-Z]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    counted = Counter({"queued": words.count("ENTERQUEUE")})
    for word, reason in QUEUE_WORDS.items():
        if word in words:
            counted[f"queue {reason}"] = words.count(word)
    return counted


def differences(record: Counter[str], witnesses: Mapping[str, Counter[str]], calls_made: int) -> Sequence[str]:
    """One line for each number that is not the same; only what a witness saw is compared."""
    told = [f"calls: the record has {record['calls']}, the telephones made {calls_made}"] if record["calls"] != calls_made else []
    for name, counted in witnesses.items():
        keys = set(counted) | ({key for key in record if key.startswith("queue")} if name == "queue_log" else set())
        told += [f"{key}: the record has {record[key]}, {name} {counted[key]}" for key in sorted(keys) if record[key] != counted[key]]
    return told
