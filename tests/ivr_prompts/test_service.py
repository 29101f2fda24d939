"""Prompts in the store: what they say, what they said, and that nobody's change is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from callcenter.audit.service import verify
from callcenter.audit.tables import AuditRow
from callcenter.ivr.language.known import NamedPrompt
from callcenter.ivr.named.service import AlreadyThere, Imported, NamedPrompts, NoSuchPrompt, Overtaken
from callcenter.ivr.sounds.decoder import Sound, sound_of
from callcenter.ivr.sounds.sound import as_wav, for_telephone
from callcenter.store.engine import Store
from tests.ivr_prompts.sounds import tone

TEXTS = {"zh": "您好,欢迎致电。", "en": "Welcome."}


@pytest.fixture
def prompts(store: Store) -> NamedPrompts:
    return NamedPrompts(store)


def beep(pitch: int = 440) -> Sound:
    return sound_of(as_wav(for_telephone(tone(0.5, pitch, rate=8000))))


async def test_a_prompt_says_what_was_written_last(prompts: NamedPrompts) -> None:
    await prompts.add("welcome", "开场白", TEXTS, by="3001")
    await prompts.write("welcome", "zh", "您好!", by="3002")
    kept = await prompts.one("welcome")
    assert (kept.title, {language: said.text for language, said in kept.said.items()}) == ("开场白", {"zh": "您好!", "en": "Welcome."})
    assert (kept.said["zh"].by, kept.said["zh"].source, kept.said["zh"].sound) == ("3002", "spoken", None)
    assert [one.name for one in await prompts.all()] == ["welcome"]
    assert await prompts.named() == {"welcome": NamedPrompt({"zh": "您好!", "en": "Welcome."})}


async def test_a_sound_is_played_instead_until_the_voice_speaks_again(prompts: NamedPrompts) -> None:
    await prompts.add("welcome", "", TEXTS, by="3001")
    sound = beep()
    said = await prompts.write("welcome", "zh", "您好!", sound=sound, source="recorded", by="3001")
    assert (said.sound, said.ms, said.source) == (sound.sha, sound.ms, "recorded")
    assert (await prompts.named())["welcome"] == NamedPrompt({"zh": "您好!", "en": "Welcome."}, {"zh": sound.sha})
    assert await prompts.sound(sound.sha) == sound.wav
    corrected = await prompts.write("welcome", "zh", "您好!您好!", sound=sound.sha, by="3002")
    assert (corrected.sound, corrected.source) == (sound.sha, "recorded"), "the text was corrected, the recording stays"
    await prompts.write("welcome", "zh", "您好!", by="3001")
    assert (await prompts.named())["welcome"].sounds == {}
    assert await prompts.sound("0" * 64) is None


async def test_earlier_ones_are_kept_and_put_back(prompts: NamedPrompts) -> None:
    await prompts.add("welcome", "", TEXTS, by="3001")
    first = (await prompts.one("welcome")).said["zh"]
    sound = beep()
    await prompts.write("welcome", "zh", "二", sound=sound, file="二.mp3", by="3001")
    second = (await prompts.one("welcome")).said["zh"]
    await prompts.put_back("welcome", first.id, by="3002")
    assert (await prompts.one("welcome")).said["zh"].text == first.text
    back = await prompts.put_back("welcome", second.id, by="3002")
    assert (back.text, back.sound, back.file, back.by) == ("二", sound.sha, "二.mp3", "3002")
    assert [one.text for one in await prompts.versions("welcome") if one.language == "zh"] == ["二", TEXTS["zh"], "二", TEXTS["zh"]]
    await prompts.add("other", "", TEXTS, by="3001")
    with pytest.raises(NoSuchPrompt):
        await prompts.put_back("other", first.id, by="3001")


async def test_what_is_the_same_makes_no_version(prompts: NamedPrompts) -> None:
    await prompts.add("welcome", "", TEXTS, by="3001")
    await prompts.write("welcome", "zh", TEXTS["zh"], by="3002")
    assert len(await prompts.versions("welcome")) == 2


async def test_of_two_who_write_the_second_is_told(prompts: NamedPrompts) -> None:
    await prompts.add("welcome", "", {"zh": "一"}, by="3001")
    read = (await prompts.one("welcome")).said["zh"].id
    await prompts.write("welcome", "zh", "二", after=read, by="3001")
    with pytest.raises(Overtaken) as overtaken:
        await prompts.write("welcome", "zh", "三", after=read, by="3002")
    assert (overtaken.value.said.text, overtaken.value.said.by) == ("二", "3001")
    assert (await prompts.one("welcome")).said["zh"].text == "二"
    await prompts.write("welcome", "en", "One", after=0, by="3001")
    with pytest.raises(Overtaken):
        await prompts.write("welcome", "en", "Two", after=0, by="3002")


async def test_names_are_given_once_and_missing_ones_say_so(prompts: NamedPrompts) -> None:
    await prompts.add("welcome", "", TEXTS, by="3001")
    with pytest.raises(AlreadyThere):
        await prompts.add("welcome", "", TEXTS, by="3001")
    with pytest.raises(NoSuchPrompt):
        await prompts.one("goodbye")
    with pytest.raises(NoSuchPrompt):
        await prompts.write("goodbye", "zh", "再见", by="3001")


async def test_a_removed_prompt_leaves_its_sound_to_flows_that_were_published_with_it(prompts: NamedPrompts) -> None:
    await prompts.add("welcome", "", TEXTS, by="3001")
    sound = beep()
    await prompts.write("welcome", "zh", "您好!", sound=sound, by="3001")
    await prompts.remove("welcome", by="3001")
    assert (await prompts.all(), await prompts.versions("welcome")) == ([], [])
    assert await prompts.sound(sound.sha) == sound.wav
    await prompts.add("fallback_welcome", "", TEXTS, by="3001")
    with pytest.raises(NoSuchPrompt):
        await prompts.remove("fallback_welcome", by="3001")


async def test_a_file_is_imported_once_and_again_when_asked(prompts: NamedPrompts) -> None:
    file = {"welcome": TEXTS, "goodbye": {"zh": "再见", "en": "Goodbye"}}
    assert await prompts.import_new(file, by="import") == Imported(("welcome", "goodbye"), (), ())
    await prompts.write("welcome", "zh", "我们自己的", by="3001")
    await prompts.remove("goodbye", by="3001")
    assert await prompts.import_new(file, by="import") == Imported((), (), ()), "what was changed or removed here stays so"
    newer = {**file, "welcome": {"zh": "新版", "en": "Welcome."}, "night": {"zh": "夜间"}}
    assert await prompts.differing(newer) == ["welcome", "night"]
    assert await prompts.import_new(newer, by="import") == Imported(("night",), (), ())
    assert await prompts.import_all(newer, by="import") == Imported(("goodbye",), ("welcome",), ("night",))
    assert (await prompts.one("welcome")).said["zh"].text == "新版"
    assert await prompts.differing(newer) == []


async def test_each_change_stands_in_the_audit_trail(prompts: NamedPrompts, store: Store) -> None:
    await prompts.add("welcome", "", TEXTS, by="3001")
    first = (await prompts.one("welcome")).said["zh"]
    await prompts.entitle("welcome", "开场白", by="3001")
    await prompts.write("welcome", "zh", "您好!", sound=beep(), by="3002")
    await prompts.put_back("welcome", first.id, by="3001")
    await prompts.remove("welcome", by="3001")
    async with store.transaction() as session:
        lines = [(row.who, row.act) for row in await session.scalars(select(AuditRow).order_by(AuditRow.seq))]
    acts = ("prompt_added", "prompt_entitled", "prompt_changed", "prompt_put_back", "prompt_removed")
    assert lines == list(zip(("3001", "3001", "3002", "3001", "3001"), acts, strict=True))
    assert await verify(store) is None
