"""The prompts' pages by the front door."""

from __future__ import annotations

import re

import pytest
from aiohttp import FormData
from sqlalchemy import update

from callcenter.ivr.sounds.decoder import MOST_BYTES
from callcenter.ivr.sounds.sound import LEVEL_DB, RATE, loudness_db, samples_of
from callcenter.people.tables import UserRow
from tests.ivr_prompts.centre import TEXTS, PromptCentre, publish
from tests.ivr_prompts.sounds import encoded, quiet, tone, wav


def rows(page: str) -> list[str]:
    return re.findall(r'<a class="fw-medium" href="/prompts/([a-z_]+)"', page)


async def test_the_list_is_searched_and_narrowed(centre: PromptCentre) -> None:
    await publish(centre.store, centre.named)
    await centre.named.entitle("goodbye", "结束语", by="3001")
    await centre.write("goodbye", "zh", "再见。", heard="sound", file=wav(tone(1)))
    assert rows(await centre.get("/prompts")) == sorted(TEXTS)
    for query, found in (
        ({"q": "结束"}, ["goodbye"]),
        ({"q": "ORDER line"}, ["welcome"]),
        ({"q": "好,欢迎"}, ["welcome"]),
        ({"show": "missing"}, ["amount"]),
        ({"show": "unused"}, ["amount", "fallback_welcome"]),
        ({"show": "recorded"}, ["goodbye"]),
        ({"show": "spoken"}, sorted(TEXTS)),
        ({"show": "waiting"}, ["goodbye"]),
        ({"show": "recorded", "q": "welcome"}, []),
        ({"show": "nonsense"}, sorted(TEXTS)),
    ):
        page = await centre.get("/prompts", 200, query)
        assert rows(page) == found, query
        assert ("没有符合条件的提示音" in page) == (not found)


async def test_a_new_prompt_is_spoken_by_the_voice(centre: PromptCentre) -> None:
    typed = {"name": "night", "title": "夜间", "text_zh": "现在是夜间。", "text_en": ""}
    assert await centre.post("/prompts", **typed) == (303, "/prompts/night")
    page = await centre.get("/prompts/night")
    assert "现在是夜间。" in page
    assert page.count("缺失") == 1
    sound = samples_of(await centre.sound("/prompts/spoken", language="zh", text="现在是夜间。"))
    assert len(sound) > RATE / 2
    assert loudness_db(sound) == pytest.approx(LEVEL_DB, abs=1)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"name": "Night!", "text_zh": "夜"}, "请使用小写字母"),
        ({"name": "spoken", "text_zh": "夜"}, "该名称已被使用"),
        ({"name": "welcome", "text_zh": "夜"}, "该名称已被使用"),
        ({"name": "night"}, "请至少填写一种语言的文本"),
        ({"name": "night", "text_en": "…"}, "请输入可以播报的文字"),
        ({"name": "night", "text_zh": "夜" * 601}, "最多 600 个字"),
        ({"name": "night", "text_zh": "{amount:gold}"}, "变量写作 {name} 或 {name:kind}"),
    ],
)
async def test_what_is_wrong_with_a_new_one_stands_beside_the_field(centre: PromptCentre, typed: dict[str, str], wrong: str) -> None:
    status, page = await centre.post("/prompts", **typed)
    assert status == 422
    assert wrong in page
    assert page.count("is-invalid") == 1
    assert all(value in page for value in typed.values())
    assert len(await centre.named.all()) == len(TEXTS)


