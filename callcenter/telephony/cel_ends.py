"""When the channels of Asterisk's own record (CEL) came to their ends, before it says so. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from callcenter.telephony.cel import Line

AT_ONCE_MS = 100
"""What a channel does within this time before its end belongs to its end."""

ENDING = frozenset({"BRIDGE_EXIT", "APP_END", "STREAM_END", "CHAN_END", "LINKEDID_END"})
"""What a channel may still do when its far side has hung up."""


def left(lines: Sequence[Line], unanswered: frozenset[str] = frozenset()) -> dict[str, int]:
    """Leg -> when its end began: at its hang-up, or at what happened just before because of it.

    `unanswered` are known to have rung out: nobody gave them up.
    """
    ends: dict[str, int] = {}
    closed: set[str] = set()
    answered = answered_legs(lines)
    for line in reversed(lines):
        if line.event == "HANGUP":
            ends[line.leg] = line.at
            if line.leg not in answered | unanswered and _at_once(line, ends.get(line.linked)):
                # Who is given up by the caller goes before him.
                ends[line.linked] = line.at
        elif line.leg in ends and line.leg not in closed:
            if _may_end(line) and _at_once(line, ends[line.leg]):
                ends[line.leg] = line.at
            else:
                closed.add(line.leg)
    return ends


def answered_legs(lines: Sequence[Line]) -> frozenset[str]:
    return frozenset(line.leg for line in lines if line.event in ("ANSWER", "BRIDGE_ENTER"))


def left_bridge_first(lines: Sequence[Line], ends: Mapping[str, int]) -> dict[str, str]:
    """Leg -> who left the bridge just before the leg did so for its end, as `left` tells it."""
    first: dict[str, str] = {}
    last: dict[str, Line] = {}
    for line in lines:
        if line.event != "BRIDGE_EXIT":
            continue
        first.pop(line.leg, None)
        bridge = line.told("bridge_id")
        before = last.get(bridge)
        at_its_end = line.at >= ends.get(line.leg, line.at + 1)
        if at_its_end and before is not None and before.leg != line.leg and _at_once(before, line.at):
            first[line.leg] = before.leg
        last[bridge] = line
    return first


def _at_once(line: Line, end: int | None) -> bool:
    return end is not None and 0 <= end - line.at < AT_ONCE_MS


def _may_end(line: Line) -> bool:
    return line.event in ENDING or (line.event == "APP_START" and line.app == "AGI")
