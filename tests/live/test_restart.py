"""The server dies in the middle of everything: nobody who calls may notice more than a pause. The real Asterisk, phones and Chromium."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio

from callcenter.telephony import pbx
from tests.live.browser import at_desk, chromium
from tests.live.centre import Centre, until
from tests.live.console import asterisk_of, at_step, channels, console, forsaken, in_fallback, registered, talks, waits
from tests.live.people import recorded
from tests.live.person import signed_in
from tests.live.record import kinds, of_kind, seconds
from tests.live.sipp import Key, Telephone, caller, desk_phone, tone
from tests.live.sound import samples, share
from tests.prove.restart import MOST_ERROR_S, killed_and_back, moments

pytestmark = [pytest.mark.live, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]

HOTLINE = "8000000001"
BROWSER, DESK, WAITS, MENU, GAP = (f"0215555010{n}" for n in range(5))
OUT_OF_TIME, LISTENS, AFTER = (f"0215555011{n}" for n in range(3))
QUEUE_S = 8


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    one = Centre(tmp_path_factory.mktemp("centre"), wrapup_s="3")
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


class Callers:
    """Those who dial the hotline in a test; whoever is still there at its end hangs up."""

    def __init__(self, centre: Centre, folder: Path, stack: AsyncExitStack) -> None:
        self._centre = centre
        self._folder = folder
        self._stack = stack

    async def dial(self, number: str, *keys: Key, hertz: float | None = None) -> Telephone:
        sound = tone(self._folder / f"{number}.al", hertz) if hertz else None
        calling = caller(self._centre.sip_port, HOTLINE, self._folder, calling_from=number, keys=keys, sound=sound)
        return await self._stack.enter_async_context(calling)


@pytest.mark.alone
async def test_a_server_that_comes_back_finds_everybody_where_he_was(centre: Centre, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        callers = Callers(centre, tmp_path, stack)
        screen = await stack.enter_async_context(at_desk(await stack.enter_async_context(chromium(tmp_path, 600)), centre, "2001", "1001"))
        to_browser = await callers.dial(BROWSER, Key(2, "1"), hertz=400)
        await screen.phone("ringing", 25)
        await screen.page.keyboard.press("F8")
        await screen.phone("talking")
        agent = await stack.enter_async_context(signed_in(centre, "2002", "1011"))
        phone = desk_phone(centre.sip_port, "1011", centre.seat_secret("1011"), tmp_path, sound=tone(tmp_path / "desk.al", 700))
        await stack.enter_async_context(phone)
        await agent.ready()
        to_desk = await callers.dial(DESK, Key(2, "1"), hertz=500)
        await callers.dial(WAITS, Key(5, "1"))
        await callers.dial(MENU, Key(34, "0"))
        await until("a talk at the desk phone", lambda: talks(centre, DESK), 25)
        await until("one who waits", lambda: waits(centre, WAITS), 15)
        await until("one in the menu", lambda: at_step(centre, MENU, "menu"), 15)
        told = tmp_path / "told.wav"
        await console(centre, f"mixmonitor start {(await channels(centre))[MENU].name} {tmp_path / 'both.wav'},t({told})")
        listening = time.time()

        await centre.kill()
        await until("Asterisk to believe that nobody is there", lambda: forsaken(centre), 8)
        await callers.dial(GAP)
        await centre.start()
        back = time.time()

        assert await talks(centre, BROWSER)
        assert await talks(centre, DESK)
        await until("both phones to be registered", lambda: registered(centre, "1001", "1011"), 15)
        to_desk.hang_up()
        await until("who waited to be served", lambda: talks(centre, WAITS), 15)
        to_browser.hang_up()
        await screen.phone("ready", 3)
        await until("who came in the gap, in the queue or served", lambda: in_fallback(centre, GAP), 15)
        await until("the key in the menu to be heard", lambda: waits(centre, MENU), 20)
        await screen.phone("ringing", 15)
        await screen.page.keyboard.press("F8")
        await screen.phone("talking", 5)
        await until("one of the two to be served", lambda: either(talks(centre, MENU), talks(centre, GAP)))
    calls = await recorded(centre, (BROWSER, DESK, WAITS, MENU, GAP))
    assert [calls[number]["exit"] for number in (BROWSER, DESK, WAITS)] == ["answered"] * 3
    assert sorted(calls[number]["exit"] for number in (MENU, GAP)) == ["abandoned_queue", "answered"]
    for number, voices in ((BROWSER, (600, 400)), (DESK, (700, 500))):
        the_talk_went_on(centre, calls[number], voices)
    silence = until_sound(samples(told)[int(8000 * (back - listening)) :])
    assert silence <= 5


async def either(one: Awaitable[bool], other: Awaitable[bool]) -> bool:
    return any(await asyncio.gather(one, other))


def the_talk_went_on(centre: Centre, call: dict[str, Any], voices: tuple[float, float]) -> None:
    """One talk, one recording of its length, both voices without a break."""
    assert kinds(call)[:4] == [("ivr", "went_on"), ("queue", "answered"), ("ring", "answered"), ("talk", "caller_hung_up")]
    [recording] = call["recordings"]
    assert recording["seconds"] == pytest.approx(seconds(of_kind(call, "talk")[0]), abs=1)
    for side, hertz in zip(("agent", "caller"), voices, strict=True):
        sound = samples(centre.folder / "recordings" / f"{recording['leg']}-{side}.wav")
        assert share(sound, hertz) > 0.8
        loud = loudness(sound)
        begin = int(np.argmax(loud > 500))
        assert (loud[begin:-5] > 100).all(), f"{side} of {call['from']} was not heard for a while"


def loudness(sound: np.ndarray) -> np.ndarray:
    """The peak of each fifth of a second."""
    loud: np.ndarray = np.abs(sound[: len(sound) // 1600 * 1600].reshape(-1, 1600)).max(axis=1)
    return loud


def until_sound(sound: np.ndarray) -> float:
    """Seconds until something is heard."""
    loud = loudness(sound) > 200
    return float(np.argmax(loud) / 5) if loud.any() else float("inf")


async def test_a_kill_at_any_moment_loses_nothing(centre: Centre, tmp_path: Path) -> None:
    """The short form of `make prove WHAT=restart`."""
    outcome = await killed_and_back(centre, tmp_path, 0, next(moments(seed=2)))
    assert outcome.told == outcome.known
    assert outcome.talks == 2
    assert outcome.error_s <= MOST_ERROR_S


async def test_callers_reach_the_queue_when_the_server_stays_dead(centre: Centre, tmp_path: Path) -> None:
    """One in the menu, one whose time in the queue runs out; then one on an Asterisk that was started again, with nobody to serve it."""
    await centre.kill()
    centre.environ["CALLCENTER_QUEUE_TIMEOUT_S"] = str(QUEUE_S)
    await centre.start()
    async with AsyncExitStack() as stack:
        callers = Callers(centre, tmp_path, stack)
        agent = await stack.enter_async_context(signed_in(centre, "2002", "1011"))
        async with desk_phone(centre.sip_port, "1011", centre.seat_secret("1011"), tmp_path, answer_after_s=None):
            await agent.ready()
            await callers.dial(OUT_OF_TIME, Key(4, "1"))
            await callers.dial(LISTENS)
            await until("one who waits", lambda: waits(centre, OUT_OF_TIME), 15)
            await until("one in the menu", lambda: at_step(centre, LISTENS, "menu"), 15)
            await centre.kill()
            killed = time.time()
            await until("the end of his time in the queue", lambda: gave_back(centre, OUT_OF_TIME), QUEUE_S + 3)
            left = time.time()
            await until("the fallback queue for who was in the menu", lambda: in_fallback(centre, LISTENS), 25 - (time.time() - killed))
            await until("the fallback queue for whose time ran out", lambda: in_fallback(centre, OUT_OF_TIME), 25 - (time.time() - left))
        await start_asterisk_again(centre)
        async with desk_phone(centre.sip_port, "1011", centre.seat_secret("1011"), tmp_path):
            await callers.dial(AFTER)
            await until("a talk without any server", lambda: talks(centre, AFTER), 20)
    await centre.start()
    calls = await recorded(centre, (OUT_OF_TIME, LISTENS, AFTER))
    assert {calls[number]["exit"] for number in (OUT_OF_TIME, LISTENS)} <= {"lost_sight", "abandoned_queue", "queue_timeout"}
    assert (calls[AFTER]["exit"], calls[AFTER]["agents"]) == ("answered", ["2002"])


async def gave_back(centre: Centre, number: str) -> bool:
    channel = (await channels(centre))[number]
    return channel.application != "Queue"


async def start_asterisk_again(centre: Centre) -> None:
    """As power lost and back: the program of the run directory, started by nobody of ours."""
    settings = asterisk_of(centre)
    await asyncio.to_thread(pbx.stop, settings)
    program = json.loads((settings.asterisk_dir / "command.json").read_text(encoding="utf-8"))
    nothing = asyncio.subprocess.DEVNULL
    await asyncio.create_subprocess_exec(*program, "-f", stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)

    async def runs() -> bool:
        return pbx.running(settings)

    await until("Asterisk", runs, 20)
    await console(centre, "core waitfullybooted")
