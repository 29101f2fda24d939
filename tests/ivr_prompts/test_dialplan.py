"""The prompts that Asterisk plays without us: always there, as the store says them."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.hotlines.calendar import ALWAYS, WeeklyPlan
from callcenter.hotlines.service import Hotlines
from callcenter.hotlines.tables import HotlineRow, QueueRow
from callcenter.ivr.named.dialplan import DialplanPrompts
from callcenter.ivr.named.service import NamedPrompts
from callcenter.ivr.sounds.decoder import Decoder
from callcenter.ivr.sounds.engines import Engine
from callcenter.ivr.sounds.prompts import Prompts
from callcenter.ivr.sounds.speaker import Speaker
from callcenter.ivr.sounds.speech import SpeechError, Voice
from callcenter.store.engine import Store

TEXTS = {"fallback_welcome": {"zh": "请稍候。", "en": "One moment."}, "welcome": {"zh": "您好。"}}


async def refuses(_text: str, _language: str) -> bytes:
    raise SpeechError("out of order")


@pytest.fixture
async def store(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Store]:
    shutil.copy(sqlite_template, tmp_path / "centre.sqlite")
    opened = Store(f"sqlite+aiosqlite:///{tmp_path / 'centre.sqlite'}")
    yield opened
    await opened.close()


@pytest.fixture
async def named(store: Store) -> NamedPrompts:
    prompts = NamedPrompts(store)
    await prompts.import_new(TEXTS, by="")
    return prompts


async def test_they_follow_the_store_and_come_back(named: NamedPrompts, store: Store, tmp_path: Path) -> None:
    async with Voice() as voice:
        files = Prompts(tmp_path / "prompts", voice, stored=named.sound)
        looked = DialplanPrompts(named, Hotlines(store), files)
        await looked.look()
        chinese, english = (files.folder / language / "fallback_welcome.wav" for language in ("zh_CN", "en"))
        before = chinese.stat().st_size
        assert english.exists()
        assert not (files.folder / "zh_CN" / "welcome.wav").exists(), "flows say this one, by its own file"
        shutil.rmtree(files.folder)
        await looked.look()
        assert chinese.stat().st_size == pytest.approx(before, rel=0.01), "spoken again"
        await named.write("fallback_welcome", "zh", "马上为您转接,请稍候。", by="3001")
        await looked.look()
        assert chinese.stat().st_size > 1.3 * before
        assert looked.warnings == []


async def test_what_keeps_them_from_being_there_is_told_once_until_it_is_mended(
    named: NamedPrompts, store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "prompts").write_text("in the way")
    async with Voice() as voice:
        looked = DialplanPrompts(named, Hotlines(store), Prompts(tmp_path / "prompts", voice))
        await looked.look()
        await looked.look()
        assert len(looked.warnings) == 2
        assert all("fallback_welcome" in one for one in looked.warnings)
        assert caplog.text.count("Asterisk has no prompt") == 2
        (tmp_path / "prompts").unlink()
        await looked.look()
        assert looked.warnings == []


async def test_a_voice_that_fails_is_among_the_warnings(named: NamedPrompts, store: Store, tmp_path: Path) -> None:
    async with Voice() as voice:
        files = Prompts(tmp_path / "prompts", voice, speaker=Speaker(Engine("none", refuses), Decoder()))
        looked = DialplanPrompts(named, Hotlines(store), files)
        await looked.look()
        assert looked.warnings == ["the bundled voice speaks: out of order"]
        assert (files.folder / "en" / "fallback_welcome.wav").exists()


async def test_each_hotlines_week_is_there_and_follows_its_plan(named: NamedPrompts, store: Store, tmp_path: Path) -> None:
    hotlines = Hotlines(store)
    async with store.transaction() as session:
        session.add(QueueRow(name="orders", zh="订货", en="Orders", strategy="rrmemory"))
        await session.flush()
        session.add(HotlineRow(number="8000000001", zh="订货", en="Orders", language="zh_CN", flow="orders", queue="orders"))
    await hotlines.set_plan("8000000001", ALWAYS)
    async with Voice() as voice:
        files = Prompts(tmp_path / "prompts", voice)
        looked = DialplanPrompts(named, hotlines, files)
        await looked.look()
        told = files.folder / "zh_CN" / "hours_8000000001.wav"
        always = told.stat().st_size
        await hotlines.set_plan("8000000001", WeeklyPlan.of([(day, 8 * 60 + 30, 17 * 60 + 30) for day in range(5)]))
        await looked.look()
        assert told.stat().st_size > 1.3 * always
        assert looked.warnings == []
