"""Tapes of the scenarios as they were played on a real Asterisk, each with the truth as the phones saw it, and with what was told.

A tape is cut down to who took part. They are recorded anew by `make prove WHAT=scenarios`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from callcenter.floor import events as ev
from callcenter.telephony import tape
from callcenter.telephony.facts import fact_of
from callcenter.telephony.translate import RULES, seat_of
from callcenter.telephony.wire import Message, parse

FOLDER = Path(__file__).parent
NAMES = sorted(path.name.removesuffix(tape.SUFFIX) for path in FOLDER.glob(f"*{tape.SUFFIX}"))
AROUND_MS = 3_000


def stream(name: str) -> Path:
    return FOLDER / f"{name}{tape.SUFFIX}"


def known(name: str) -> dict[str, Any]:
    """`wrapup_s`, `true`: the calls as they went (see TrueCall), `told`: as they were told when it was recorded."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def keep(name: str, noted: Iterable[tape.Noted], content: dict[str, Any]) -> None:
    """Make a fixture."""
    path = stream(name)
    path.unlink(missing_ok=True)
    tape.append(path, list(noted))
    (FOLDER / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def cut(noted: Iterable[tape.Noted], agents: set[str], seats: set[str], outside: set[str], when: range) -> list[tape.Noted]:
    """What is of these people in that time, and who sat where before it; others may have been at work beside them."""
    read = [(at, raw, parse(raw)) for at, raw in noted if at in when or (at < when.start and b"Own: Agent" in raw)]
    legs = _legs_of_theirs([m for at, _, m in read if at in when], seats, outside)
    return [(at, raw) for at, raw, m in read if (_theirs(m, legs, agents, seats) if at in when else _sits(m, agents))]


def _sits(m: Message, agents: set[str]) -> bool:
    fact = fact_of(m)
    return isinstance(fact, ev.AgentSignedIn | ev.AgentWants) and fact.agent in agents


def _theirs(m: Message, legs: set[str], agents: set[str], seats: set[str]) -> bool:
    fact = fact_of(m)
    if isinstance(fact, ev.Tick):
        return True
    if fact is not None:
        named = {getattr(fact, name) for name in ("call", "leg") if hasattr(fact, name)}
        return getattr(fact, "agent", None) in agents or bool(named & legs)
    if m.get("event") not in RULES or "actionid" in m:
        return False
    of = _legs(m)
    device = m.get("interface") or m.get("device") or ""
    return bool(of & legs) if of else seat_of(device) in seats


def _legs_of_theirs(messages: list[Message], seats: set[str], outside: set[str]) -> set[str]:
    """Legs at their seats or of their numbers, and every leg that a message names together with one of those."""
    beside: defaultdict[str, set[str]] = defaultdict(set)
    found: set[str] = set()
    for m in messages:
        of = _legs(m)
        for leg in of:
            beside[leg] |= of
        channels = {seat_of(m.get(name, "")) for name in ("channel", "destchannel")}
        if of and (channels & seats or m.get("calleridnum") in outside or m.get("exten") in outside):
            found |= of
    waiting = list(found)
    while waiting:
        more = beside[waiting.pop()] - found
        found |= more
        waiting += more
    return found


def _legs(m: Message) -> set[str]:
    return {value for name, value in m.items() if value and name.endswith(("uniqueid", "linkedid")) and "bridge" not in name}