async def test_a_file_is_uploaded_listened_to_and_heard_by_callers(centre: PromptCentre) -> None:
    spoken = await centre.sound("/prompts/spoken", language="zh", text=TEXTS["welcome"]["zh"])
    file = encoded(tone(1, level=0.01), "mp3", "libmp3lame")
    assert await centre.write("welcome", "zh", "您好!", heard="sound", file=file, called="开场白.mp3") == (303, "/prompts/welcome")
    said = (await centre.named.one("welcome")).said["zh"]
    assert (said.text, said.source, said.file, said.by) == ("您好!", "uploaded", "开场白.mp3", "3001")
    heard = await centre.sound(f"/prompts/sounds/{said.sound}")
    assert loudness_db(samples_of(heard)) == pytest.approx(LEVEL_DB, abs=1)
    page = await centre.get("/prompts/welcome")
    assert f'data-play="/prompts/sounds/{said.sound}"' in page
    assert "开场白.mp3" in page
    assert heard != spoken


async def test_a_recording_stays_while_its_text_is_corrected_and_goes_when_the_voice_is_chosen(centre: PromptCentre) -> None:
    await centre.write("welcome", "zh", "您好!", heard="sound", file=wav(tone(1)), source="recorded")
    first = (await centre.named.one("welcome")).said["zh"]
    assert (first.source, first.file) == ("recorded", "")
    await centre.write("welcome", "zh", "您好!!", heard="sound")
    second = (await centre.named.one("welcome")).said["zh"]
    assert (second.text, second.sound, second.source) == ("您好!!", first.sound, "recorded")
    await centre.write("welcome", "zh", "您好!!", heard="voice")
    assert (await centre.named.one("welcome")).said["zh"].sound is None
    assert await centre.post("/prompts/welcome/back", version=str(first.id)) == (303, "/prompts/welcome")
    back = (await centre.named.one("welcome")).said["zh"]
    assert (back.text, back.sound) == ("您好!", first.sound)


WRONG_FILES = {
    "a letter": (b"dear Sirs", "无法识别这个声音文件"),
    "silence": (wav(quiet(1)), "听不到任何内容"),
    "too long": (encoded(tone(121), "flac", "flac", rate=8000), "最长两分钟"),
    "too big": (bytes(MOST_BYTES + 1), "最大 20 MB"),
}


@pytest.mark.parametrize("what", WRONG_FILES)
async def test_a_file_that_is_no_prompt_says_why_and_what_was_typed_stays(centre: PromptCentre, what: str) -> None:
    file, why = WRONG_FILES[what]
    status, page = await centre.write("welcome", "en", "Good morning!", heard="sound", file=file)
    assert status == 422
    assert why in page
    assert ">Good morning!</textarea>" in page
    assert (await centre.named.one("welcome")).said["en"].text == TEXTS["welcome"]["en"]


async def test_the_reason_is_told_in_the_users_language(centre: PromptCentre) -> None:
    async with centre.store.transaction() as session:
        await session.execute(update(UserRow).where(UserRow.number == "3001").values(language="en"))
    status, page = await centre.write("welcome", "en", "Hello", heard="sound", file=b"dear Sirs")
    assert status == 422
    assert "This is no sound that can be read" in page


async def test_a_sound_must_be_chosen_and_cannot_say_what_differs_by_caller(centre: PromptCentre) -> None:
    status, page = await centre.write("welcome", "zh", "您好!", heard="sound")
    assert (status, "请选择文件或录音" in page) == (422, True)
    status, page = await centre.write("amount", "zh", TEXTS["amount"]["zh"], heard="sound", file=wav(tone(1)))
    assert (status, "录音无法播报" in page) == (422, True)
    status, page = await centre.write("welcome", "zh", "您好!", heard="loud")
    assert status == 422


async def test_of_two_who_change_it_the_second_is_told_and_may_insist(centre: PromptCentre) -> None:
    await centre.named.write("welcome", "zh", "另一人的", by="2001")
    status, page = await centre.write("welcome", "zh", "我的", after="1")
    assert status == 422
    assert "刚刚被他人修改" in page
    assert "另一人的" in page
    assert ">我的</textarea>" in page
    now = re.search(r'name="after_zh" value="(\d+)"', page)
    assert now is not None
    assert (await centre.write("welcome", "zh", "我的", after=now[1]))[0] == 303
    assert (await centre.named.one("welcome")).said["zh"].text == "我的"


