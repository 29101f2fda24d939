"""Callers in flows: what a line does with keys, queues, hang-ups and lost links."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from callcenter.floor import events as ev
from callcenter.telephony.fate import LinkLost
from callcenter.telephony.line import HungUp, Line
from callcenter.telephony.lines import Asking, Lines
from tests.fake_asterisk import FakeAsterisk, event
from tests.fake_asterisk.linked import Inbox, linked
from tests.fake_asterisk.server import executed, refused

LEG = "1.1"
CALLER = {"Uniqueid": LEG, "Channel": "PJSIP/trunk-1", "CallerIDNum": "139", "Exten": "8000000001", "ChannelState": "6"}
START = event("AsyncAGIStart", **CALLER, Language="en", ChanVariable=f"CC_CALL={LEG}")
END = event("AsyncAGIEnd", **CALLER)


class Scene:
    """A live link, and a caller who has just come."""

    def __init__(self, asterisk: FakeAsterisk, inbox: Inbox, came: asyncio.Queue[Line]) -> None:
        self.asterisk = asterisk
        self.inbox = inbox
        self.came = came

    async def next(self) -> Line:
        return await asyncio.wait_for(self.came.get(), 10)

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.asterisk.send(event("DTMFEnd", Uniqueid=LEG, Direction="Received", Digit=key))
            await self.inbox.until(lambda e: isinstance(e, ev.KeyPressed))

    async def ends(self, result: str, count: int = 1, begins: str = "EXEC") -> None:
        """Let the count-th AGI command end with this result."""
        asked = await self.asterisk.heard("AGI", count)
        assert asked["Command"].startswith(begins)
        self.asterisk.send(executed(LEG, asked["CommandID"], result))

    def reads(self, status: str, keys: str) -> None:
        self.asterisk.variables[LEG, "READSTATUS"] = status
        self.asterisk.variables[LEG, "CC_KEYS"] = keys

    def asks(self, name: str) -> list[str]:
        return [one.get("Command", "") for one in self.asterisk.asked if one["Action"] == name]


@asynccontextmanager
async def scene() -> AsyncIterator[tuple[Scene, Line]]:
    inbox, came = Inbox(), asyncio.Queue[Line]()
    async with FakeAsterisk() as asterisk, linked(asterisk, inbox, lines=Lines(came.put_nowait)):
        await inbox.state("live")
        asterisk.send(START)
        set_up = Scene(asterisk, inbox, came)
        yield set_up, await set_up.next()


def seen(app: str, context: str, place: str) -> dict[str, list[tuple[str, dict[str, str]]]]:
    marks = f"CC_CALL={LEG}\r\nChanVariable: CC_HOTLINE=8000000001\r\nChanVariable: CC_AT={place}"
    channel = {**CALLER, "Context": context, "Application": app, "Duration": "00:00:05", "ChanVariable": marks}
    return {"CoreShowChannels": [("CoreShowChannel", channel)]}


async def test_a_key_that_interrupts_a_prompt_belongs_to_the_next_ask() -> None:
    async with scene() as (at, line):
        at.asterisk.results["EXEC Background"] = None
        saying = asyncio.create_task(line.say(["/p/welcome"]))
        await at.asterisk.heard("AGI")
        await at.press("2")
        await at.ends("200 result=50")
        assert await saying == "2"
        assert await line.ask(["/p/menu"], most=1, timeout_s=5) == "2"
        assert len(at.asks("AGI")) == 1


async def test_keys_pressed_while_nothing_listens_are_kept_in_order() -> None:
    async with scene() as (at, line):
        await at.press("1", "2", "#", "3")
        assert await line.ask([], most=4, timeout_s=5) == "12"
        assert await line.ask([], most=1, timeout_s=5) == "3"
        at.reads("TIMEOUT", "")
        assert await line.ask(["/p/menu"], most=1, timeout_s=5) == ""


async def test_the_rest_of_a_number_is_asked_for_without_the_prompt() -> None:
    async with scene() as (at, line):
        await at.press("1")
        at.asterisk.results["EXEC Read"] = None
        asking = asyncio.create_task(line.ask(["/p/number"], most=3, timeout_s=5))
        await at.asterisk.heard("AGI", Command='EXEC Read "CC_KEYS,,2,,1,5"')
        await at.press("2", "3")
        at.reads("OK", "23")
        await at.ends("200 result=0")
        assert await asking == "123"


async def test_a_key_that_asterisk_dropped_before_it_picked_up_the_command_counts() -> None:
    async with scene() as (at, line):
        at.asterisk.results["EXEC Read"] = None
        asking = asyncio.create_task(line.ask(["/p/number"], most=3, timeout_s=5))
        await at.asterisk.heard("AGI")
        await at.press("1", "2", "3")
        at.reads("TIMEOUT", "23")
        await at.ends("200 result=0")
        assert await asking == "123"


async def test_hanging_up_ends_the_command_and_the_line() -> None:
    async with scene() as (at, line):
        at.asterisk.results["EXEC"] = None
        saying = asyncio.create_task(line.say(["/p/welcome"]))
        await at.ends("200 result=-1")
        at.asterisk.send(END)
        with pytest.raises(HungUp):
            await saying
        with pytest.raises(HungUp):
            line.mark("x")
        await line.hang_up()


async def test_an_application_that_fails_is_no_hang_up() -> None:
    async with scene() as (at, line):
        at.asterisk.results["EXEC Record"] = "200 result=-1"
        assert await line.record("/nowhere/message", most_s=3, silence_s=0) == 0
        assert await line.say(["/p/sorry"]) == ""


async def test_a_channel_that_is_gone_is_a_hang_up() -> None:
    async with scene() as (at, line):
        at.asterisk.answers["agi"] = refused("No such channel")
        with pytest.raises(HungUp):
            await line.say(["/p/welcome"])


@pytest.mark.parametrize(("status", "told"), [("CONTINUE", ""), ("TIMEOUT", "TIMEOUT"), ("JOINEMPTY", "JOINEMPTY")])
async def test_a_queue_tells_how_it_ended_and_has_no_lease(status: str, told: str) -> None:
    async with scene() as (at, line):
        at.asterisk.results["GOSUB"] = None
        line.mark("orders@1/queue/1")
        queueing = asyncio.create_task(line.queue("orders", 300))
        await at.asterisk.heard("AGI", Command="GOSUB cc-queue s 1 orders,300")
        assert not line.leased
        await at.press("5")
        at.asterisk.variables[LEG, "QUEUESTATUS"] = status
        await at.ends("100 result=0 Trying...\n200 result=0 Gosub complete", begins="GOSUB")
        assert await queueing == told
        assert line.leased


async def test_the_lease_is_renewed_while_he_is_in_the_flow() -> None:
    async with scene() as (at, line):
        await at.asterisk.heard("Setvar", 2, Channel=LEG, Variable="TIMEOUT(absolute)", Value="18")
        assert line.leased


@pytest.mark.parametrize("mark", ["orders/abc/menu", "orders/abc/menu&="], ids=["by us", "by Asterisk itself"])
async def test_a_caller_in_a_menu_is_offered_again_after_the_link_was_lost(mark: str) -> None:
    async with scene() as (at, line):
        assert (line.leg, line.call, line.hotline, line.number, line.place) == (LEG, LEG, "8000000001", "139", None)
        line.mark("orders/abc/menu")
        at.asterisk.results["EXEC Background"] = None
        saying = asyncio.create_task(line.say(["/p/welcome"]))
        await at.asterisk.heard("AGI")
        at.asterisk.lists = seen("AGI", "cc-in", mark)
        at.asterisk.cut()
        with pytest.raises(LinkLost):
            await saying
        again = await at.next()
        assert (again.leg, again.call, again.hotline, again.number, again.place) == (LEG, LEG, "8000000001", "139", "orders/abc/menu")


async def test_a_caller_who_queues_across_a_restart_is_not_queued_twice() -> None:
    async with scene() as (at, line):
        at.asterisk.results["GOSUB"] = None
        line.mark("orders/abc/queue")
        queueing = asyncio.create_task(line.queue("orders", 300))
        await at.asterisk.heard("AGI")
        at.asterisk.variables[LEG, "CC_QUEUED"] = at.asterisk.variables[LEG, "CC_SENT"]  # as the dialplan does
        at.asterisk.lists = seen("Queue", "cc-queue", "orders/abc/queue")
        at.asterisk.cut()
        with pytest.raises(LinkLost):
            await queueing
        at.asterisk.results["NOOP"] = None
        again = await at.next()
        assert not again.leased
        queueing = asyncio.create_task(again.queue("orders", 300))
        await at.asterisk.heard("AGI", Command="NOOP")
        at.asterisk.variables[LEG, "QUEUESTATUS"] = "TIMEOUT"
        await at.ends("200 result=0", 2, begins="NOOP")
        assert await queueing == "TIMEOUT"
        assert again.leased
        del at.asterisk.results["GOSUB"]
        assert await again.queue("complaints", 10) == ""
        assert at.asks("AGI")[-1] == "GOSUB cc-queue s 1 complaints,10"


async def test_a_caller_who_was_only_about_to_be_sent_into_the_queue_is_sent() -> None:
    """The link went, or the server ended, between its marks on the channel and its command."""
    async with scene() as (at, line):
        at.asterisk.results["GOSUB"] = None
        line.mark("orders/abc/queue")
        queueing = asyncio.create_task(line.queue("orders", 300))
        await at.asterisk.heard("AGI")
        at.asterisk.lists = seen("AGI", "cc-in", "orders/abc/queue")
        at.asterisk.cut()
        with pytest.raises(LinkLost):
            await queueing
        again = await at.next()
        queueing = asyncio.create_task(again.queue("orders", 300))
        await at.asterisk.heard("AGI", 2, Command="GOSUB cc-queue s 1 orders,300")
        at.asterisk.variables[LEG, "QUEUESTATUS"] = "CONTINUE"
        await at.ends("100 result=0 Trying...\n200 result=0 Gosub complete", 2, begins="GOSUB")
        assert await queueing == ""


@pytest.mark.parametrize("doing", ["Queue", "AGI"])
async def test_who_was_sent_on_comes_back_to_nobody_after_the_link_was_lost_and_is_let_go(doing: str) -> None:
    inbox, came = Inbox(), asyncio.Queue[Line]()
    async with FakeAsterisk() as asterisk:
        asterisk.lists = seen(doing, "cc-transfer", "")
        async with linked(asterisk, inbox, lines=Lines(came.put_nowait)):
            await inbox.state("live")
            await asterisk.heard("AGI", Channel=LEG, Command="HANGUP")
            assert came.empty()


@pytest.mark.parametrize("place", ["", "fallback"])
async def test_who_is_not_in_a_flow_is_not_offered(place: str) -> None:
    inbox, came = Inbox(), asyncio.Queue[Line]()
    async with FakeAsterisk() as asterisk:
        asterisk.lists = seen("Queue", "cc-fallback", place)
        async with linked(asterisk, inbox, lines=Lines(came.put_nowait)):
            await inbox.state("live")
            await asterisk.heard("Setvar", Variable="CC_BEAT")
            assert came.empty()


async def test_who_leaves_his_flow_while_we_read_what_happened_before_is_not_offered_and_who_asks_is_answered() -> None:
    """A lease would tear the first from whoever he talks with by then."""
    inbox, came = Inbox(), asyncio.Queue[Line]()
    async with FakeAsterisk() as asterisk:
        asterisk.lists = seen("AGI", "cc-in", "orders/abc/menu")
        asks = event("AsyncAGIStart", **{**CALLER, "Uniqueid": "1.2", "Exten": "139", "Context": "cc-outside"})

        async def since(_last: int | None, _until: int, _seen: ev.Snapshot, _held: Collection[ev.Event]) -> list[ev.Event]:
            asterisk.send(END + asks)
            return []

        async with linked(asterisk, inbox, lines=Lines(came.put_nowait, lambda _: True), since=since):
            await inbox.state("live")
            assert (await asterisk.heard("AGI", Channel="1.2"))["Command"] == YES[0].replace("13900000001", "139")
            assert came.empty()
            asterisk.send(START)
            assert (await asyncio.wait_for(came.get(), 10)).leg == LEG


async def test_a_recording_is_as_long_as_its_file(tmp_path: Path) -> None:
    async with scene() as (_, line):
        with wave.open(str(tmp_path / "m.wav"), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(8000)
            sound.writeframes(bytes(8000))
        assert await line.record(str(tmp_path / "m"), most_s=3, silence_s=0) == 0.5


YES = ["SET VARIABLE CC_MAY 13900000001", "ASYNCAGI BREAK"]


@pytest.mark.parametrize(("number", "said"), [("13900000001", YES), ("1690000", YES[1:])])
async def test_a_leg_that_asks_whether_it_may_dial_is_told_and_is_no_caller(number: str, said: list[str]) -> None:
    inbox, came = Inbox(), asyncio.Queue[Line]()
    asks = event("AsyncAGIStart", **{**CALLER, "Exten": number, "Context": "cc-outside"})
    async with FakeAsterisk() as asterisk, linked(asterisk, inbox, lines=Lines(came.put_nowait, lambda one: one.number.startswith("139"))):
        await inbox.state("live")
        asterisk.send(asks + START)
        assert (await asyncio.wait_for(came.get(), 10)).leg == LEG
        await asterisk.heard("AGI", len(said))
        assert [one["Command"] for one in asterisk.asked if one["Action"] == "AGI"][: len(said)] == said
        assert came.empty()
        began = await inbox.until(lambda e: isinstance(e, ev.FlowBegan))
        asterisk.send(END)
        await inbox.until(lambda e: isinstance(e, ev.FlowEnded))
    assert began == ev.FlowBegan(began.at, LEG)
    assert [one for one in inbox.seen if isinstance(one, ev.FlowBegan)] == [began], "asking is no flow"


async def test_a_caller_whose_number_outside_was_asked_about_is_still_in_his_flow() -> None:
    async with scene() as (at, line):
        asking = {**CALLER, "Exten": "13900000001", "Context": "cc-outside"}
        at.asterisk.send(event("AsyncAGIStart", **asking) + event("AsyncAGIEnd", **asking))
        await at.asterisk.heard("AGI")
        await at.press("7")
        at.asterisk.results["EXEC Read"] = None
        assert await line.ask([], most=1, timeout_s=1) == "7"


async def test_a_caller_who_is_sent_to_another_flow_has_left_the_first() -> None:
    async with scene() as (at, first):
        at.asterisk.send(event("AsyncAGIStart", **{**CALLER, "Exten": "8000000003"}, ChanVariable=f"CC_CALL={LEG}"))
        second = await at.next()
        assert second is not first
        with pytest.raises(HungUp):
            await first.say(["/a"])


@pytest.mark.parametrize(
    ("channel", "shown", "seat"),
    [
        ("PJSIP/1001-0000002a", "1001", "1001"),
        ("PJSIP/trunk-0000002a", "13900000001", ""),
        ("PJSIP/demo-0000002a", "1001", ""),
        ("Local/13800138000@cc-transfer-00000001;2", "1001", "1001"),
    ],
)
async def test_who_asks_whether_it_may_dial_is_named(channel: str, shown: str, seat: str) -> None:
    """A seat's password alone is no right to dial outside: whoever decides must know from which seat it is."""
    asked = asyncio.Queue[Asking]()

    def may(asking: Asking) -> bool:
        asked.put_nowait(asking)
        return False

    asks = {**CALLER, "Channel": channel, "CallerIDNum": shown, "Exten": "13800138000", "Context": "cc-outside-seat"}
    inbox = Inbox()
    async with FakeAsterisk() as asterisk, linked(asterisk, inbox, lines=Lines(lambda _: None, may)):
        await inbox.state("live")
        asterisk.send(event("AsyncAGIStart", **asks))
        assert await asyncio.wait_for(asked.get(), 10) == Asking(LEG, LEG, "13800138000", seat)


