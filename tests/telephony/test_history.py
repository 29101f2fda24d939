"""What a real Asterisk wrote into its own record, told in the floor's words."""

from __future__ import annotations

import dataclasses
import gzip
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.calls.told import told as as_told
from callcenter.floor import events as ev
from callcenter.floor.call import Call, Leg, Segment
from callcenter.floor.changes import Misfit
from callcenter.floor.floor import Floor, Rules, advance
from callcenter.telephony.cel import Line, read
from callcenter.telephony.cel_told import happened
from callcenter.telephony.history import Heard, calls_of, first_needed, heard, told, unheard
from callcenter.telephony.queue_log import Entry
from tests.streams import FOLDER

TEXT = gzip.decompress((FOLDER / "away.cel.gz").read_bytes()).decode()
LINES = sorted(read(TEXT.splitlines(keepends=True)), key=lambda line: line.at)
LIVE: list[dict[str, Any]] = json.loads((FOLDER / "away.cel.json").read_text())
"""The calls of that time whose messages the server heard itself, as it told them."""

SEATED = {"1011": "2001", "1001": "2001", "1002": "2002", "1009": "2009"}
NOTHING = Heard(0, {})
END = LINES[-1].at + 1


def fold(events: list[ev.Event], floor: Floor | None = None) -> tuple[Floor, list[Misfit]]:
    floor = floor or Floor(rules=Rules(wrapup_ms=0), seats=SEATED)
    misfits: list[Misfit] = []
    for event in events:
        floor, changes = advance(floor, event)
        misfits += [one for one in changes if isinstance(one, Misfit)]
    return floor, misfits


def ms(call: Call) -> list[int]:
    return [moment for one in call.segments for moment in (one.began, one.ended or 0)]


def by_number(floor: Floor) -> dict[str, Call]:
    return {call.number: call for call in floor.calls.values()}


def test_every_line_of_a_real_asterisk_is_read() -> None:
    assert len(LINES) == TEXT.count("\n") > 200


def test_the_record_of_asterisk_tells_what_its_manager_told() -> None:
    floor, misfits = fold(told(LINES, NOTHING, END))
    assert misfits == []
    assert floor.loose == {}
    for live in LIVE:
        call = as_told(floor.calls[live["call"]])
        assert {**_unsure(call), "customer": None} == {**_unsure(live), "customer": None}
        pairs = zip(call["segments"], live["segments"], strict=True)
        assert all(abs(_ms(mine[end]) - _ms(theirs[end])) <= 50 for mine, theirs in pairs for end in ("started", "ended"))


def _unsure(call: dict[str, Any]) -> dict[str, Any]:
    """A call without its times, which two clocks may tell a little differently, its sound, and what is no business of this record."""
    unsure = ("started", "answered", "ended", "segments", "recordings", "gaps", "flows", "joined", "steps")
    kept = {key: value for key, value in call.items() if key not in unsure}
    return kept | {"segments": [(one["kind"], one["who"], one["queue"], one["reason"]) for one in call["segments"]]}


def _ms(text: str) -> int:
    hours, minutes, seconds = text.partition("T")[2].removesuffix("Z").split(":")
    return round((int(hours) * 3600 + int(minutes) * 60 + float(seconds)) * 1000)


def test_callers_whom_nobody_heard_of() -> None:
    """The server was away: one was served by the fallback, one gave up there, one left in its first message."""
    calls = by_number(fold(told(LINES, NOTHING, END))[0])
    served, waited, greeted = calls["13911110011"], calls["13911110012"], calls["13911110013"]
    assert (served.exit, served.agents, served.hotline, served.queue) == ("answered", ("2001",), "8000000001", "orders")
    assert [(one.kind, one.reason) for one in served.segments] == [
        ("queue", "answered"),
        ("ring", "answered"),
        ("talk", "caller_hung_up"),
    ]
    assert 3600 < ms(served)[5] - ms(served)[4] < 3900
    assert len(served.recordings) == 1
    assert (waited.exit, [one.reason for one in waited.segments]) == ("abandoned_queue", ["abandoned", "rang_out"])
    assert (greeted.exit, greeted.segments) == ("abandoned_ivr", ())
    assert calls["13911110005"].keys == "1"