async def test_where_it_is_used_and_that_callers_still_hear_the_old_one(centre: PromptCentre) -> None:
    assert "没有流程使用此提示音" in await centre.get("/prompts/welcome")
    await publish(centre.store, centre.named)
    page = await centre.get("/prompts/welcome")
    assert "问候" in page
    assert 'href="/flows/orders"' in page
    assert "来电者听到的仍是修改前的内容" not in page
    await centre.write("welcome", "zh", "新的问候")
    assert "来电者听到的仍是修改前的内容" in await centre.get("/prompts/welcome")
    assert "改动未发布" in await centre.get("/prompts")
    await publish(centre.store, centre.named)
    assert "来电者听到的仍是修改前的内容" not in await centre.get("/prompts/welcome")


async def test_what_is_used_is_not_removed(centre: PromptCentre) -> None:
    await publish(centre.store, centre.named)
    for used in ("welcome", "fallback_welcome"):
        assert (await centre.post(f"/prompts/{used}/remove"))[0] == 409
        assert f"/prompts/{used}/remove" not in await centre.get(f"/prompts/{used}")
    assert await centre.post("/prompts/amount/remove") == (303, "/prompts")
    assert "amount" not in {prompt.name for prompt in await centre.named.all()}


async def test_what_asterisk_plays_itself_changes_at_once(centre: PromptCentre) -> None:
    file = centre.files.folder / "zh_CN" / "fallback_welcome.wav"
    await centre.write("fallback_welcome", "zh", "请稍候。")
    spoken = file.read_bytes()
    await centre.write("fallback_welcome", "zh", "请稍候。", heard="sound", file=wav(tone(1)))
    said = (await centre.named.one("fallback_welcome")).said["zh"]
    assert file.read_bytes() == await centre.named.sound(said.sound or "") != spoken
    first = (await centre.named.versions("fallback_welcome"))[1]
    await centre.post("/prompts/fallback_welcome/back", version=str(first.id))
    assert file.read_bytes() == spoken


async def test_a_slot_is_tried_with_an_example(centre: PromptCentre) -> None:
    with_slot = samples_of(await centre.sound("/prompts/spoken", language="zh", text="您的余额是{amount:money}。"))
    without = samples_of(await centre.sound("/prompts/spoken", language="zh", text="您的余额是。"))
    assert len(with_slot) > len(without) + RATE / 2


@pytest.mark.parametrize("query", [{"language": "zh"}, {"language": "fr", "text": "bonjour"}, {"language": "zh", "text": "字" * 601}])
async def test_what_cannot_be_spoken_is_no_sound(centre: PromptCentre, query: dict[str, str]) -> None:
    await centre.get("/prompts/spoken", 422, query)


async def test_pages_that_are_not_there(centre: PromptCentre) -> None:
    await centre.get("/prompts/none", 404)
    await centre.get("/prompts/sounds/" + "0" * 64, 404)
    assert (await centre.post("/prompts/none/remove"))[0] == 404
    assert (await centre.post("/prompts/welcome/back", version="99999"))[0] == 404
    async with centre.client.post("/prompts/welcome/fr", data=FormData({"text": "x"}), headers=centre.token) as answer:
        assert answer.status == 404


async def test_a_form_that_is_none_is_refused(centre: PromptCentre) -> None:
    assert (await centre.post("/prompts/welcome/zh", text_zh="x"))[0] == 400
    broken = b'--x\r\nContent-Disposition: form-data; name="text_zh"\r\n\r\n\xff\xfe\r\n--x--\r\n'
    headers = {**centre.token, "Content-Type": "multipart/form-data; boundary=x"}
    async with centre.client.post("/prompts/welcome/zh", data=broken, headers=headers) as answer:
        assert answer.status == 400
