"""An agent at the browser phone, from the ring to the case, on the real Asterisk with a real Chromium."""

from __future__ import annotations

import asyncio
import io
import json
import re
import time
import wave
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Browser, WebSocketRoute, expect

from callcenter.telephony.secrets import secrets
from tests.live.browser import Screen, at_desk, chromium, screen
from tests.live.centre import Centre, until
from tests.live.console import at_step
from tests.live.people import left
from tests.live.person import Person, signed_in
from tests.live.phone.leg import Leg
from tests.live.phone.phone import Phone, Refused, Voice, open_phone
from tests.live.record import complete, kinds, moment, of_kind, seconds, talked
from tests.live.scenarios.listening import LAST_BYTES
from tests.live.sipp import Key, caller, tone
from tests.live.sound import from_alaw, samples, share

pytestmark = [pytest.mark.live, pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="module")]

CALLER_HZ, AGENT_HZ, TELEPHONE_HZ, COLLEAGUE_HZ = 400, 600, 800, 900
LOUDEST_HZ = """async () => {
  const context = new AudioContext({ sampleRate: 8000 });
  const analyser = new AnalyserNode(context, { fftSize: 2048 });
  context.createMediaStreamSource(document.getElementById("remote-sound").srcObject).connect(analyser);
  await new Promise((resolve) => setTimeout(resolve, 600));
  const power = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(power);
  await context.close();
  return (power.indexOf(Math.max(...power)) * 8000) / 2048;
}"""
"""The frequency at which the sound in a page's call is loudest."""
WRAPUP_S = 15
SITE = ZoneInfo("Asia/Shanghai")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    one = Centre(tmp_path_factory.mktemp("centre"), wrapup_s=str(WRAPUP_S))
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with chromium(tmp_path_factory.mktemp("chromium"), AGENT_HZ) as one:
        yield one


async def test_a_caller_is_known_heard_and_written_down(centre: Centre, browser: Browser, tmp_path: Path) -> None:
    known = centre.about["callers"][1]
    async with at_desk(browser, centre, "2001", "1001") as agent, screen(browser, centre) as second:
        await second.sign_in("2002", "1001")
        await expect(second.page.locator("form .invalid-feedback")).to_contain_text("2001")
        call = await talk(centre, agent, known, tmp_path)
        number = await wrap_up(agent)
    assert call["customer"]["name"] == known["customer"]
    expected = ["went_on", "answered", "answered", "held", "resumed", "caller_hung_up"]
    assert kinds(call)[:6] == list(zip(["ivr", "queue", "ring", "talk", "hold", "talk"], expected, strict=True))
    call = await complete(centre, known["number"])
    assert (call["exit"], call["agents"], call["cases"]) == ("answered", ["2001"], [number])
    assert kinds(call)[6:] == [("wrapup", "saved")]
    async with signed_in(centre, "4001") as reviewer:
        await the_pages_tell_the_same(reviewer, call, number)
        await the_recording_plays(centre, reviewer, call)


