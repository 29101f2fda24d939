"""Sounds that nothing plays any more: gone after a while, never sooner, in the store and on disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from callcenter.ivr.named.service import NamedPrompts
from callcenter.ivr.named.unused import KEPT_MS, fixed_words, forget_unused
from callcenter.ivr.published.kept import KeptFlows
from callcenter.ivr.sounds.prompts import PASSING, RECORDED, UNUSED_S, Prompts, wav
from callcenter.ivr.sounds.speech import Voice
from callcenter.ivr.walking.commands import Words
from callcenter.store.engine import Store
from tests.ivr_prompts.test_service import beep

DAY = 86_400_000
TEXTS = {"zh": "您好。"}


@pytest.fixture
def prompts(store: Store) -> NamedPrompts:
    return NamedPrompts(store)


async def test_a_removed_prompts_sound_goes_a_while_later(prompts: NamedPrompts, store: Store) -> None:
    sound = beep()
    await prompts.add("welcome", "", TEXTS, by="3001")
    await prompts.write("welcome", "zh", "您好!", sound=sound, by="3001")
    await prompts.write("welcome", "zh", "早上好!", by="3001")
    assert await forget_unused(store, 1 * DAY) == 0
    assert await forget_unused(store, 90 * DAY) == 0, "an earlier version of the prompt plays it"
    await prompts.remove("welcome", by="3001")
    assert await forget_unused(store, 100 * DAY) == 0
    assert await forget_unused(store, 100 * DAY + KEPT_MS - 1) == 0
    assert await prompts.sound(sound.sha) == sound.wav
    assert await forget_unused(store, 100 * DAY + KEPT_MS) == 1
    assert await prompts.sound(sound.sha) is None


async def test_a_published_version_keeps_its_sounds_for_good(prompts: NamedPrompts, store: Store) -> None:
    kept, sound = KeptFlows(store), beep()
    await prompts.add("welcome", "", TEXTS, by="3001")
    await prompts.write("welcome", "zh", "您好!", sound=sound, by="3001")
    await kept.add("orders", "text", "", by="3001")
    await kept.publish("orders", 1, {"welcome": {"texts": {"zh": "您好!"}, "sounds": {"zh": sound.sha}}}, by="3001")
    await kept.save("orders", "other", "", 1, by="3001")
    await kept.publish("orders", 2, {}, by="3001")
    await prompts.remove("welcome", by="3001")
    for day in (1, 100, 1000):
        assert await forget_unused(store, day * DAY) == 0
    assert await prompts.sound(sound.sha) == sound.wav


async def test_what_is_played_again_meanwhile_stays(prompts: NamedPrompts, store: Store) -> None:
    sound = beep()
    await prompts.add("welcome", "", TEXTS, by="3001")
    await prompts.write("welcome", "zh", "您好!", sound=sound, by="3001")
    await prompts.remove("welcome", by="3001")
    assert await forget_unused(store, 1 * DAY) == 0
    await prompts.add("night", "", TEXTS, by="3001")
    await prompts.write("night", "zh", "晚上好!", sound=sound, by="3001")
    assert await forget_unused(store, 60 * DAY) == 0
    await prompts.remove("night", by="3001")
    assert await forget_unused(store, 61 * DAY) == 0, "it was played meanwhile: the time begins anew"
    assert await prompts.sound(sound.sha) == sound.wav


async def test_files_that_nothing_says_go_and_the_dialplans_stay(tmp_path: Path) -> None:
    async with Voice() as voice:
        files = Prompts(tmp_path, voice)
        said, unsaid = [wav(await files.file(Words(text), "zh")) for text in ("您好。", "再见。")]
        other = [tmp_path / "zh_CN" / "fallback_welcome.wav", tmp_path / "tone.wav", tmp_path / "zh_CN" / PASSING / f"{'a' * 32}.wav"]
        old = [unsaid, tmp_path / RECORDED / f"{'b' * 64}.wav", tmp_path / "en" / "tmpx.part"]
        for path in (*other, *old[1:]):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"")
        now = said.stat().st_mtime + UNUSED_S / 2
        texts = [("zh", Words("您好。"))]
        assert files.forget_unused(texts, now) == 0
        for path in (*other, *old):
            os.utime(path, (0, 0))
        assert files.forget_unused(texts, now) == 3
        assert [path.exists() for path in (said, *other, *old)] == [True] * 4 + [False] * 3
        assert files.forget_unused([], now + UNUSED_S) == 0, "it was said half a month ago"
        assert files.forget_unused([], now + UNUSED_S + 1) == 1
        assert await files.file(Words("您好。"), "zh") == said.with_suffix(""), "made again when it is wanted"
        assert said.exists()


async def test_prompts_that_no_flow_says_are_ready_too(prompts: NamedPrompts) -> None:
    sound = beep()
    await prompts.add("silent", "", {"zh": "再见。", "en": "Goodbye {name}."}, by="3001")
    await prompts.write("silent", "zh", "再会。", sound=sound, by="3001")
    assert fixed_words(await prompts.named()) == [("zh", Words("再会。", sound=sound.sha))]
