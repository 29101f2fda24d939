"""Each talk as the telephone at the seat timed it, beside the record's."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.live.record import moment
from tests.live.sip_log import log
from tests.live.sipp import Telephone
from tests.load.shift import Shift

_MESSAGE = re.compile(
    r"^-{20,} (\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d+)\nUDP message (?:sent|received)[^\n]*\n\n(.*?)\n\n", re.MULTILINE | re.DOTALL
)
_CALL_ID = re.compile(r"^Call-ID: (\S+)", re.MULTILINE)


SHORTEST_S = 0.3
"""Below it somebody lifted the receiver when the caller had just gone."""


@dataclass(frozen=True)
class Talk:
    """From when to when an agent talked (seconds since the epoch)."""

    began: float
    ended: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began


def of_phone(phone: Telephone) -> Sequence[Talk]:
    """From Asterisk's word that it heard the receiver lifted (ACK) to the first word of the end (BYE or REFER), in order."""
    said: dict[str, list[tuple[float, str, str]]] = defaultdict(list)
    for when, text in _MESSAGE.findall(log(phone)):
        line, _, head = text.partition("\n")
        if found := _CALL_ID.search(head):
            said[found[1]].append((datetime.fromisoformat(when).timestamp(), line.strip(), head))
    talks = []
    for messages in said.values():
        lifted = any(line.startswith("SIP/2.0 200") and "INVITE" in _cseq(head) for _, line, head in messages)
        began = next((at for at, line, _ in messages if lifted and line.startswith("ACK")), None)
        ended = next((at for at, line, _ in messages if began and line.startswith(("BYE", "REFER"))), None)
        if began and ended:
            talks.append(Talk(began, ended))
    return sorted(talks, key=lambda talk: talk.began)


def _cseq(head: str) -> str:
    found = re.search(r"^CSeq: (.*)$", head, re.MULTILINE)
    return found[1] if found else ""


def of_record(calls: Iterable[Mapping[str, Any]], agent: str) -> Sequence[Talk]:
    """This agent's talks, in order."""
    talks = [
        Talk(moment(one["started"]), moment(one["ended"]))
        for call in calls
        for one in call["segments"]
        if one["kind"] == "talk" and one["who"] == agent
    ]
    return sorted(talks, key=lambda talk: talk.began)


def errors(calls: Sequence[Mapping[str, Any]], shifts: Iterable[Shift]) -> Sequence[float]:
    """For each talk of each agent: seconds by which the record is wrong about begin or length. AssertionError when one is missing."""
    told = []
    for shift in shifts:
        seen = [talk for phone in shift.phones for talk in of_phone(phone) if talk.seconds > SHORTEST_S]
        known = [talk for talk in of_record(calls, shift.colleague.number) if talk.seconds > SHORTEST_S]
        assert len(seen) == len(known), f"{shift.colleague.number} talked {len(seen)} times, the record has {len(known)}"
        told += [max(abs(a.began - b.began), abs(a.seconds - b.seconds)) for a, b in zip(seen, known, strict=True)]
    return told