async def talk(centre: Centre, agent: Screen, known: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The agent knows the caller before he answers; he is silent for a while, holds once, and the caller hangs up."""
    page = agent.page
    sound = tone(folder / "caller.al", CALLER_HZ)
    async with caller(centre.sip_port, "8000000001", folder, calling_from=known["number"], keys=[Key(3, "1")], sound=sound) as phone:
        await agent.phone("ringing", 25)
        await expect(page.locator("#desk-head h1")).to_have_text(known["customer"])
        await expect(page.locator("#phone-caller")).to_contain_text(known["customer"])
        await expect(page.locator("#desk-head")).to_contain_text(re.compile(r"主菜单\s+1\s"))
        assert await page.get_attribute("#phone-bar", "data-phone") == "ringing"
        await page.keyboard.press("F8")
        await agent.phone("talking", 5)
        await talked(centre, known["number"], 2)
        await page.keyboard.press("F2")
        await expect(page.locator("[data-phone-do=mute]")).to_have_attribute("aria-pressed", "true")
        await talked(centre, known["number"], 2)
        await page.keyboard.press("F2")
        await expect(page.locator("[data-phone-do=mute]")).to_have_attribute("aria-pressed", "false")
        await page.keyboard.press("F4")
        await expect(page.locator("#agent-bar")).to_contain_text("客户保持中", timeout=8_000)
        await page.keyboard.press("F4")
        await expect(page.locator("#agent-bar")).to_contain_text("通话中", timeout=8_000)
        await talked(centre, known["number"], 1.5)
        phone.hang_up()
        await agent.phone("ready", 3)
        await expect(page.locator("#desk-wrapups form .status-purple")).to_be_visible()

    async def talked_out() -> dict[str, Any] | None:
        call = next(call for call in await centre.calls() if call["from"] == known["number"])
        return call if all(one["ended"] for one in call["segments"] if one["kind"] == "talk") else None

    return dict(await until("the end of the talk in the record", talked_out))


async def wrap_up(agent: Screen) -> str:
    """Note, result and a complaint, with a reload in the middle of typing; the number of the case."""
    page, form = agent.page, agent.page.locator("#desk-wrapups form")
    await page.keyboard.press("Alt+n")
    await page.keyboard.type("Two cartons were short, ")
    await form.locator("select[name=disposition]").select_option(index=1)
    await page.keyboard.press("Alt+1")
    await form.locator("textarea[name=case_text]").fill("Delivery of Monday: two cartons short")
    await page.reload()
    await expect(form.locator("textarea[name=note]")).to_have_value("Two cartons were short, ")
    await expect(form.locator("textarea[name=case_text]")).to_have_value("Delivery of Monday: two cartons short")
    await expect(form.locator("input[name=case_kind][value=complaint]")).to_be_checked()
    await page.keyboard.press("Alt+n")
    await page.keyboard.press("End")
    await page.keyboard.type("the customer wants them today")
    await page.keyboard.press("Control+Enter")
    await expect(form).to_have_count(0)
    await expect(page.locator("#agent-bar .status-green")).to_be_visible()
    mine = page.locator("a[href^='/cases/']").filter(has_text="Delivery of Monday")
    return str(await mine.get_attribute("href")).removeprefix("/cases/")


async def the_pages_tell_the_same(reviewer: Person, call: dict[str, Any], number: str) -> None:
    """QA's list and page, and the customer's page, against what other programs are told."""
    began = clock(call["started"])
    assert began in await reviewer.get(f"/calls?number={call['from'][-8:]}")
    page = await reviewer.get(f"/calls/{call['call']}")
    for segment in call["segments"]:
        assert f">{clock(segment['started'])}</td>" in page, segment
    assert "Two cartons were short, the customer wants them today" in await reviewer.get(f"/calls/{call['call']}/note")
    assert number in await reviewer.get(f"/calls/{call['call']}/cases")
    customer = call["customer"]["id"]
    assert call["customer"]["name"] in await reviewer.get(f"/customers/{customer}")
    of_customer = await reviewer.get(f"/customers/{customer}/calls")
    assert f"/calls/{call['call']}" in of_customer
    assert began in of_customer
    assert number in await reviewer.get(f"/customers/{customer}/cases")


async def the_recording_plays(centre: Centre, reviewer: Person, call: dict[str, Any]) -> None:
    """Both voices, each on its side, on disk and as it is played; the agent's silence while he had muted himself."""
    [recording] = call["recordings"]
    talked = sum(seconds(one) for one in of_kind(call, "talk"))  # while he keeps the customer waiting nothing is recorded
    assert recording["state"] == "whole"
    assert recording["seconds"] == pytest.approx(talked, abs=1)
    folder = centre.folder / "recordings"
    agent, customer = (samples(folder / f"{recording['leg']}-{side}.wav") for side in ("agent", "caller"))
    assert share(agent, AGENT_HZ) > 0.8
    assert share(customer, CALLER_HZ) > 0.8
    assert share(agent, CALLER_HZ) < 0.05
    muted = of_silence(agent[: int(8000 * seconds(of_kind(call, "talk")[0]))])
    assert 1.5 <= muted <= 3
    with wave.open(io.BytesIO(await reviewer.bytes(f"/recordings/{recording['id']}"))) as played:
        assert (played.getnchannels(), played.getframerate()) == (2, 8000)
        both = np.frombuffer(played.readframes(played.getnframes()), dtype="<i2").reshape(-1, 2).astype(float)
    assert share(both[:, 0], AGENT_HZ) > 0.8
    assert share(both[:, 1], CALLER_HZ) > 0.8


def of_silence(sound: np.ndarray) -> float:
    """Seconds without sound."""
    tenths = sound[: len(sound) // 800 * 800].reshape(-1, 800)
    return float((np.abs(tenths).max(axis=1) < 100).sum() / 10)


def clock(text: str) -> str:
    """A time of the record as the site's clock shows it."""
    return datetime.fromisoformat(text).astimezone(SITE).strftime("%H:%M:%S")


async def test_a_page_that_is_closed_keeps_nobody_waiting(centre: Centre, browser: Browser, tmp_path: Path) -> None:
    """Closed while ringing: the next agent rings. Closed while talking: the caller is back in the flow."""
    number = "02155550001"
    async with (
        at_desk(browser, centre, "2003", "1003") as one,
        at_desk(browser, centre, "2004", "1004") as two,
    ):
        async with caller(centre.sip_port, "8000000001", tmp_path, calling_from=number, keys=[Key(3, "0")]) as phone:

            async def ringing() -> Screen | None:
                states = [
                    await one.page.get_attribute("#phone-bar", "data-phone"),
                    await two.page.get_attribute("#phone-bar", "data-phone"),
                ]
                return (one, two)[states.index("ringing")] if "ringing" in states else None

            first = await until("a phone that rings", ringing, 25)
            other = two if first is one else one
            shut_ringing = time.time()
            await first.page.close()
            await other.phone("ringing", 4)
            await other.page.click("[data-phone-do=answer]")
            await other.phone("talking", 5)
            shut_talking = time.time()
            await other.page.close()
            await until("the survey", lambda: at_step(centre, number, "survey"), 10)
            phone.hang_up()
        call = await complete(centre, number, 30 + WRAPUP_S)
    ring, talked = of_kind(call, "ring"), of_kind(call, "talk")
    assert moment(ring[1]["started"]) - shut_ringing < 2
    assert moment(talked[0]["ended"]) - shut_talking < 6
    assert call["exit"] == "answered"
    assert ("ivr", "hung_up") in kinds(call)


async def test_a_newcomer_rings_from_the_browser_and_an_english_agent_lets_the_wrap_up_run_out(centre: Centre, browser: Browser) -> None:
    async with at_desk(browser, centre, "2009", "1009") as agent, screen(browser, centre) as newcomer:
        await agent.page.click(".cc-user")
        await agent.page.click("button[name=language][value=en]")
        await expect(agent.page.locator("html")).to_have_attribute("lang", "en")
        await expect(agent.page.locator("#desk-head h1")).to_have_text("Ready: the next call is yours")
        await agent.phone("ready")
        page = newcomer.page
        await page.goto(f"{centre.url}/phone")
        await page.check("input[name=hotline][value='8000000003']", force=True)
        await page.select_option("#caller", "02155550000")
        await page.click("#call")
        await expect(page.locator("body")).to_have_attribute("data-phone", "talking", timeout=10_000)
        await until("sound from the hotline", lambda: page.evaluate("document.getElementById('heard').value > 0"))
        await page.click("[data-digit='0']")
        await agent.phone("ringing", 20)
        await expect(agent.page.locator("#desk-head h1")).to_have_text("Unknown caller")
        await agent.page.get_by_role("button", name="Answer").click()
        await agent.phone("talking", 5)
        await until("the agent's voice", lambda: page.evaluate("document.getElementById('heard').value > 0"))
        await talked(centre, "02155550000", 2)
        await page.click("#hang-up")
        await agent.phone("ready", 3)
        await expect(agent.page.locator("#desk-wrapups .status-purple")).to_be_visible()
        await agent.page.keyboard.press("Alt+n")
        await agent.page.keyboard.type("half a note")
        await expect(agent.page.locator("#desk-wrapups .status-yellow")).to_be_visible(timeout=(WRAPUP_S + 5) * 1000)
        await expect(agent.page.locator("#desk-wrapups textarea[name=note]")).to_have_value("half a note")
        await expect(agent.page.locator("#agent-bar .status-green")).to_be_visible()
    call = await complete(centre, "02155550000")
    assert (call["hotline"], call["exit"], call["customer"], call["agents"]) == ("8000000003", "answered", None, ["2009"])
    assert kinds(call)[-2:] == [("talk", "caller_hung_up"), ("wrapup", "timed_out")]
    assert seconds(of_kind(call, "wrapup")[0]) == pytest.approx(WRAPUP_S, abs=2)
    [recording] = call["recordings"]
    for side in ("agent", "caller"):
        assert share(samples(centre.folder / "recordings" / f"{recording['leg']}-{side}.wav"), AGENT_HZ) > 0.8


async def test_an_agent_asks_a_colleague_and_hands_the_customer_over_with_the_keyboard_alone(
    centre: Centre, browser: Browser, tmp_path: Path
) -> None:
    known = centre.about["callers"][4]
    sound = tone(tmp_path / "caller.al", CALLER_HZ)
    async with at_desk(browser, centre, "2001", "1001") as agent, screen(browser, centre) as colleague:
        await colleague.sign_in("2002", "1002")
        await colleague.page.wait_for_url("**/desk")
        await colleague.phone("ready")
        async with caller(
            centre.sip_port, "8000000001", tmp_path, calling_from=known["number"], keys=[Key(1.5, "1")], sound=sound
        ) as phone:
            await agent.phone("ringing", 25)
            await agent.page.keyboard.press("F8")
            await agent.phone("talking")
            await asks(agent, colleague, known["customer"])
            await agent.page.keyboard.press("Alt+t")
            await agent.phone("ready")
            await expect(agent.page.locator("#desk-wrapups form .status-purple")).to_be_visible()
            await expect(colleague.page.locator("#desk-wrapups form")).to_be_visible()
            await expect(colleague.page.locator("#desk-head")).not_to_contain_text("咨询来自")
            await colleague.phone("talking")
            await talked(centre, known["number"], 2.5)
            phone.hang_up()
            await colleague.phone("ready")
        await expect(colleague.page.locator("#desk-wrapups form .status-purple")).to_be_visible()
    call = await complete(centre, known["number"], WRAPUP_S + 30)
    assert call["agents"] == ["2001", "2002"]
    assert [reason for kind, reason in kinds(call) if kind in ("hold", "talk")] == ["held", "transferred", "caller_hung_up"]
    assert [one["state"] for one in call["recordings"]] == ["whole", "whole"]
    assert share(samples(centre.folder / "recordings" / f"{call['recordings'][1]['leg']}-caller.wav"), CALLER_HZ) > 0.8


async def test_a_page_takes_its_seats_new_secret_by_itself_and_the_next_has_another(centre: Centre, browser: Browser) -> None:
    def secret() -> str:
        return secrets(centre.settings).browsers["1005"]

    sockets: list[WebSocketRoute] = []

    def pass_on(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    async with screen(browser, centre) as one:
        await one.page.route_web_socket("**/sip", pass_on)
        await one.sign_in("2005", "1005")
        await one.phone("ready")
        await centre.command("pbx", "renew", "1005")
        copied = secret()
        await sockets[-1].close()
        await one.phone("lost")
        await one.phone("ready")
        async with signed_in(centre, "2005") as same:
            assert await same.post("/agent/leave") == 204
    async with signed_in(centre, "2006", "1005") as after:
        told = json.loads(await after.get("/agent/phone"))["secret"]
    assert told == secret() != copied
    with pytest.raises(Refused):
        async with open_phone(centre.sip_port, "1005", copied):
            pass
    async with open_phone(centre.sip_port, "1005", told):
        pass


async def test_a_seat_serves_the_telephone_that_stands_there_and_then_the_browser(centre: Centre, browser: Browser) -> None:
    telephone = open_phone(centre.sip_port, "1006", centre.seat_secret("1006"), voice=Voice(TELEPHONE_HZ))
    customer = open_phone(centre.sip_port, "02155550006", voice=Voice(CALLER_HZ))
    async with telephone as desk, customer as outside:
        async with screen(browser, centre) as agent:
            await agent.sign_in("2005", "1006")
            await agent.ready("desk")
            leg = await dialled(outside)
            rung = await (await desk.rings()).answer()
            await expect(agent.page.locator("#desk-head")).to_contain_text("021 5555 0006")
            await heard(leg, TELEPHONE_HZ)
            await heard(rung, CALLER_HZ)
            await leg.hang_up()
            await rung.over()
            await calls_a_colleague(centre, desk)
        async with signed_in(centre, "2005") as same:
            await until("2005 may leave", lambda: left(same), WRAPUP_S + 10)
        async with screen(browser, centre) as agent:
            await agent.sign_in("2006", "1006", "browser")
            await agent.ready()
            await expect(agent.page.locator("[data-trouble=desk-phone]")).to_be_visible()
            with pytest.raises(Refused):
                await desk.sign_in()
            leg = await dialled(outside)
            await agent.phone("ringing", 25)
            assert len(desk.legs) == 2, "the telephone does not ring"
            await agent.page.keyboard.press("F8")
            await agent.phone("talking", 5)
            await heard(leg, AGENT_HZ)
            await until("the caller's tone in the browser", lambda: hears(agent, CALLER_HZ))
            await leg.hang_up()
            await agent.phone("ready", 3)
            await takes_the_telephone(agent, desk)
    calls = [call for call in await centre.calls() if call["from"] == "02155550006"]
    assert [(call["exit"], call["agents"]) for call in calls] == [("answered", ["2005"]), ("answered", ["2006"])]
    for call, agents_hz in zip(calls, (TELEPHONE_HZ, AGENT_HZ), strict=True):
        [recording] = call["recordings"]
        for side, hertz in (("agent", agents_hz), ("caller", CALLER_HZ)):
            assert share(samples(centre.folder / "recordings" / f"{recording['leg']}-{side}.wav"), hertz) > 0.8


async def dialled(customer: Phone) -> Leg:
    """He chooses a person."""
    leg = await (await customer.dial("8000000001")).answered()
    await asyncio.sleep(1.5)
    await leg.press("1")
    return leg


async def heard(leg: Leg, hertz: float) -> None:
    """What this telephone got last is that tone."""

    async def look() -> bool:
        last = bytes(leg.sound.heard[-LAST_BYTES:])
        return len(last) == LAST_BYTES and share(from_alaw(last), hertz) > 0.8

    await until(f"{hertz:g} Hz at {leg.phone.user}", look)


async def hears(agent: Screen, hertz: float) -> bool:
    """Whether what the browser plays is that tone."""
    loudest = await agent.page.evaluate(LOUDEST_HZ)
    return abs(float(loudest) - hertz) < 20


async def calls_a_colleague(centre: Centre, desk: Phone) -> None:
    """A telephone dials by itself; the two hear each other."""
    async with open_phone(centre.sip_port, "1007", centre.seat_secret("1007"), voice=Voice(COLLEAGUE_HZ)) as colleague:
        leg = await desk.dial("1007")
        rung = await (await colleague.rings()).answer()
        await heard(await leg.answered(), COLLEAGUE_HZ)
        await heard(rung, TELEPHONE_HZ)
        await leg.hang_up()
        await rung.over()


async def takes_the_telephone(agent: Screen, desk: Phone) -> None:
    """By a click the seat is the telephone's, which may register again; until it does the page says that there is none."""
    await expect(agent.page.locator("#desk-wrapups .status-yellow")).to_be_visible(timeout=(WRAPUP_S + 5) * 1000)
    await agent.page.keyboard.press("Alt+p")
    await agent.page.get_by_text("改用桌面话机").click()
    await agent.phone("desk")
    await expect(agent.page.locator("#desk-head h1")).to_have_text("分机 1006 上没有已注册的桌面话机")
    await desk.sign_in()
    await expect(agent.page.locator("#desk-head h1")).not_to_contain_text("没有已注册")


async def asks(agent: Screen, colleague: Screen, customer: str) -> None:
    """Alt+C, the colleague's number, Enter; his screen has the customer before he answers."""
    page = agent.page
    await expect(page.locator("#desk-head [data-key='alt+c']")).to_be_visible()
    await page.keyboard.press("Alt+c")
    await expect(page.locator("#desk-move.show [data-move-find]")).to_be_focused()
    await page.keyboard.type("138001")
    await expect(page.locator("[data-move-outside]")).to_be_visible()
    await page.locator("[data-move-find]").fill("2002")
    await expect(page.locator("[data-move-outside]")).to_be_hidden()
    await page.keyboard.press("Enter")
    await colleague.phone("ringing")
    await expect(page.locator("#desk-move")).to_be_hidden()
    await expect(colleague.page.locator("#desk-head h1")).to_have_text(customer)
    await expect(colleague.page.locator("#desk-head")).to_contain_text("咨询来自 2001")
    await expect(page.locator("#desk-head")).to_contain_text("客户保持等待")
    await colleague.page.keyboard.press("F8")
    await colleague.phone("talking")
    await expect(page.locator("#desk-head")).to_contain_text("正在咨询 2002")
    await expect(colleague.page.locator("#desk-wrapups form")).to_have_count(0)
