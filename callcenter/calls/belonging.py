"""Which segments of a call a recording belongs to: those of its leg, or of its customer's talks, that overlap it in time. Pure."""

from __future__ import annotations

from callcenter.floor.call import Call, Segment

HEARD = frozenset({"talk", "hold", "consult", "conference"})
"""Kinds of segments in which somebody speaks into a recording, or might."""

ABOUT_MS = 1_000
"""A talk and its recording begin together, and are stamped some milliseconds apart."""


def segments_of(call: Call, leg: str, started: int) -> tuple[Segment, ...]:
    """The segments that the recording of `leg`, begun at `started` (ms), belongs to, in their order.

    Where the customer's own leg is recorded, as in a call that we placed, these are the talks of all who spoke with him.
    """
    heard = [one for one in call.segments if one.kind in HEARD]
    its_own = [one for one in heard if one.leg == leg]
    of = its_own or [one for one in heard if one.kind != "consult"]
    ended = _leg_ended(call, leg)
    return tuple(one for one in of if _is_over_after(one, started) and (ended is None or one.began <= ended))


def recorded_until(call: Call, leg: str, started: int) -> int | None:
    """Until when there should be sound (ms); None while it goes on."""
    ended = _leg_ended(call, leg)
    belonging = segments_of(call, leg, started)
    if ended is None or any(one.ended is None for one in belonging):
        return None if call.ended is None else call.ended
    return min([ended, *([max(one.ended or started for one in belonging)] if belonging else [])])


def held_ms(call: Call, leg: str, started: int) -> int:
    """For how long the customer waited meanwhile: what may not have been recorded."""
    holds = [one for one in segments_of(call, leg, started) if one.kind == "hold"]
    return sum((one.ended or one.began) - max(one.began, started) for one in holds)


def _is_over_after(one: Segment, started: int) -> bool:
    return one.ended is None or one.ended > started or one.began >= started - ABOUT_MS


def _leg_ended(call: Call, leg: str) -> int | None:
    known = call.legs.get(leg)
    return known.ended if known is not None and known.ended is not None else call.ended
