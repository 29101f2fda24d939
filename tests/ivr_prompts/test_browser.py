"""Recording, choosing and listening in a real Chromium whose microphone hears a tone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import BrowserContext, Page, async_playwright, expect

from callcenter.ivr.sounds.sound import LEVEL_DB, RATE, loudness_db, samples_of
from callcenter.web.guards import SESSION_COOKIE
from tests.ivr_prompts.centre import PromptCentre
from tests.ivr_prompts.sounds import tone, wav
from tests.live.browser import CHROMIUM, FLAGS, microphone

pytestmark = pytest.mark.live

HERTZ = 440


@asynccontextmanager
async def browsing(centre: PromptCentre, folder: Path, *, may_record: bool = True) -> AsyncIterator[Page]:
    """A supervisor's page; what its console calls an error fails the test."""
    flags = [flag for flag in FLAGS if flag != "--use-fake-ui-for-media-stream"]
    wrong: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*flags, f"--use-file-for-fake-audio-capture={microphone(folder / 'microphone.wav', HERTZ)}"]
        )
        context = await browser.new_context(viewport={"width": 1280, "height": 800}, permissions=["microphone"] if may_record else [])
        await come_in(centre, context)
        page = await context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        await page.goto(str(centre.client.make_url("/prompts/welcome")))
        yield page
        await browser.close()
    assert [one for one in wrong if "422" not in one] == []


async def come_in(centre: PromptCentre, context: BrowserContext) -> None:
    url = str(centre.client.make_url("/"))
    token = centre.client.session.cookie_jar.filter_cookies(centre.client.make_url("/"))[SESSION_COOKIE].value
    await context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": url}])


async def heard(centre: PromptCentre, language: str) -> tuple[float, float]:
    """Seconds and pitch of what callers hear."""
    said = (await centre.named.one("welcome")).said[language]
    assert said.sound is not None
    samples = samples_of(await centre.named.sound(said.sound) or b"")
    assert loudness_db(samples) == pytest.approx(LEVEL_DB, abs=1)
    pitch = np.argmax(np.abs(np.fft.rfft(samples.astype(np.float64)))) * RATE / len(samples)
    return len(samples) / RATE, float(pitch)


async def test_a_sound_is_recorded_listened_to_discarded_and_kept(centre: PromptCentre, tmp_path: Path) -> None:
    async with browsing(centre, tmp_path) as page:
        form = page.locator("form[data-recorder]").first
        take = form.locator("[data-take]")
        for last in (False, True):
            await form.locator("[data-record]").click()
            await expect(form.locator("[data-lasts]")).to_have_text("0:02", timeout=15_000)
            await form.locator("[data-stop]").click()
            await expect(take).to_be_visible()
            await expect(form.locator("input[value=sound]")).to_be_checked()
            if not last:
                await form.locator("[data-discard]").click()
                await expect(take).to_be_hidden()
                assert await form.locator("input[type=file]").evaluate("field => field.files.length") == 0
        audio = take.locator("audio")
        await audio.evaluate("sound => sound.play()")
        await expect(audio).to_have_js_property("paused", False)
        await form.locator("button[type=submit]").click()
        await expect(form.locator("[data-play^='/prompts/sounds/']")).to_be_visible()
        await expect(take).to_be_hidden()
    said = (await centre.named.one("welcome")).said["zh"]
    assert (said.source, said.file) == ("recorded", "")
    seconds, pitch = await heard(centre, "zh")
    assert 1.5 < seconds < 4
    assert pitch == pytest.approx(HERTZ, abs=5)


async def test_a_microphone_that_may_not_be_used_is_told(centre: PromptCentre, tmp_path: Path) -> None:
    async with browsing(centre, tmp_path, may_record=False) as page:
        form = page.locator("form[data-recorder]").first
        await form.locator("[data-record]").click()
        await expect(form.locator("[data-wrong]")).to_contain_text("浏览器未获准使用麦克风")
        await expect(form.locator("[data-record]")).to_be_visible()


async def test_a_file_is_chosen_refused_mended_and_the_text_tried(centre: PromptCentre, tmp_path: Path) -> None:
    async with browsing(centre, tmp_path) as page:
        form = page.locator("form[data-recorder]").nth(1)
        await form.locator("textarea").fill("Good morning, and welcome.")
        async with page.expect_response("**/prompts/spoken*Good*morning*") as spoken:
            await form.locator("[data-play-text]").click()
        assert (await spoken.value).status in (200, 206)
        await expect(form.locator("[data-play-text]")).to_have_attribute("aria-pressed", "true")
        await form.locator("[data-play-text]").click()
        await expect(form.locator("[data-play-text]")).not_to_have_attribute("aria-pressed", "true")
        await form.locator("input[type=file]").set_input_files({"name": "letter.wav", "mimeType": "audio/wav", "buffer": b"dear Sirs"})
        await expect(form.locator("[data-take]")).to_be_visible()
        await form.locator("button[type=submit]").click()
        await expect(form.locator("[data-wrong]")).to_contain_text("无法识别这个声音文件")
        await expect(form.locator("textarea")).to_have_value("Good morning, and welcome.")
        file = {"name": "morning.wav", "mimeType": "audio/wav", "buffer": wav(tone(1, pitch=880))}
        await form.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        await form.locator("button[type=submit]").click()
        await expect(form).to_contain_text("morning.wav")
        assert page.url.endswith("/prompts/welcome")
    said = (await centre.named.one("welcome")).said["en"]
    assert (said.text, said.source, said.file) == ("Good morning, and welcome.", "uploaded", "morning.wav")
    assert (await heard(centre, "en"))[1] == pytest.approx(880, abs=5)


async def test_a_file_that_is_too_big_is_told_before_it_is_sent(centre: PromptCentre, tmp_path: Path) -> None:
    big = tmp_path / "big.wav"
    with big.open("wb") as file:
        file.truncate((20 << 20) + 1)
    async with browsing(centre, tmp_path) as page:
        form = page.locator("form[data-recorder]").first
        await form.locator("input[type=file]").set_input_files(big)
        await expect(form.locator("[data-wrong]")).to_contain_text("最大 20 MB")
        assert await form.locator("input[type=file]").evaluate("field => field.files.length") == 0
