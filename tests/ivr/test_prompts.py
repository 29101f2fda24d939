from __future__ import annotations

import asyncio
import os
import time
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from callcenter.ivr.language.known import NamedPrompt
from callcenter.ivr.language.load import load
from callcenter.ivr.sounds.prompts import PromptError, Prompts, fixed_texts, wav
from callcenter.ivr.sounds.sound import LEVEL_DB, loudness_db
from callcenter.ivr.sounds.speech import Voice
from callcenter.ivr.walking.commands import Words
from callcenter.settings import CHECKOUT


@pytest.fixture
async def prompts(tmp_path: Path) -> AsyncIterator[Prompts]:
    async with Voice() as voice:
        yield Prompts(tmp_path / "prompts", voice)


def sound(path: Path) -> np.ndarray:
    with wave.open(str(wav(path)), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)


@pytest.mark.parametrize(("language", "text"), [("zh", "您好,欢迎致电客户服务热线。"), ("en", "Welcome to the customer service hotline.")])
async def test_both_languages_are_spoken(prompts: Prompts, language: str, text: str) -> None:
    path = await prompts.file(Words(text), language)
    heard = sound(path)
    assert path.is_absolute()
    assert 1.0 < len(heard) / 8000 < 6.0
    assert loudness_db(heard) == pytest.approx(LEVEL_DB, abs=1)


async def test_a_longer_text_takes_longer_and_another_language_sounds_otherwise(prompts: Prompts) -> None:
    short, long = await prompts.file(Words("1 2"), "zh"), await prompts.file(Words("1 2 3 4 5 6 7 8"), "zh")
    assert len(sound(long)) > 2 * len(sound(short))
    assert not np.array_equal(sound(short), sound(await prompts.file(Words("1 2"), "en")))


async def test_a_file_that_is_gone_is_made_again_and_one_that_is_there_is_not(prompts: Prompts) -> None:
    path = await prompts.file(Words("您好"), "zh")
    wav(path).write_bytes(b"replaced")
    assert await prompts.file(Words("您好"), "zh") == path
    assert wav(path).read_bytes() == b"replaced"
    wav(path).unlink()
    await prompts.file(Words("您好"), "zh")
    assert len(sound(path)) > 0


async def test_many_at_once_share_one_file_and_leave_no_parts(prompts: Prompts) -> None:
    paths = await asyncio.gather(*(prompts.file(Words(text), "zh") for text in ["您好", "再见"] * 10))
    assert len(set(paths)) == 2
    assert sorted(prompts.folder.rglob("*.*")) == sorted(wav(path) for path in set(paths))


@pytest.mark.parametrize(("text", "language"), [("……", "zh"), ("", "en"), ("hallo", "de")])
async def test_what_cannot_be_spoken_says_so(prompts: Prompts, text: str, language: str) -> None:
    with pytest.raises(PromptError, match="cannot make the prompt"):
        await prompts.file(Words(text), language)


@pytest.mark.parametrize("text", ["\0您好", "a\ud800b", "<speak>&amp;", "[[h@l'oU]]", "您" * 500])
async def test_odd_texts_are_spoken_too(prompts: Prompts, text: str) -> None:
    assert len(sound(await prompts.file(Words(text, fixed=False), "zh"))) > 0


async def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    async with Voice() as voice:
        with pytest.raises(PromptError, match="您好"):
            await Prompts(tmp_path / "file", voice).file(Words("您好"), "zh")


async def test_all_prompts_of_a_flow_are_made_ahead(prompts: Prompts) -> None:
    flow = load((CHECKOUT / "ivr_flows" / "english.yaml").read_text(encoding="utf-8"), "english.yaml").flow
    assert flow is not None
    texts = fixed_texts([flow])
    told: list[tuple[int, int]] = []
    assert len(prompts.missing(texts)) == len(texts) > 10
    assert await prompts.prepare(texts, lambda done, of: told.append((done, of))) == []
    assert told == [(done, len(texts)) for done in range(len(texts) + 1)]
    assert prompts.missing(texts) == []
    assert await prompts.prepare(texts, lambda done, of: told.append((done, of))) == []
    assert told[-1] == (0, 0)


async def test_what_cannot_be_made_ahead_is_named_and_the_rest_is_made(prompts: Prompts) -> None:
    texts = {"zh": "您好", "de": "hallo", "en": "hello"}
    failed = await prompts.prepare([(language, Words(text)) for language, text in texts.items()], lambda _done, _of: None)
    assert len(failed) == 1
    assert "'hallo' (de)" in failed[0]
    assert prompts.missing([("zh", Words("您好")), ("en", Words("hello"))]) == []


async def test_prompts_with_names_lie_where_the_dialplan_looks_and_follow_their_text(prompts: Prompts) -> None:
    assert await prompts.put_named({"fallback_welcome": NamedPrompt({"zh": "您好", "en": "Hello"})}) == []
    file = prompts.folder / "zh_CN" / "fallback_welcome"
    before = sound(file)
    assert (prompts.folder / "en" / "fallback_welcome.wav").exists()
    assert await prompts.put_named({"fallback_welcome": NamedPrompt({"zh": "您好,请稍候"})}) == []
    assert len(sound(file)) > len(before)
    assert list(prompts.folder.rglob("*.part")) == []


async def test_what_one_caller_was_told_is_forgotten_after_a_day(prompts: Prompts) -> None:
    old, new = await prompts.file(Words("张三您好", fixed=False), "zh"), await prompts.file(Words("李四您好", fixed=False), "zh")
    fixed = await prompts.file(Words("您好"), "zh")
    for path in (old, fixed):
        os.utime(wav(path), (time.time() - 90_000,) * 2)
    assert prompts.forget_passing() == 1
    assert not wav(old).exists()
    assert wav(new).exists()
    assert wav(fixed).exists()


async def test_the_tone_before_a_message(prompts: Prompts) -> None:
    heard = sound(await prompts.tone())
    assert len(heard) == 8000 // 3
    assert np.argmax(np.abs(np.fft.rfft(heard.astype(np.float64)))) == round(1000 * len(heard) / 8000)
    wav(prompts.folder / "tone").unlink()
    assert len(sound(await prompts.tone())) == len(heard)