async def test_a_seat_asks_whether_somebody_sits_there() -> None:
    asks = {**CALLER, "Channel": "PJSIP/1001-0000002a", "Exten": "700", "Context": "cc-outside-sits"}
    inbox = Inbox()
    lines = Lines(lambda _: None, lambda one: one == Asking(LEG, LEG, "", "1001"))
    async with FakeAsterisk() as asterisk, linked(asterisk, inbox, lines=lines):
        await inbox.state("live")
        asterisk.send(event("AsyncAGIStart", **asks))
        await asterisk.heard("AGI", 2)
        assert [one["Command"] for one in asterisk.asked if one["Action"] == "AGI"] == ["SET VARIABLE CC_MAY 700", "ASYNCAGI BREAK"]


async def test_a_caller_is_silent_until_he_presses_a_key_or_makes_a_sound() -> None:
    async with scene() as (at, line):
        assert not line.silent  # nobody listens
        await line.tell_silence()
        assert line.silent
        assert at.asterisk.variables[LEG, "TALK_DETECT(set)"] == "1"
        at.asterisk.send(event("ChannelTalkingStart", Uniqueid=LEG))
        await at.asterisk.heard("Setvar", Channel=LEG, Variable="TALK_DETECT(remove)")
        assert not line.silent
        await line.tell_silence()
        await at.press("5")
        await at.asterisk.heard("Setvar", 2, Channel=LEG, Variable="TALK_DETECT(remove)")
        assert not line.silent


async def test_an_asterisk_that_cannot_hear_makes_nobody_silent() -> None:
    async with scene() as (at, line):
        at.asterisk.answers["setvar"] = refused("Variable not valid")
        await line.tell_silence()
        assert not line.silent
