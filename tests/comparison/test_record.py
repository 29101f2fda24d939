"""The record beside Asterisk's own: calls that a real Asterisk wrote down, and records of them that lie in one thing."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from callcenter.comparison.record import Apart, Written, apart
from callcenter.floor.call import Call
from callcenter.floor.floor import Floor, Rules, advance
from callcenter.telephony.cel import Line, read
from callcenter.telephony.evidence import legs_of, proofs
from callcenter.telephony.history import Heard, told
from callcenter.telephony.queue_log import Entry, row
from tests.streams import FOLDER

LINES = sorted(read(gzip.decompress((FOLDER / "away.cel.gz").read_bytes()).decode().splitlines(keepends=True)), key=lambda line: line.at)
FIRST, LAST = LINES[0].at, LINES[-1].at
ANSWERED, GAVE_UP, IN_MENU = "a1-1795320828.8", "a1-1795320828.9", "a1-1795320805.1"


def kept() -> list[Call]:
    """The calls as the record has them when nothing went wrong."""
    floor = Floor(rules=Rules(wrapup_ms=0), seats={"1011": "2001", "1001": "2001", "1002": "2002", "1009": "2009"})
    for event in told(LINES, Heard(0, {}), LAST + 1):
        floor, _ = advance(floor, event)
    return list(floor.calls.values())


def written(lines: Sequence[Line] = LINES, queues: Sequence[Entry] | None = None) -> Written:
    return Written(proofs(lines), legs_of(lines), queues)


def compared(calls: Sequence[Call], what: Written | None = None, until: int = LAST + 10_000) -> list[Apart]:
    return apart(calls, what or written(), FIRST, until)


def changed(id: str, how: Callable[[Call], Call]) -> list[Call]:
    return [how(call) if call.id == id else call for call in kept()]


def test_nothing_differs_of_calls_that_were_kept_right() -> None:
    assert len(kept()) == 10
    assert compared(kept()) == []


def test_a_call_that_only_one_side_has() -> None:
    calls = kept()
    [missing] = compared([call for call in calls if call.id != GAVE_UP])
    assert (missing.call, missing.what, missing.ours) == (GAVE_UP, "call", "not there")
    ghost = replace(calls[0], id="9.9", legs={"9.9": replace(next(iter(calls[0].legs.values())), id="9.9")})
    assert [(one.call, one.what, one.theirs) for one in compared([*calls, ghost])] == [("9.9", "call", "not there")]


def test_a_call_that_never_came_to_a_channel_is_not_looked_for() -> None:
    unreachable = Call("cc-out-1", "outbound", "1001", "13900000000", FIRST + 1000, ended=FIRST + 2000, exit="unreachable")
    assert compared([*kept(), unreachable]) == []


def test_a_leg_that_a_seat_dialled_for_its_consultation_is_no_call_of_its_own() -> None:
    asked, about = next(call for call in kept() if call.id == IN_MENU), next(call for call in kept() if call.id == ANSWERED)
    joined = replace(about, legs={**about.legs, **asked.legs})
    assert compared([joined if call.id == ANSWERED else call for call in kept() if call.id != IN_MENU]) == []


@pytest.mark.parametrize(
    ("what", "how"),
    [
        ("started", lambda call: replace(call, began=call.began + 1500)),
        ("ended", lambda call: replace(call, ended=call.ended + 1500)),
        ("ended", lambda call: replace(call, ended=None, exit=None)),
        ("answered", lambda call: replace(call, answered=call.answered - 1500)),
        ("exit", lambda call: replace(call, exit="abandoned_queue")),
        ("exit", lambda call: replace(call, exit="lost_sight")),
    ],
)
def test_a_record_that_lies_in_one_thing(what: str, how: Callable[[Call], Call]) -> None:
    assert [(one.call, one.what) for one in compared(changed(ANSWERED, how))] == [(ANSWERED, what)]


def test_a_second_apart_is_none() -> None:
    assert compared(changed(ANSWERED, lambda call: replace(call, ended=(call.ended or 0) + 900, began=call.began - 900))) == []


def stretched(call: Call, kind: str) -> Call:
    """Its talk, two seconds longer, or with two seconds of them held."""
    talk = next(one for one in call.segments if one.kind == "talk")
    assert talk.ended is not None
    if kind == "talk":
        return replace(call, segments=(*call.segments, replace(talk, n=99, began=talk.ended, ended=talk.ended + 2000)))
    cut = replace(talk, ended=talk.ended - 2000, reason="held")
    hold = replace(talk, n=99, kind="hold", began=talk.ended - 2000)
    return replace(call, segments=(*(cut if one is talk else one for one in call.segments), hold))


def test_talk_is_added_up_and_hold_may_or_may_not_be_part_of_it() -> None:
    [found] = compared(changed(ANSWERED, lambda call: stretched(call, "talk")))
    assert (found.what, found.ours, found.theirs) == ("talk", "6.3", "4.3")
    assert compared(changed(ANSWERED, lambda call: stretched(call, "hold"))) == []


def test_what_goes_on_or_is_just_over_is_not_judged_yet() -> None:
    """A period that ends in the middle of a talk: the caller is there on both sides, and more is not said."""
    middle = next(call.answered for call in kept() if call.id == ANSWERED)
    assert middle is not None
    early = [line for line in LINES if line.at < middle + 1000]
    calls = changed(ANSWERED, lambda call: replace(call, ended=None, exit=None))
    assert compared([call for call in calls if call.began < middle], written(early), until=middle + 1000) == []


def logged(event: str, call: str = ANSWERED, queue: str = "orders") -> Entry:
    return row(FIRST, call, queue, "", event, ())


def test_how_a_wait_ended_is_compared_with_the_record_of_queues() -> None:
    waits = {call.id: [one for one in call.segments if one.kind == "queue"] for call in kept()}
    right = [logged("CONNECT" if one.reason == "answered" else "ABANDON", id) for id, queues in waits.items() for one in queues]
    assert {one.reason for queues in waits.values() for one in queues} == {"answered", "abandoned"}
    assert compared(kept(), written(queues=right)) == []
    wrong = [logged("ABANDON") if one.call == ANSWERED else one for one in right]
    [found] = compared(kept(), written(queues=wrong))
    assert (found.call, found.what, found.ours, found.theirs) == (ANSWERED, "queues", "answered", "ABANDON")
    [found] = compared(kept(), written(queues=[one for one in right if one.call != ANSWERED]))
    assert (found.call, found.theirs) == (ANSWERED, "none")


def test_two_callers_in_one_park_talk_with_nobody() -> None:
    parked = [replace(line, extra=line.extra.replace("simple_bridge", "holding_bridge")) for line in LINES]
    assert all(proof.answered is None and proof.talked == 0 for proof in proofs(parked).values())
