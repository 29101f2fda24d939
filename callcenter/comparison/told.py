"""The comparison as other programs are told it: the JSON contract. Fields may be added; none changes or goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from callcenter.calls.told import iso
from callcenter.comparison.record import Apart
from callcenter.comparison.watch import Look, Standing


def floor_told(look: Look, counts: Mapping[str, int]) -> dict[str, Any]:
    """The floor beside Asterisk's picture: what stands now, and how often what differed since the server was started."""
    return {
        "looked": iso(look.at) if not look.trouble else None,
        "why": look.trouble,
        "looks": counts["looks"],
        "failed": counts["failed_looks"],
        "found": counts["differences"],
        "healed": counts["healed"],
        "differences": [_standing(one) for one in look.standing],
    }


def no_floor(why: str) -> dict[str, Any]:
    return {"looked": None, "why": why, "looks": 0, "failed": 0, "found": 0, "healed": 0, "differences": []}


def _standing(one: Standing) -> dict[str, Any]:
    what = one.difference
    return {
        "what": what.what,
        "where": what.where,
        "call": what.call,
        "floor": what.ours,
        "asterisk": what.theirs,
        "since": iso(one.since),
    }


def record_told(
    calls: int, sources: Sequence[str], uncovered: int, found: Sequence[Apart], healed: Sequence[Apart] = (), why: str = ""
) -> dict[str, Any]:
    """The record beside what Asterisk wrote down itself: what differs, what did until it was put right; `why` nothing could be compared."""
    return {
        "calls": calls,
        "sources": list(sources),
        "uncovered": uncovered,
        "why": why,
        "differences": [_apart(one) for one in found],
        "healed": [_apart(one) for one in healed],
    }


def _apart(one: Apart) -> dict[str, Any]:
    return {"call": one.call, "what": one.what, "record": one.ours, "asterisk": one.theirs}


def differs(told: Mapping[str, Any]) -> bool:
    return any(told[part]["differences"] for part in ("floor", "ledger", "recordings"))


def incomplete(told: Mapping[str, Any], *, serving: bool) -> bool:
    """Whether something that could have been looked at was not; without a server there is no floor to look at."""
    return bool(told["ledger"]["why"]) or (serving and bool(told["floor"]["why"]))
