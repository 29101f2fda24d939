"""Recorded sounds are played from the folder, which the store fills again whatever becomes of it."""

from __future__ import annotations

import asyncio
import resource
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.ivr.language.known import NamedPrompt
from callcenter.ivr.sounds.decoder import sound_of
from callcenter.ivr.sounds.prompts import PromptError, Prompts, wav
from callcenter.ivr.sounds.sound import as_wav, for_telephone
from callcenter.ivr.sounds.speech import Voice
from callcenter.ivr.walking.commands import Words
from tests.ivr_prompts.sounds import tone

SOUND = sound_of(as_wav(for_telephone(tone(0.5, rate=8000))))
RECORDED = Words("您好,欢迎致电。", sound=SOUND.sha)


class Shelf:
    """A store of sounds that can be slow or away."""

    def __init__(self) -> None:
        self.sounds = {SOUND.sha: SOUND.wav}
        self.trouble: Exception | None = None
        self.answers = asyncio.Event()
        self.answers.set()

    async def __call__(self, sha: str) -> bytes | None:
        await self.answers.wait()
        if self.trouble:
            raise self.trouble
        return self.sounds.get(sha)


@pytest.fixture
async def voice() -> AsyncIterator[Voice]:
    async with Voice() as opened:
        yield opened


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def prompts(voice: Voice, shelf: Shelf, tmp_path: Path) -> Prompts:
    return Prompts(tmp_path / "prompts", voice, stored=shelf)


async def test_a_recorded_sound_is_played_as_it_was_recorded(prompts: Prompts) -> None:
    path = await prompts.file(RECORDED, "zh")
    assert path.is_absolute()
    assert wav(path).read_bytes() == SOUND.wav
    assert await prompts.file(Words("Welcome.", sound=SOUND.sha), "en") == path, "one file, whoever says it"


async def test_a_file_or_the_whole_folder_that_is_deleted_comes_back(prompts: Prompts) -> None:
    path = await prompts.file(RECORDED, "zh")
    wav(path).unlink()
    assert wav(await prompts.file(RECORDED, "zh")).read_bytes() == SOUND.wav
    shutil.rmtree(prompts.folder)
    assert wav(await prompts.file(RECORDED, "zh")).read_bytes() == SOUND.wav
    assert wav(await prompts.file(Words("您好"), "zh")).exists()


async def test_many_callers_at_once_find_it_whole(prompts: Prompts) -> None:
    paths = await asyncio.gather(*(prompts.file(RECORDED, "zh") for _ in range(30)))
    assert {wav(path).read_bytes() for path in paths} == {SOUND.wav}
    assert [path.name for path in (prompts.folder / "recorded").iterdir()] == [f"{SOUND.sha}.wav"]


@pytest.mark.parametrize("trouble", [OSError("away"), None])
async def test_what_the_store_does_not_give_is_spoken(
    prompts: Prompts, shelf: Shelf, trouble: Exception | None, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.sounds, shelf.trouble = {}, trouble
    spoken = await prompts.file(Words(RECORDED.text), "zh")
    assert await prompts.file(RECORDED, "zh") == spoken
    assert "您好,欢迎致电。" in caplog.text
    shelf.sounds, shelf.trouble = {SOUND.sha: SOUND.wav}, None
    assert wav(await prompts.file(RECORDED, "zh")).read_bytes() == SOUND.wav, "as soon as the store gives it again"


async def test_a_store_that_does_not_answer_keeps_no_caller_waiting(
    prompts: Prompts, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callcenter.ivr.sounds.prompts.STORED_S", 0.05)
    shelf.answers.clear()
    async with asyncio.timeout(5):
        assert await prompts.file(RECORDED, "zh") == await prompts.file(Words(RECORDED.text), "zh")


async def test_what_the_dialplan_plays_may_be_recorded(prompts: Prompts) -> None:
    named = {"fallback_welcome": NamedPrompt({"zh": RECORDED.text, "en": "Welcome."}, {"zh": SOUND.sha})}
    assert await prompts.put_named(named) == []
    chinese, english = (prompts.folder / language / "fallback_welcome.wav" for language in ("zh_CN", "en"))
    assert chinese.read_bytes() == SOUND.wav
    chinese.unlink()
    english.write_bytes(b"something else")
    assert await prompts.put_named(named) == []
    assert chinese.read_bytes() == SOUND.wav
    assert english.read_bytes()[:4] == b"RIFF"


async def test_a_disk_that_takes_no_more_is_named_and_leaves_no_half_file(prompts: Prompts) -> None:
    before, least = resource.getrlimit(resource.RLIMIT_FSIZE), 1000
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (least, before[1]))
    try:
        for words in (RECORDED, Words("您好")):
            with pytest.raises(PromptError, match=r"cannot make the prompt '您好.*File too large"):
                await prompts.file(words, "zh")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert [path for path in prompts.folder.rglob("*") if path.is_file()] == []
    assert wav(await prompts.file(RECORDED, "zh")).read_bytes() == SOUND.wav
