"""Callers' tapes from the live tests, each with the calls as `calls --json` told them then.

A tape holds what Asterisk said and our own facts, cut down to what the floor hears and to the calls of one test. They are recorded anew by
`pytest --record-streams tests/live/test_calls.py tests/live/test_unanswered.py tests/live/test_crowd.py`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from callcenter.floor import events as ev
from callcenter.telephony import tape
from callcenter.telephony.facts import fact_of
from callcenter.telephony.translate import RULES
from callcenter.telephony.wire import parse

FOLDER = Path(__file__).parent
NAMES = sorted(path.name.removesuffix(tape.SUFFIX) for path in FOLDER.glob(f"*{tape.SUFFIX}"))
AROUND_MS = 3_000
"""The clock's ticks are kept from so long before the first call until so long after the last segment."""


def stream(name: str) -> Path:
    return FOLDER / f"{name}{tape.SUFFIX}"


def known(name: str) -> dict[str, Any]:
    """`wrapup_s`, and `told`: the calls."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def keep(name: str, folder: Path, calls: list[dict[str, Any]], others: Collection[str], wrapup_s: int, began: int, ended: int) -> None:
    """Make a fixture of the tapes in a folder: everything but what belongs to other calls or means nothing to the floor. Times are ms."""
    noted = (one for path in sorted(folder.glob(f"*{tape.SUFFIX}")) for one in tape.read(path))
    path = stream(name)
    path.unlink(missing_ok=True)
    tape.append(path, list(cut(noted, frozenset(others), range(began - AROUND_MS, ended + AROUND_MS))))
    text = json.dumps({"wrapup_s": wrapup_s, "told": calls}, ensure_ascii=False, indent=1)
    (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def cut(noted: Iterator[tape.Noted], others: frozenset[str], ticks: range) -> Iterator[tape.Noted]:
    for at, raw in noted:
        message = parse(raw)
        fact = fact_of(message)
        if isinstance(fact, ev.Tick):
            wanted = at in ticks
        elif fact is not None:
            wanted = getattr(fact, "call", None) not in others and getattr(fact, "leg", None) not in others
        else:
            legs = {message[name] for name in ("uniqueid", "destuniqueid", "linkedid") if message.get(name)}
            wanted = message.get("event") in RULES and "actionid" not in message and not legs & others
        if wanted:
            yield at, raw
