"""A site's own engine speaks; while it fails, the bundled voice does."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from callcenter.ivr.sounds.decoder import Decoder
from callcenter.ivr.sounds.engines import Engine, engine_of
from callcenter.ivr.sounds.prompts import Prompts, wav
from callcenter.ivr.sounds.sound import LEVEL_DB, loudness_db, samples_of
from callcenter.ivr.sounds.speaker import REST_S, Speaker
from callcenter.ivr.sounds.speech import SpeechError, Voice
from callcenter.ivr.walking.commands import Words
from callcenter.settings import Settings, SettingsError, read
from tests.ivr_prompts.sounds import encoded, quiet, tone
from tests.ivr_prompts.sounds import wav as as_file

SPEAKS = """
import pathlib, sys
text = sys.stdin.buffer.read().decode()
here = pathlib.Path(sys.argv[1])
with (here / "asked").open("a", encoding="utf-8") as asked:
    asked.write(f"{sys.argv[2]} {sys.argv[3]} {text}\\n")
sys.stdout.buffer.write((here / "sound").read_bytes())
"""


def settings_of(folder: Path, **given: Any) -> Settings:
    return read({}, {"data_dir": str(folder), **given})


def by_command(folder: Path, program: str, **given: Any) -> Engine:
    (folder / "speaks.py").write_text(program, encoding="utf-8")
    command = f"{sys.executable} {folder / 'speaks.py'} {folder} {{language}} {{voice}}"
    engine = engine_of(settings_of(folder, speech="command", speech_command=command, speech_voice="mei", **given))
    assert engine is not None
    return engine


def asked(folder: Path) -> list[str]:
    return (folder / "asked").read_text(encoding="utf-8").splitlines()


@asynccontextmanager
async def by_http(folder: Path, answer: Callable[[web.Request], Awaitable[web.StreamResponse]], **given: Any) -> AsyncIterator[Engine]:
    app = web.Application()
    app.router.add_post("/speak", answer)
    async with TestServer(app) as server:
        engine = engine_of(settings_of(folder, speech="http", speech_url=str(server.make_url("/speak")), speech_voice="mei", **given))
        assert engine is not None
        yield engine


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def voice() -> AsyncIterator[Voice]:
    async with Voice() as opened:
        yield opened


def test_without_a_word_the_bundled_voice_speaks_alone(tmp_path: Path) -> None:
    assert engine_of(settings_of(tmp_path)) is None


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"speech": "command"}, "speech_command"),
        ({"speech": "command", "speech_command": "'open"}, "speech_command"),
        ({"speech": "http"}, "speech_url"),
        ({"speech": "http", "speech_url": "file:///etc/passwd"}, "speech_url"),
        ({"speech": "loud"}, "speech"),
    ],
)
def test_settings_that_name_no_engine_are_refused(tmp_path: Path, given: dict[str, str], what: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        settings_of(tmp_path, **given)
    assert [finding.partition(":")[0] for finding in wrong.value.findings] == [what]


@pytest.mark.parametrize("kind", [("wav", "pcm_s16le"), ("mp3", "libmp3lame")])
async def test_a_command_speaks_and_what_it_spoke_is_kept(tmp_path: Path, voice: Voice, kind: tuple[str, str]) -> None:
    (tmp_path / "sound").write_bytes(encoded(tone(1, level=0.01), *kind))
    prompts = Prompts(tmp_path / "prompts", voice, speaker=Speaker(by_command(tmp_path, SPEAKS), Decoder()))
    paths = await asyncio.gather(*(prompts.file(Words("您好 $(id) 'x'"), "zh") for _ in range(5)))
    sound = samples_of(wav(paths[0]).read_bytes())
    assert len(sound) == pytest.approx(8000, abs=2500)
    assert loudness_db(sound) == pytest.approx(LEVEL_DB, abs=1)
    await prompts.file(Words("您好 $(id) 'x'"), "zh")
    assert asked(tmp_path) == ["zh mei 您好 $(id) 'x'"], "asked once, and no shell reads the text"
    wav(paths[0]).unlink()
    await prompts.file(Words("您好 $(id) 'x'"), "zh")
    assert len(asked(tmp_path)) == 2
    assert prompts.speaker is not None
    assert prompts.speaker.trouble == ""


async def test_another_voice_speaks_anew(tmp_path: Path, voice: Voice) -> None:
    (tmp_path / "sound").write_bytes(as_file(tone(1)))
    one = Prompts(tmp_path / "prompts", voice, speaker=Speaker(by_command(tmp_path, SPEAKS), Decoder()))
    bundled = Prompts(tmp_path / "prompts", voice)
    await one.file(Words("您好"), "zh")
    assert one.missing([("zh", Words("您好"))]) == []
    assert len(bundled.missing([("zh", Words("您好"))])) == 1


FAILING = {
    "ends badly": ("import sys; sys.exit('no such model')", "no such model"),
    "says nothing": ("pass", "no sound"),
    "speaks nonsense": ("print('hello')", "no sound"),
    "is silent": (f"import sys; sys.stdout.buffer.write({as_file(quiet(0.2))!r})", "nothing can be heard"),
    "hangs": ("import time; time.sleep(60)", "longer than 1 s"),
    "hangs behind a child": ("import subprocess; subprocess.Popen(['sleep', '60'])", "longer than 1 s"),
    "never ends": ("import sys\nwhile True: sys.stdout.buffer.write(bytes(1 << 20))", "more than 20 MB|longer than 1 s"),
}


@pytest.mark.parametrize("how", FAILING)
async def test_a_command_that_fails_says_why(tmp_path: Path, how: str) -> None:
    program, why = FAILING[how]
    speaker = Speaker(by_command(tmp_path, program, speech_timeout_s=1), Decoder())
    async with asyncio.timeout(30):
        with pytest.raises(SpeechError, match=why):
            await speaker.samples("您好", "zh")
    assert speaker.trouble
    assert speaker.failures == 1


async def test_a_command_that_is_not_there_says_so(tmp_path: Path) -> None:
    engine = engine_of(settings_of(tmp_path, speech="command", speech_command="/nowhere/piper -q"))
    assert engine is not None
    with pytest.raises(SpeechError, match="/nowhere/piper cannot be started: No such file"):
        await engine.speak("您好", "zh")


async def test_while_it_fails_the_bundled_voice_speaks_and_it_is_left_alone_for_a_while(
    tmp_path: Path, voice: Voice, caplog: pytest.LogCaptureFixture
) -> None:
    now = Time()
    speaker = Speaker(by_command(tmp_path, SPEAKS), Decoder(), now)
    prompts = Prompts(tmp_path / "prompts", voice, speaker=speaker)
    by_bundled = [await Prompts(tmp_path / "prompts", voice).file(Words(text), "zh") for text in ("一", "二")]
    assert [await prompts.file(Words(text), "zh") for text in ("一", "二")] == by_bundled
    assert len(asked(tmp_path)) == 1, "the second caller does not wait for it"
    assert caplog.text.count("the engine does not speak") == 1
    (tmp_path / "sound").write_bytes(as_file(tone(1)))
    now.now += REST_S - 1
    assert await prompts.file(Words("一"), "zh") == by_bundled[0]
    now.now += 2
    assert await prompts.file(Words("一"), "zh") != by_bundled[0]
    assert (speaker.trouble, speaker.failures) == ("", 1)


async def test_a_service_is_asked_by_post(tmp_path: Path) -> None:
    got = []

    async def answer(request: web.Request) -> web.StreamResponse:
        got.append(await request.json())
        return web.Response(body=as_file(tone(1)), content_type="audio/wav")

    async with by_http(tmp_path, answer) as engine:
        sound = await Speaker(engine, Decoder()).samples("您好", "zh")
    assert len(sound) == pytest.approx(8000, abs=2500)
    assert got == [{"text": "您好", "language": "zh", "voice": "mei"}]


async def test_a_service_that_fails_says_why(tmp_path: Path) -> None:
    async def refuses(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=500)

    async def sends_elsewhere(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/other")

    async def talks_on(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(1 << 20))

    async def hangs(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await asyncio.Event().wait()
        return response

    for answer, why in ((refuses, "answers 500"), (sends_elsewhere, "answers 302"), (talks_on, "20 MB|longer than 1 s"), (hangs, "1 s")):
        async with by_http(tmp_path, answer, speech_timeout_s=1) as engine:
            with pytest.raises(SpeechError, match=why):
                await engine.speak("您好", "zh")
    with pytest.raises(SpeechError, match="cannot be asked"):
        await engine.speak("您好", "zh")
