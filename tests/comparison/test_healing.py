"""A call that was heard late, told by Asterisk's own times; one of which Asterisk tells another story, or less, is left as it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callcenter.comparison.healing import healed
from callcenter.comparison.record import apart
from callcenter.floor.call import Call, Segment
from tests.comparison.test_record import ANSWERED, FIRST, LAST, LINES, changed, kept, written

LATE_MS = 2_500
CALLS = {call.id: call for call in kept()}
INBOUND = [call.id for call in CALLS.values() if call.direction == "inbound" and call.complete]


def late(call: Call, since: int, by: int = LATE_MS) -> Call:
    """As it is when a busy Asterisk stamps everything from `since` on so much later."""

    def at(moment: int | None) -> int | None:
        return moment if moment is None or moment < since else moment + by

    def segment(one: Segment) -> Segment:
        return replace(one, began=at(one.began) or 0, ended=at(one.ended), left=at(one.left))

    legs = {
        id: replace(leg, began=at(leg.began) or 0, answered=at(leg.answered), ended=at(leg.ended), hung_up=at(leg.hung_up))
        for id, leg in call.legs.items()
    }
    segments = tuple(segment(one) for one in call.segments)
    return replace(call, began=at(call.began) or 0, answered=at(call.answered), ended=at(call.ended), legs=legs, segments=segments)


def stretches(call: Call) -> list[Segment]:
    """What Asterisk's record tells of."""
    return [replace(one, left=None) for one in call.segments if one.kind != "ivr"]


@pytest.mark.parametrize("id", INBOUND)
def test_a_call_that_was_heard_late_from_any_moment_on_is_told_by_asterisks_times(id: str) -> None:
    call = CALLS[id]
    for since in sorted({one.began for one in call.segments} | {one.ended or 0 for one in call.segments}):
        mended = healed(late(call, since), LINES, ())
        assert mended is not None
        assert stretches(mended) == stretches(call)
        assert (mended.began, mended.answered, mended.ended, mended.legs) == (call.began, call.answered, call.ended, call.legs)
        assert all(one.ended is not None and one.began <= one.ended for one in mended.segments)


def test_what_differed_differs_no_more() -> None:
    calls = changed(ANSWERED, lambda call: late(call, call.answered or 0))
    assert {one.what for one in apart(calls, written(), FIRST, LAST + 10_000)} == {"answered", "ended"}
    mended = [healed(call, LINES, ()) or call for call in calls]
    assert apart(mended, written(), FIRST, LAST + 10_000) == []


def test_a_hold_that_asterisks_record_does_not_know_stays_within_its_talk() -> None:
    call = CALLS[ANSWERED]
    talk = next(one for one in call.segments if one.kind == "talk")
    assert talk.ended is not None
    middle = (talk.began + talk.ended) // 2
    others = tuple(one for one in call.segments if one.n != talk.n)
    parts = replace(talk, ended=middle, reason="held"), replace(talk, kind="hold", began=middle, n=len(others) + 2)
    mended = healed(late(replace(call, segments=(*others, *parts)), talk.began, 60_000), LINES, ())
    assert mended is not None
    assert [(one.kind, one.began, one.ended) for one in mended.segments[-2:]] == [
        ("talk", talk.began, talk.ended),
        ("hold", talk.ended, talk.ended),
    ]


def test_another_story_is_left_as_it_is() -> None:
    call = CALLS[ANSWERED]
    talk = next(one for one in call.segments if one.kind == "talk")
    others = tuple(one for one in call.segments if one.n != talk.n)
    assert healed(replace(call, segments=others), LINES, ()) is None
    assert healed(replace(call, segments=(*others, replace(talk, who="2009"))), LINES, ()) is None
    assert healed(replace(call, segments=(*others, replace(talk, reason="transferred"))), LINES, ()) is None
    assert healed(replace(call, ended=None), LINES, ()) is None
    assert healed(call, [line for line in LINES if line.event != "HANGUP"], ()) is None
