"""Prompts on the real Asterisk: callers hear what was uploaded once it is published, and nothing is lost with the files."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from callcenter.ivr.sounds.prompts import Prompts, wav
from callcenter.ivr.sounds.sound import BEFORE
from callcenter.ivr.sounds.speech import Voice
from callcenter.ivr.walking.commands import Words
from callcenter.settings import CHECKOUT
from tests.live.centre import Centre, until
from tests.live.person import signed_in
from tests.live.sound import samples
from tests.live.steps.ear import WINDOW, Book, calling

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]

HOTLINE = "8000000001"
WELCOME, MENU, NOTICE, BYE = "欢迎您致电测试热线。", "主菜单,请选择业务。", "春节期间配送时间有所调整,请您留意。", "再见,祝您生意兴隆。"
RECORDED = "This is what somebody has recorded for the hotline."

FLOW = f"""\
name: orders
languages: [zh, en]
start: welcome
person: person
steps:
  welcome: {{do: say, prompt: welcome, next: menu}}
  menu: {{do: menu, prompt: {{zh: "{MENU}", en: Menu}}, choices: {{"1": notice, "2": welcome}}, timeout_s: 20, otherwise: bye}}
  notice: {{do: say, prompt: notice, next: bye}}
  bye: {{do: end, prompt: {{zh: "{BYE}", en: Bye}}}}
  person: {{do: queue, queue: orders, answered: bye, timeout: message, nobody: message}}
  message: {{do: message, prompt: leave_a_message, queue: orders, next: bye}}
"""


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[Centre]:
    flows = tmp_path / "flows"
    flows.mkdir()
    for name in ("complaints", "english", "licence"):
        shutil.copyfile(CHECKOUT / f"ivr_flows/{name}.yaml", flows / f"{name}.yaml")
    own = f'welcome: {{zh: "{WELCOME}", en: Welcome}}\nnotice: {{zh: "{NOTICE}", en: Notice}}\n'
    shipped = (CHECKOUT / "ivr_flows/prompts.yaml").read_text(encoding="utf-8")
    (flows / "prompts.yaml").write_text(shipped + own, encoding="utf-8")
    (flows / "orders.yaml").write_text(FLOW, encoding="utf-8")
    made = Centre(tmp_path, flows_dir=str(flows))
    try:
        await made.start()
        yield made
    finally:
        await made.stop()


class Heard(Book):
    """What the centre's files sound like, and what was recorded."""

    def __init__(self, prompts: Prompts, recorded: Path) -> None:
        super().__init__(prompts, (WELCOME, MENU, NOTICE, BYE))
        self.prompts = prompts
        self.recorded = recorded

    async def sound(self, text: str, language: str) -> np.ndarray:
        return samples(self.recorded)[BEFORE:][:WINDOW] if text == RECORDED else await super().sound(text, language)

    def file(self, text: str) -> Path:
        return wav(self.prompts.path(Words(text), "zh"))


@pytest.fixture
async def book(centre: Centre, tmp_path: Path) -> AsyncIterator[Heard]:
    async with Voice() as voice:
        recorded = await Prompts(tmp_path / "spoken", voice).file(Words(RECORDED), "en")
        yield Heard(Prompts(centre.folder / "prompts", voice), wav(recorded))


async def test_recorded_prompts_are_heard_when_published_and_come_back_when_deleted(centre: Centre, book: Heard, tmp_path: Path) -> None:
    async def there(file: Path) -> bool:
        return file.exists()

    async with calling(centre.sip_port, HOTLINE, "13800000001", tmp_path / "first", book) as he:
        await he.hears(WELCOME)
        await he.hears(MENU)
        shutil.rmtree(book.prompts.folder)
        await he.press("1")
        await until("the prompt made again", lambda: there(book.file(NOTICE)))
        await he.hears(NOTICE)
        await until("the next one made again", lambda: there(book.file(BYE)))
        await he.hears(BYE)
        await he.is_hung_up()

    async with signed_in(centre, "3001") as supervisor:
        page = await supervisor.get("/prompts/welcome")
        fields = {"text_zh": WELCOME, "heard_zh": "sound", "after_zh": page.split('name="after_zh" value="')[1].split('"')[0]}
        assert await supervisor.upload("/prompts/welcome/zh", "file_zh", book.recorded, **fields) == 303
        async with calling(centre.sip_port, HOTLINE, "13800000002", tmp_path / "second", book) as he:
            await until("what was published, made again", lambda: there(book.file(WELCOME)))
            await he.hears(WELCOME)
        await centre.command("flow", "publish", "orders")
        await until("the recording's file", lambda: there(book.prompts.folder / "recorded"))

    async with calling(centre.sip_port, HOTLINE, "13800000003", tmp_path / "third", book) as he:
        await he.hears(RECORDED)
        await he.hears(MENU)
        (file,) = (book.prompts.folder / "recorded").glob("*.wav")
        file.unlink()
        await he.press("2")
        await until("the recording out of the store", lambda: there(file))
        await he.hears(RECORDED)

    for language in ("zh_CN", "en"):
        file = book.prompts.folder / language / "fallback_welcome.wav"
        await until(f"{file} for the dialplan", lambda file=file: there(file), 60)  # type: ignore[misc]
    assert "is silent" not in centre.output()