def test_who_gave_up_on_a_busy_machine_has_given_up_however_long_asterisk_took_to_end_his_wait() -> None:
    """Three seconds from the hang-up until his channel is out of Queue(), and half a second more until it is gone."""
    [left] = [line for line in LINES if line.event == "APP_END" and line.app == "Queue" and line.number == "13911110012"]
    late = [dataclasses.replace(line, at=line.at + 3000 + 500 * (line.event != "APP_END")) for line in LINES if _is_after(line, left)]
    lines = sorted([*(line for line in LINES if not _is_after(line, left)), *late], key=lambda line: line.at)
    entries = [Entry(left.at // 1000 * 1000, left.leg, left.data.partition(",")[0], "", "ABANDON", ("1", "1", "4"))]
    call = by_number(fold(told(lines, NOTHING, END + 4000, entries=entries))[0])["13911110012"]
    assert (call.exit, call.segments[0].reason) == ("abandoned_queue", "abandoned")


def _is_after(line: Line, left: Line) -> bool:
    return line.leg == left.leg and line.at >= left.at and (line is left or line.event != "APP_END")


@pytest.mark.parametrize("cut", range(0, len(LINES), 3))
def test_what_was_heard_is_not_told_again_and_the_rest_is(cut: int) -> None:
    at = LINES[cut].at
    whole, _ = fold(told(LINES, NOTHING, END))
    before, _ = fold(told(LINES, NOTHING, at))
    known = heard(before, at - 1)
    assert first_needed(known, before) <= at
    news = told(LINES, known, END)
    after, misfits = fold(news, before)
    assert misfits == []
    assert after.calls == whole.calls
    assert calls_of(news, known, before) >= {id for id, call in whole.calls.items() if call != before.calls.get(id)}


def test_that_somebody_has_gone_is_told_though_later_things_of_his_call_bear_later_stamps() -> None:
    """A busy manager stamps seconds late what Asterisk's own record has to the millisecond."""
    whole, _ = fold(told(LINES, NOTHING, END))
    gone = [line for line in LINES if line.event == "HANGUP"][-1]
    before, _ = fold(told(LINES, NOTHING, gone.at - 50))
    known = heard(before, gone.at - 50)
    after, _ = fold(told(LINES, dataclasses.replace(known, legs={leg: at + 2000 for leg, at in known.legs.items()}), END), before)
    mine, true = (floor.calls[floor.legs[gone.leg]] for floor in (after, whole))
    assert before.calls[mine.id].ended is None
    assert (mine.ended, mine.exit, mine.segments) == (true.ended, true.exit, true.segments)


def test_a_talk_that_nobody_heard_begin_is_told_though_its_answer_bears_a_later_stamp() -> None:
    """The link goes between the answer and the bridge, and the manager stamps half a second late."""
    whole, _ = fold(told(LINES, NOTHING, END))
    [talk, *_] = [line for line in LINES if line.event == "BRIDGE_ENTER"]
    before, _ = fold([event for event in told(LINES, NOTHING, talk.at + 1) if not isinstance(event, ev.BridgeEntered)])
    known = heard(before, talk.at)
    news = told(LINES, dataclasses.replace(known, legs={leg: at + 500 for leg, at in known.legs.items()}), END)
    after, _ = fold(news, before)
    mine, true = (floor.calls[floor.legs[talk.leg]] for floor in (after, whole))
    assert [(one.kind, one.began) for one in mine.segments] == [(one.kind, one.began) for one in true.segments]


def test_who_came_to_a_queue_as_the_link_went_is_told_so_though_his_coming_bears_a_later_stamp() -> None:
    whole, _ = fold(told(LINES, NOTHING, END))
    [joined, *_] = [line for line in LINES if line.event == "APP_START" and line.app == "Queue"]
    before, _ = fold(told(LINES, NOTHING, joined.at))
    known = heard(before, joined.at)
    after, _ = fold(told(LINES, dataclasses.replace(known, legs=dict.fromkeys(known.legs, joined.at + 500)), END), before)
    mine, true = ([one for one in floor.calls[floor.legs[joined.leg]].segments if one.kind == "queue"] for floor in (after, whole))
    assert [(one.queue, one.began) for one in mine] == [(one.queue, one.began) for one in true]


def test_callers_under_whom_asterisk_was_stopped_are_lost_from_sight() -> None:
    """One waits, one is in the menu; nobody hung up on them, and no cause is told."""
    stopped = '"{""hangupcause"":0,""hangupsource"":"""",""dialstatus"":""""}"\n'
    by_caller = TEXT.replace('"{""hangupcause"":0,""hangupsource"":""PJSIP/trunk-00000011"",""dialstatus"":""NOANSWER""}"\n', stopped)
    by_caller = by_caller.replace('"{""hangupcause"":0,""hangupsource"":""PJSIP/trunk-00000001"",""dialstatus"":""""}"\n', stopped)
    lines = sorted(read(by_caller.splitlines(keepends=True)), key=lambda line: line.at)
    calls = by_number(fold(told(lines, NOTHING, END))[0])
    waited, listened = calls["13911110012"], calls["13911110002"]
    assert (waited.exit, listened.exit) == ("lost_sight", "lost_sight")
    assert [one.reason for one in waited.segments if one.kind == "queue"] == ["lost_sight"]


def test_a_channels_name_that_comes_again_is_another_channel() -> None:
    """Asterisk was started again, and counts its channels from the beginning."""
    again = TEXT.replace("a1-1795320", "a1-1795390").replace('"1795320', '"1795390')
    lines = sorted(read([*TEXT.splitlines(keepends=True), *again.splitlines(keepends=True)]), key=lambda line: line.at)
    floor, misfits = fold(told(lines, NOTHING, lines[-1].at + 1))
    assert misfits == []
    once, _ = fold(told(LINES, NOTHING, END))
    twice = [_unsure(as_told(call)) for call in floor.calls.values()]
    assert [{**one, "call": ""} for one in twice] == [{**_unsure(as_told(call)), "call": ""} for call in once.calls.values()] * 2


def test_a_call_that_is_in_the_record_is_left_out() -> None:
    known = Heard(0, {})
    recorded = frozenset({LIVE[0]["call"]})
    assert recorded < unheard(LINES, known)
    floor, misfits = fold(told(LINES, known, END, recorded))
    assert misfits == []
    assert not recorded & floor.calls.keys()


def test_only_what_is_new_since_is_a_new_call() -> None:
    since = next(line.at for line in LINES if line.number == "13911110011") - 1
    assert {call.number for call in fold(told(LINES, Heard(since, {}), END))[0].calls.values()} == {
        "13911110011",
        "13911110012",
        "13911110013",
    }


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_torn_or_shuffled_record_never_raises(data: st.DataObject) -> None:
    texts = TEXT.splitlines(keepends=True)
    some = data.draw(st.lists(st.sampled_from(texts), max_size=60))
    torn = [_torn(text, data) if data.draw(st.booleans()) else text for text in some]
    lines: list[Line] = sorted(read(torn), key=lambda line: line.at)
    floor, _ = fold(told(lines, NOTHING, END))
    assert all(call.ended is not None or call.exit is None for call in floor.calls.values())


def _torn(text: str, data: st.DataObject) -> str:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    return text[:start] + data.draw(st.text(alphabet='",\0{}9.\n客', max_size=3)) + text[end:]


def test_a_wait_that_is_known_to_have_ended_at_once_is_not_told_again() -> None:
    """An agent who answers within the time by which the manager may be late."""
    caller, agent = (
        Leg("1.1", "PJSIP/trunk-00000001", "139", 0, role="caller"),
        Leg("1.2", "PJSIP/1001-00000002", "1001", 1000, role="agent"),
    )
    segments = Segment(1, "queue", "1.1", 1000, None, "orders", 1100, "answered"), Segment(2, "talk", "1.2", 1100, "2001", "orders")
    call = Call("1.1", "inbound", "139", "8000000001", 0, legs={"1.1": caller, "1.2": agent}, segments=segments)
    floor = Floor(calls={"1.1": call}, legs={"1.1": "1.1", "1.2": "1.1"})
    joined = Line("APP_START", 1001, "139", "s", "cc-queue", caller.name, "Queue", "orders,ci", "1.1", "1.1", "1.1", "", "")
    later = dataclasses.replace(joined, at=5000)
    assert [event.at for event in told([joined, later], heard(floor, 1200), END)] == [5000]


def line(event: str, leg: str, extra: str = "{}") -> Line:
    return Line(event, END, "", "", "", f"PJSIP/{leg}-1", "", "", "", leg, "caller", "", extra)


BY_CALLER = '{"hangupcause":16,"hangupsource":"PJSIP/caller-1"}'
IN_BRIDGE = '{"bridge_id":"b"}'


def test_who_hangs_up_while_somebody_is_rung_for_him_did_so_before_that_ended_at_the_same_moment() -> None:
    waits = dataclasses.replace(line("ANSWER", "caller"), at=END - 1000)
    lines = [waits, line("HANGUP", "rung", '{"hangupcause":26}'), line("CHAN_END", "rung"), line("HANGUP", "caller", BY_CALLER)]
    last = [(type(event), leg) for leg, event in happened(lines) if event.at == END]
    assert last == [(ev.LegHangingUp, "caller"), (ev.LegGone, "rung"), (ev.LegGone, "caller")]


@pytest.mark.parametrize(("tells", "order"), [("RINGNOANSWER", ["rung", "caller"]), ("RINGCANCELED", ["caller", "rung"])])
def test_who_rang_out_a_moment_before_the_caller_hung_up_was_not_given_up_by_him(tells: str, order: list[str]) -> None:
    def at(ms: int, event: str, leg: str, extra: str = "{}", app: str = "") -> Line:
        return dataclasses.replace(line(event, leg, extra), at=END - ms, app=app, data="orders" if app else "")

    lines = [
        at(9000, "CHAN_START", "caller"),
        at(9000, "ANSWER", "caller"),
        at(8000, "APP_START", "caller", app="Queue"),
        at(3099, "CHAN_START", "rung"),
        at(99, "HANGUP", "rung", '{"hangupcause":0}'),
        at(0, "APP_END", "caller", app="Queue"),
        at(0, "HANGUP", "caller", BY_CALLER),
    ]
    second = (END - 99) // 1000 * 1000
    entries = [
        Entry(second, "caller", "orders", "2001", tells, ("3000",)),
        Entry(second, "caller", "orders", "", "ABANDON", ("1", "1", "8")),
    ]
    ends = [(event, leg) for leg, event in happened(lines, entries) if isinstance(event, ev.LegHangingUp | ev.LegGone)]
    assert [leg for _, leg in ends[:2]] == order
    assert isinstance(ends[order.index("caller")][0], ev.LegHangingUp)


def test_who_was_gone_before_the_caller_hung_up_at_the_same_moment_was_not_left_by_him() -> None:
    """A colleague is dropped from a talk of three; a part of a millisecond later the caller hangs up."""
    before = [dataclasses.replace(line("BRIDGE_ENTER", leg, IN_BRIDGE), at=END - 1000) for leg in ("caller", "agent", "colleague")]
    dropped = [
        line("BRIDGE_EXIT", "colleague", IN_BRIDGE),
        line("HANGUP", "colleague", '{"hangupcause":16}'),
        line("CHAN_END", "colleague"),
    ]
    left = [line("BRIDGE_EXIT", "caller", IN_BRIDGE), line("BRIDGE_EXIT", "agent", IN_BRIDGE)]
    hung_up = [line("HANGUP", "agent", BY_CALLER), line("HANGUP", "caller", BY_CALLER)]
    last = [type(event) for _, event in happened([*before, *dropped, *left, *hung_up]) if event.at == END]
    assert last[:4] == [ev.BridgeLeft, ev.LegGone, ev.LegHangingUp, ev.BridgeLeft]


def test_who_hangs_up_at_the_moment_at_which_he_came_to_another_bridge_did_so_after_that() -> None:
    before = dataclasses.replace(line("BRIDGE_ENTER", "caller", IN_BRIDGE), at=END - 1000)
    comes = [line("BRIDGE_EXIT", "caller", IN_BRIDGE), line("BRIDGE_ENTER", "caller", '{"bridge_id":"c"}')]
    goes = [line("BRIDGE_EXIT", "caller", '{"bridge_id":"c"}'), line("HANGUP", "caller", BY_CALLER)]
    last = [type(event) for _, event in happened([before, *comes, *goes]) if event.at == END]
    assert last == [ev.BridgeLeft, ev.BridgeEntered, ev.LegHangingUp, ev.BridgeLeft, ev.LegGone]
