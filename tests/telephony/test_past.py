"""What happened while nobody listened is told at a login, each call once, and the gap is said."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from pathlib import Path

import pytest

from callcenter.floor.changes import GapFilled
from callcenter.floor.events import FlowBegan, KeyPressed, LegAppeared, LegHangingUp, SeenLeg, Snapshot
from callcenter.floor.floor import Floor
from callcenter.telephony.cel import moment
from callcenter.telephony.history import NEVER, Heard, told
from callcenter.telephony.past import BEFORE_END_MS, Past
from callcenter.telephony.record import Files
from tests.telephony.test_history import END, LINES, TEXT, fold

MIDDLE = next(line.at for line in LINES if line.number == "13911110005") - 1
"""Between the first callers and the others."""
EMPTY = Snapshot(END)
"""Nobody is there any more."""

ONE = '{""digit"":""1""}'
ECHO = ("CHAN_START", "ANSWER", "HANGUP", "CHAN_END", "LINKEDID_END")


class Centre:
    """What the past needs to know of the rest of the house."""

    def __init__(self, folder: Path, floor: Floor | None = None, recorded: Collection[str] = ()) -> None:
        self.gaps: list[GapFilled] = []
        self.now = floor or Floor()
        self.kept = frozenset(recorded)
        self.cel = folder / "cel.csv"
        self.queue_log = folder / "queue_log"

    async def floor(self) -> Floor:
        return self.now

    async def recorded(self, calls: Collection[str]) -> frozenset[str]:
        return self.kept & frozenset(calls)

    async def begun(self, since: int) -> Collection[str]:
        return self.kept & {line.leg for line in LINES if line.event == "CHAN_START" and line.leg == line.linked and line.at > since}

    def past(self, began: int | None = None, kept: int = 0) -> Past:
        return Past(Files(self.cel, self.queue_log), self.floor, self.recorded, self.begun, self.gaps.append, began=began, kept=kept)


def with_record(centre: Centre, until: int = NEVER) -> Centre:
    """What Asterisk has written down until then (ms)."""
    texts = TEXT.splitlines(keepends=True)
    centre.cel.write_text("".join(text for text in texts if (moment(text) or 0) < until), encoding="utf-8")
    return centre


def shown(floor: Floor) -> tuple[SeenLeg, ...]:
    """The legs that are there, as Asterisk shows them."""
    there = [leg for call in floor.calls.values() for leg in call.legs.values() if leg.ended is None]
    return tuple(SeenLeg(one.id, one.name, "", "", "", None, None, one.answered is not None, one.began, "", one.bridge) for one in there)


async def test_the_first_start_of_all_has_no_gap(tmp_path: Path) -> None:
    centre = with_record(Centre(tmp_path))
    assert await centre.past().since(None, END, EMPTY, ()) == []
    assert centre.gaps == []


async def test_a_first_login_that_came_to_nothing_begins_a_gap(tmp_path: Path) -> None:
    centre = with_record(Centre(tmp_path))
    past = centre.past()
    assert await past.since(None, MIDDLE, EMPTY, ()) == []
    calls = fold(await past.since(None, END, EMPTY, ()))[0].calls.values()
    assert sorted(call.number for call in calls) == [f"139111100{n}" for n in ("05", "06", "11", "12", "13")]
    assert [(gap.began, gap.calls) for gap in centre.gaps] == [(MIDDLE, 5)]


async def test_without_a_record_the_gap_is_said_to_be_unfilled(tmp_path: Path) -> None:
    centre = Centre(tmp_path)
    assert await centre.past(began=7, kept=5).since(None, END, EMPTY, ()) == []
    assert centre.gaps == [GapFilled(END, 7, None, "server", ("calls",))]


async def test_after_a_restart_what_began_and_ended_is_told_and_what_is_stored_is_not(tmp_path: Path) -> None:
    stored = frozenset(line.leg for line in LINES if line.event == "CHAN_START" and line.at <= MIDDLE)
    centre = with_record(Centre(tmp_path, recorded=stored))
    events = await centre.past(began=MIDDLE, kept=MIDDLE).since(None, END, EMPTY, ())
    floor, misfits = fold(events)
    assert misfits == []
    assert sorted(call.number for call in floor.calls.values()) == [f"139111100{n}" for n in ("05", "06", "11", "12", "13")]
    assert centre.gaps == [GapFilled(END, MIDDLE, 5, "server", ("holds", "steps"))]


async def test_a_process_that_died_before_it_wrote_anything_of_a_call_tells_it_again(tmp_path: Path) -> None:
    centre = with_record(Centre(tmp_path))
    events = await centre.past(began=MIDDLE, kept=MIDDLE).since(None, END, EMPTY, ())
    began = [event for event in events if isinstance(event, LegAppeared) and event.at <= MIDDLE]
    assert began
    assert all(event.at > MIDDLE - BEFORE_END_MS for event in began)


async def test_after_a_lost_link_only_what_came_since_is_told(tmp_path: Path) -> None:
    before, _ = fold(told(LINES, Heard(0, {}), MIDDLE))
    centre = with_record(Centre(tmp_path, before))
    events = await centre.past(began=1, kept=1).since(MIDDLE, END, EMPTY, ())
    after, misfits = fold(events, before)
    assert misfits == []
    assert after.calls == fold(told(LINES, Heard(0, {}), END))[0].calls
    assert centre.gaps == [GapFilled(END, MIDDLE, len(after.calls) - len(before.calls), "link", ("holds", "steps"))]
    assert await with_record(Centre(tmp_path, after)).past().since(END, NEVER, EMPTY, ()) == []


async def test_what_asterisk_shows_before_it_is_written_down_is_told_when_it_is(tmp_path: Path) -> None:
    """A busy Asterisk writes down a moment later that somebody has gone: it knows to the millisecond when."""
    whole, _ = fold(told(LINES, Heard(0, {}), END))
    [last] = [line for line in LINES if line.event == "HANGUP" and line.number == "13911110013"]
    before, _ = fold(told(LINES, Heard(0, {}), last.at - 20))
    assert any(call.ended is None for call in before.calls.values())
    centre = with_record(Centre(tmp_path, before), until=last.at - 20)
    filling = asyncio.create_task(centre.past(began=1, kept=1).since(last.at - 20, END, EMPTY, ()))
    await asyncio.wait({filling}, timeout=0.1)
    assert not filling.done()
    with_record(centre)
    after, misfits = fold(await filling, before)
    assert misfits == []
    assert after.calls == whole.calls


async def test_an_answer_that_was_heard_waits_for_the_ringing_that_is_not_written_down_yet(tmp_path: Path) -> None:
    """It fits nobody who was not rung: the talk would never have been."""
    answered = {line.leg for line in LINES if line.event == "ANSWER"}
    rung = next(line for line in LINES if line.event == "CHAN_START" and line.linked != line.leg and line.leg in answered)
    login = rung.at + 2
    everything = told(LINES, Heard(0, {}), END)
    whole, _ = fold(everything)
    before, _ = fold([event for event in everything if event.at < rung.at])
    then, _ = fold([event for event in everything if event.at < login])
    held = [event for event in everything if event.at >= login]
    centre = with_record(Centre(tmp_path, before), until=rung.at)
    filling = asyncio.create_task(centre.past(began=1, kept=1).since(rung.at - 1, login, Snapshot(login, legs=shown(then)), held))
    await asyncio.wait({filling}, timeout=0.1)
    assert not filling.done()
    with_record(centre)
    after, misfits = fold([*await filling, *held], before)
    assert misfits == []
    assert after.calls == whole.calls


async def test_what_was_waited_for_in_vain_is_told_as_far_as_it_is_written_down_by_then(tmp_path: Path) -> None:
    whole, _ = fold(told(LINES, Heard(0, {}), END))
    before, _ = fold(told(LINES, Heard(0, {}), LINES[-10].at))
    after, misfits = fold(await with_record(Centre(tmp_path, before)).past(began=1, kept=1).rest(EMPTY), before)
    assert misfits == []
    assert after.calls == whole.calls


async def test_of_who_is_where_the_picture_shows_him_nothing_is_asked(tmp_path: Path) -> None:
    whole, _ = fold(told(LINES, Heard(0, {}), END))
    assert await Centre(tmp_path, whole).past(began=1, kept=1).rest(Snapshot(END)) == []


@pytest.mark.parametrize(
    ("event", "reason", "exit"), [("ABANDON", "abandoned", "abandoned_queue"), ("EXITWITHTIMEOUT", "timeout", "queue_timeout")]
)
async def test_who_hung_up_in_the_fallback_queue_as_nobody_listened_is_told_by_asterisks_queue_log(
    tmp_path: Path, event: str, reason: str, exit: str
) -> None:
    """The link was up again before he was out of the queue: what was heard then is heard of a timeout, too."""
    [out] = [line for line in LINES if line.event == "APP_END" and line.app == "Queue" and line.number == "13911110012"]
    whole = told(LINES, Heard(0, {}), END)
    before, _ = fold([one for one in whole if not (isinstance(one, LegHangingUp) and one.leg == out.leg)])
    call = before.calls[out.leg]
    assert (call.exit, call.segments[0].reason) == ("queue_timeout", "timeout")
    centre = with_record(Centre(tmp_path, before))
    centre.queue_log.write_text(f"{out.at // 1000}|{out.leg}|{out.data.partition(',')[0]}|NONE|{event}|1|1|4\n", encoding="utf-8")
    after, misfits = fold(await centre.past(began=1, kept=1).rest(Snapshot(out.at + 500)), before)
    assert misfits == []
    assert (after.calls[out.leg].exit, after.calls[out.leg].segments[0].reason) == (exit, reason)


async def test_who_waits_no_more_in_the_picture_is_told_how_he_left_when_that_is_written_down(tmp_path: Path) -> None:
    """A busy Asterisk: he has hung up and is in no queue any more, his channel is still there, and CEL says it a moment later."""
    whole, _ = fold(told(LINES, Heard(0, {}), END))
    [out] = [line for line in LINES if line.event == "APP_END" and line.app == "Queue" and line.number == "13911110012"]
    before, _ = fold(told(LINES, Heard(0, {}), out.at - 20))
    centre = with_record(Centre(tmp_path, before), until=out.at - 20)
    seen = Snapshot(out.at, legs=shown(before))
    filling = asyncio.create_task(centre.past(began=1, kept=1).since(out.at - 20, out.at + 1, seen, ()))
    await asyncio.wait({filling}, timeout=0.1)
    assert not filling.done()
    with_record(centre)
    after, misfits = fold(await filling, before)
    assert misfits == []
    assert after.calls[out.leg].segments[0] == whole.calls[out.leg].segments[0]


async def test_an_asterisk_that_was_started_again_is_why(tmp_path: Path) -> None:
    centre = with_record(Centre(tmp_path))
    await centre.past(began=1, kept=1).since(MIDDLE, END, Snapshot(END, asterisk_began=MIDDLE + 1), ())
    assert [(gap.began, gap.why) for gap in centre.gaps] == [(MIDDLE, "asterisk")]


async def test_who_talked_as_asterisk_died_talked_until_the_last_sign_of_it(tmp_path: Path) -> None:
    """It was back an hour later: nobody talked for an hour."""
    whole, _ = fold(told(LINES, Heard(0, {}), END))
    talk = next(one for call in whole.calls.values() for one in call.segments if one.kind == "talk" and one.ended)
    died = max(line.at for line in LINES if line.at < (talk.ended or 0))
    before, _ = fold(told(LINES, Heard(0, {}), talk.began))
    centre = with_record(Centre(tmp_path, before), until=died + 1)
    back = died + 3_600_000
    again = Snapshot(back, asterisk_began=back - 5_000)
    after, misfits = fold(await centre.past(began=1, kept=1).since(talk.began - 1, back, again, ()), before)
    assert misfits == []
    talks = [one for call in after.calls.values() for one in call.segments if one.kind == "talk"]
    assert (talk.began, died + 1, "lost_sight") in [(one.began, one.ended, one.reason) for one in talks]
    assert max(call.ended or back for call in after.calls.values()) == died + 1
    assert [(gap.why, gap.unknown) for gap in centre.gaps] == [("asterisk", ("holds", "steps"))]


async def test_who_talked_as_an_asterisk_without_a_record_died_talked_until_it_was_last_heard(tmp_path: Path) -> None:
    whole, _ = fold(told(LINES, Heard(0, {}), END))
    talk = next(one for call in whole.calls.values() for one in call.segments if one.kind == "talk" and one.ended)
    before, _ = fold(told(LINES, Heard(0, {}), talk.began + 1))
    last = talk.began + 700
    again = Snapshot(last + 3_600_000, asterisk_began=last + 3_590_000)
    after, _ = fold([*await Centre(tmp_path, before).past().since(last, last + 3_600_000, again, ()), again], before)
    talks = [one for call in after.calls.values() for one in call.segments if one.kind == "talk"]
    assert (talk.began, last + 1, "lost_sight") in [(one.began, one.ended, one.reason) for one in talks]


async def test_a_record_that_lacks_what_asterisk_shows_is_said_to_lack_something(tmp_path: Path) -> None:
    """Its disk was full: who came and went in the gap is told by nobody."""
    before, _ = fold(told(LINES, Heard(0, {}), MIDDLE))
    centre = with_record(Centre(tmp_path, before), until=MIDDLE)
    stranger = SeenLeg("a1-77.1", "PJSIP/trunk-77", "13900000077", "cc-in", "8000000001", None, None, True, END - 1000, "", None)
    past = centre.past(began=1, kept=1)
    await past.since(MIDDLE, END, Snapshot(END, legs=(*shown(before), stranger)), ())
    await past.since(MIDDLE, END, Snapshot(END, legs=shown(before)), ())
    assert [gap.unknown for gap in centre.gaps] == [("holds", "keys", "steps", "unwritten")] * 2


async def test_a_key_that_comes_about_twice_at_the_login_is_told_once(tmp_path: Path) -> None:
    at = END // 1000
    pressed = [
        f'"{what}","{at}.{micros:06}","","139","","8000000001","cc-in","PJSIP/trunk-9","","","","a1-9.9","a1-9.9","","","{extra}"\n'
        for what, micros, extra in (("CHAN_START", 1000, ""), ("DTMF", 200_000, ONE), ("DTMF", 400_000, ONE))
    ]
    centre = Centre(tmp_path)
    centre.cel.write_text("".join(pressed), encoding="utf-8")
    held = [KeyPressed(at * 1000 + 402, "a1-9.9", "1")]
    events = await centre.past(began=END - 1000, kept=1).since(None, at * 1000 + 402, Snapshot(at * 1000 + 402), held)
    assert [event.at for event in events if isinstance(event, KeyPressed)] == [at * 1000 + 200]


async def test_a_login_that_came_to_nothing_counts_its_calls_too(tmp_path: Path) -> None:
    before, _ = fold(told(LINES, Heard(0, {}), MIDDLE))
    centre = with_record(Centre(tmp_path, before))
    past = centre.past(began=1, kept=1)
    later = LINES[-40].at
    centre.now, _ = fold(await past.since(MIDDLE, later, Snapshot(MIDDLE), ()), before)
    await past.since(MIDDLE, END, EMPTY, ())
    first, second = centre.gaps
    assert first.calls
    assert second.calls
    assert first.calls < second.calls == len(fold(told(LINES, Heard(0, {}), END))[0].calls) - len(before.calls)


async def test_what_a_process_that_was_killed_at_once_told_the_record_of_the_gap_counts_too(tmp_path: Path) -> None:
    heard_of = [line for line in LINES if line.event == "CHAN_START" and line.leg == line.linked]
    later = heard_of[-2].at
    centre = with_record(
        Centre(tmp_path, recorded=frozenset(line.leg for line in LINES if line.event == "CHAN_START" and line.at <= later))
    )
    await centre.past(began=MIDDLE, kept=later).since(None, END, EMPTY, ())
    assert centre.gaps == [GapFilled(END, MIDDLE, 5, "server", ("holds", "steps"))]


async def test_the_gap_begins_where_the_store_ends_when_the_last_that_was_heard_was_not_written(tmp_path: Path) -> None:
    stored = LINES[len(LINES) // 3].at
    before, _ = fold(told(LINES, Heard(0, {}), stored))
    centre = with_record(Centre(tmp_path, before))
    await centre.past(began=MIDDLE, kept=stored).since(None, END, EMPTY, ())
    (gap,) = centre.gaps
    assert stored <= gap.began < MIDDLE
    assert gap.began == min(
        line.at for line in LINES if line.at >= stored and line.event in ("CHAN_START", "ANSWER", "BRIDGE_ENTER", "HANGUP")
    )


async def test_what_the_record_tells_and_the_store_knows_makes_no_gap_longer(tmp_path: Path) -> None:
    """That a caller came into the flow is told after the last thing by which his call is known to have been heard."""
    entered = [event for event in told(LINES, Heard(0, {}), MIDDLE) if isinstance(event, FlowBegan)]
    stored = entered[-1].at + 1
    before, _ = fold(told(LINES, Heard(0, {}), stored))
    centre = with_record(Centre(tmp_path, before))
    await centre.past(began=MIDDLE, kept=stored).since(None, END, EMPTY, ())
    (gap,) = centre.gaps
    assert stored <= gap.began <= MIDDLE


async def test_the_gap_begins_where_the_store_ends_when_that_has_been_away_for_minutes(tmp_path: Path) -> None:
    """The server went on listening, and was killed before it could write any of it."""
    stored = frozenset(line.leg for line in LINES if line.event == "CHAN_START" and line.at <= MIDDLE)
    centre = with_record(Centre(tmp_path, recorded=stored))
    events = await centre.past(began=END + 600_000, kept=MIDDLE).since(None, END + 601_000, EMPTY, ())
    calls = fold(events)[0].calls.values()
    assert len(calls) == 5
    (gap,) = centre.gaps
    assert (gap.began, gap.calls) == (min(call.began for call in calls), 5)
    assert gap.began > MIDDLE


async def test_a_leg_of_long_ago_that_is_of_no_call_makes_no_gap_longer(tmp_path: Path) -> None:
    """A seat that tried its sound is in no record."""
    centre = Centre(tmp_path)
    at = END // 1000
    tried = [f'"{what}","{at}.000001","","1001","","*43","cc-seat","PJSIP/1001-1","","","","a1-9.9","a1-9.9","","",""\n' for what in ECHO]
    centre.cel.write_text("".join(tried), encoding="utf-8")
    assert await centre.past(began=END + 60_000, kept=1).since(None, END + 70_000, EMPTY, ())
    (gap,) = centre.gaps
    assert gap.began == END + 60_000


async def test_without_keys_in_asterisks_record_they_stay_unknown(tmp_path: Path) -> None:
    centre = Centre(tmp_path)
    centre.cel.write_text("".join(line for line in TEXT.splitlines(keepends=True) if not line.startswith('"DTMF"')), encoding="utf-8")
    await centre.past(began=1, kept=1).since(MIDDLE, END, EMPTY, ())
    assert centre.gaps[0].unknown == ("holds", "keys", "steps")
