"""A caller in a flow on the real Asterisk: keys, hang-ups, the queue, and a link that was away."""

from __future__ import annotations

import asyncio
import time
import wave
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from callcenter.floor import events as ev
from callcenter.telephony import actions, tape
from callcenter.telephony.ahead import Ahead, place_of
from callcenter.telephony.ami import Link
from callcenter.telephony.line import HungUp, Line, LinkLost, seconds_of
from callcenter.telephony.lines import Lines
from callcenter.telephony.tape import Tape
from tests.live.asterisk import RunningAsterisk, asterisk
from tests.live.sipp import Key, caller, desk_phone

__all__ = ["asterisk"]
pytestmark = pytest.mark.live


def tone_file(path: Path, seconds: float) -> str:
    """A prompt of this length; its path as Asterisk plays it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = np.sin(2 * np.pi * 440 * np.arange(int(8000 * seconds)) / 8000) * 8000
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(samples.astype("<i2").tobytes())
    return str(path.with_suffix(""))


class Callers:
    """Who has come, and what was put on the inbox."""

    def __init__(self) -> None:
        self.lines: asyncio.Queue[Line] = asyncio.Queue()
        self.inbox: asyncio.Queue[ev.Event] = asyncio.Queue()

    async def next(self) -> Line:
        return await asyncio.wait_for(self.lines.get(), 10)

    async def live(self) -> None:
        async with asyncio.timeout(10):
            while getattr(await self.inbox.get(), "state", "") != "live":
                pass


@asynccontextmanager
async def linked(asterisk: RunningAsterisk, callers: Callers, written: Tape | None = None) -> AsyncIterator[Link]:
    settings = asterisk.settings
    link = Link(
        settings.ami_host,
        settings.ami_port,
        settings.ami_user,
        asterisk.secrets.ami,
        callers.inbox.put_nowait,
        written,
        Lines(callers.lines.put_nowait),
    )
    task = asyncio.create_task(link.run())
    try:
        await callers.live()
        yield link
    finally:
        await link.close()
        assert task.done()


async def test_keys_reach_the_flow_and_our_rights_suffice(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    callers, long = Callers(), tone_file(tmp_path / "long.wav", 4)
    async with linked(asterisk, callers) as link:
        assert link.missing_rights == ()
        keys = [Key(1.5, "5"), Key(2.5, "1"), Key(1, "2"), Key(1, "3")]
        async with caller(asterisk.settings.sip_port, "8000000001", tmp_path, keys=keys):
            line = await callers.next()
            assert (line.hotline, line.number, line.place, line.call) == ("8000000001", "13800000000", None, line.leg)
            assert await line.say([long]) == "5"
            assert await line.ask([long], most=1, timeout_s=5) == "5"
            assert await line.ask([long], most=3, timeout_s=5) == "123"
            assert await line.ask([], most=1, timeout_s=0.5) == ""
            assert await line.say([str(tmp_path / "missing")]) == ""
            assert await line.queue("english", 1) == "TIMEOUT"
            await line.hang_up()
            with pytest.raises(HungUp):
                await line.say([long])


async def test_a_key_does_not_cut_what_must_be_heard_and_counts_after(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    callers, notice = Callers(), tone_file(tmp_path / "notice.wav", 2)
    async with linked(asterisk, callers), caller(asterisk.settings.sip_port, "8000000001", tmp_path, keys=[Key(0.7, "5")]):
        line = await callers.next()
        began = time.monotonic()
        await line.say_whole([notice, str(tmp_path / "missing")])
        assert time.monotonic() - began >= 1.9
        line.speak("en")
        assert await line.ask([notice], most=1, timeout_s=1) == "5"
        assert time.monotonic() - began < 4
        await line.hang_up()


async def test_what_a_key_leads_to_is_asked_without_us(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    """The first key leads to a question that Asterisk asks by itself, the second to nothing; the place goes with the caller."""
    callers, first, second = Callers(), tone_file(tmp_path / "first.wav", 4), tone_file(tmp_path / "second.wav", 4)
    keys = [Key(1.5, "1"), Key(1.5, "2"), Key(1.5, "7")]
    async with linked(asterisk, callers) as link, caller(asterisk.settings.sip_port, "8000000001", tmp_path, keys=keys):
        line = await callers.next()
        line.mark("f@1/first")
        ways = {key: Ahead((second,), 1, 5, f"f@1/second/{key}") for key in "13"}
        assert await line.ask([first], most=1, timeout_s=5, ahead=ways) == "1"
        response, *_ = await link.act(actions.getvar(line.leg, "CC_AT"))
        assert place_of(response["value"]) == "f@1/second/1"
        began = time.monotonic()
        assert await line.ask([second], most=1, timeout_s=5) == "2"
        assert time.monotonic() - began < 2.5
        assert await line.ask([first], most=1, timeout_s=5, ahead=ways) == "7"
        assert await line.ask([second], most=1, timeout_s=0.5) == ""
        await line.hang_up()


async def test_what_was_meant_to_follow_before_the_link_was_away_does_not(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    callers, first, second = Callers(), tone_file(tmp_path / "first.wav", 6), tone_file(tmp_path / "second.wav", 3)
    async with AsyncExitStack() as phones:
        async with linked(asterisk, callers):
            await phones.enter_async_context(caller(asterisk.settings.sip_port, "8000000001", tmp_path, keys=[Key(4, "1"), Key(2, "2")]))
            line = await callers.next()
            line.mark("f@1/first")
            ways = {"1": Ahead((second,), 1, 5, "f@1/second")}
            asking = asyncio.create_task(line.ask([first], most=1, timeout_s=5, ahead=ways))
            await asyncio.wait({asking}, timeout=1)
        with pytest.raises(LinkLost):
            await asking
        async with linked(asterisk, callers) as link:
            line = await callers.next()
            assert line.place == "f@1/first"
            assert await line.ask([first], most=1, timeout_s=5, ahead=ways) in ("1", "2")
            response, *_ = await link.act(actions.getvar(line.leg, "CC_AT"))
            assert response["value"] == "f@1/first"
            await line.hang_up()


@pytest.mark.parametrize("doing", ["say", "ask", "record", "queue"])
async def test_a_caller_who_hangs_up_ends_whatever_runs(asterisk: RunningAsterisk, tmp_path: Path, doing: str) -> None:
    callers, long = Callers(), tone_file(tmp_path / "long.wav", 10)
    async with linked(asterisk, callers), caller(asterisk.settings.sip_port, "8000000001", tmp_path) as phone:
        line = await callers.next()
        message = asterisk.settings.recordings / f"message-{line.leg}"
        what = {
            "say": line.say([long]),
            "ask": line.ask([long], most=1, timeout_s=5),
            "record": line.record(str(message), most_s=30, silence_s=0),
            "queue": line.queue("english", 30),
        }
        running = asyncio.create_task(what.pop(doing))
        for other in what.values():
            other.close()
        asyncio.get_running_loop().call_later(1.0, phone.hang_up)
        began = time.monotonic()
        with pytest.raises(HungUp):
            await asyncio.wait_for(running, 5)
        assert 0.9 < time.monotonic() - began < 3
        assert seconds_of(message.with_name(f"{message.name}.wav")) < 2


async def test_who_was_answered_comes_back_to_the_flow(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    callers, settings = Callers(), asterisk.settings
    phone = desk_phone(settings.sip_port, "1001", asterisk.secrets.seats["1001"], tmp_path, answer_after_s=0.5, hang_up_after_s=2)
    async with linked(asterisk, callers) as link, phone:
        await link.act(actions.queue_add("orders", "1001", "王小明", paused=False))
        async with caller(settings.sip_port, "8000000001", tmp_path):
            line = await callers.next()
            line.mark("orders@1/queue/1")
            assert await asyncio.wait_for(line.queue("orders", 20), 15) == ""
            assert line.leased
            await line.hang_up()
        await link.act(actions.queue_remove("orders", "1001"))


async def test_callers_go_on_where_they_were_after_the_link_was_away(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    """One in a prompt, one who waits, one whose time in the queue runs out meanwhile."""
    callers, long = Callers(), tone_file(tmp_path / "long.wav", 6)
    places = ("f@1/menu/1", "f@1/queue/1", "f@1/queue/2")
    async with AsyncExitStack() as phones:
        async with linked(asterisk, callers):
            before = []
            for n in range(3):
                await phones.enter_async_context(caller(asterisk.settings.sip_port, "8000000001", tmp_path, calling_from=f"1380000000{n}"))
                before.append(await callers.next())
                before[n].mark(places[n])
            menu, waiting, short = before
            doing = [menu.say([long]), waiting.queue("english", 10), short.queue("english", 2)]
            tasks = [asyncio.create_task(one) for one in doing]
            await joined(callers, 2)
        for task in tasks:
            with pytest.raises(LinkLost):
                await task
        async with linked(asterisk, callers):
            after = {line.place: line for line in [await callers.next() for _ in range(3)]}
            assert after.keys() == set(places)
            assert [after[place].leg for place in places] == [line.leg for line in before]
            outcomes = await asyncio.wait_for(
                asyncio.gather(after[places[0]].say([long]), after[places[1]].queue("english", 10), after[places[2]].queue("english", 2)),
                30,
            )
            assert outcomes == ["", "TIMEOUT", "TIMEOUT"]
            for line in after.values():
                await line.hang_up()


async def joined(callers: Callers, count: int) -> None:
    """Wait until so many callers have come into a queue."""
    async with asyncio.timeout(10):
        while count:
            count -= isinstance(await callers.inbox.get(), ev.QueueJoined)


async def test_the_tape_has_what_came(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    callers, written = Callers(), Tape(tmp_path / "tape", days=14)
    async with linked(asterisk, callers, written), caller(asterisk.settings.sip_port, "8000000001", tmp_path):
        line = await callers.next()
        await line.hang_up()
    await asyncio.to_thread(written.close)
    (path,) = (tmp_path / "tape").iterdir()
    messages = [message for _, message in tape.read(path)]
    assert any(message.startswith(b"Event: AsyncAGIStart") and line.leg.encode() in message for message in messages)
    assert written.lost == 0
