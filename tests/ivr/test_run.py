"""A flow's commands on a line: what Asterisk is asked to do. The far end of the link is played by the test."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest

from callcenter.floor import events as ev
from callcenter.ivr.load import load
from callcenter.ivr.prompts import Prompts
from callcenter.ivr.run import run
from callcenter.ivr.services import Recognised, Services
from callcenter.ivr.speech import Voice
from callcenter.ivr.versions import Flows, HotlineFlow
from callcenter.telephony.actions import Action
from callcenter.telephony.line import Line
from callcenter.telephony.wire import Message

FLOW = """\
name: notice
languages: [zh, en]
start: english
person: person
steps:
  english: {do: language, language: en, next: notice}
  notice: {do: say, interrupt: no, prompt: {zh: 录音, en: This call is recorded}, next: menu}
  menu:
    do: menu
    interrupt: no
    prompt: {zh: "按1", en: Press 1}
    choices: {1: code}
    otherwise: bye
  code: {do: ask, prompt: {zh: 输入, en: Your code}, into: code, most: 3, next: again, otherwise: bye}
  again: {do: say, prompt: {zh: "{code:date}", en: "You said {code:date}"}, next: twice}
  twice: {do: say, prompt: {zh: "{code:date}", en: "Again {code:date}"}, next: bye}
  person: {do: queue, queue: orders, answered: bye, timeout: bye, nobody: bye}
  bye: {do: end}
"""


class Asterisk:
    """Answers every command at once; presses "1" while the first prompt is played, and then 123."""

    def __init__(self) -> None:
        self.line: Line
        self.asked: list[str] = []
        self.set: list[tuple[str, str]] = []

    async def act(self, action: Action, deadline_s: float = 5.0, behind: Action | None = None) -> list[Message]:
        given = dict(action.headers)
        if action.name == "Getvar":
            return [Message({"value": "OK" if given["Variable"] == "READSTATUS" else ""}, {}, torn=False)]
        if action.name == "AGI":
            command = given["Command"]
            self.asked.append(command.split(" ")[1])
            if len(self.asked) == 1:
                self.line.pressed("1")
            if "Read" in command:
                for key in "123":
                    self.line.pressed(key)
            self.line.answered(given["CommandID"], quote("200 result=0\n"))
        if action.name == "Hangup":
            self.line.ended()
        return [Message({"response": "Success"}, {}, torn=False)]

    def tell(self, action: Action) -> None:
        given = dict(action.headers)
        self.set.append((given["Variable"], given["Value"]))


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    async def yes(_of: str) -> bool:
        return True

    async def opened(_hotline: str) -> str:
        return "open"

    async def known(_call: str) -> Recognised:
        return Recognised()

    async def nothing(**_effect: object) -> None:
        return None

    async with Voice() as voice:
        yield Services(
            on_duty=yes,
            opening=opened,
            caller=known,
            promise_callback=nothing,
            survey=nothing,
            prompts=Prompts(tmp_path / "prompts", voice),
            recordings=tmp_path,
            zone=ZoneInfo("UTC"),
        )


async def test_what_must_be_heard_is_played_whole_and_what_was_pressed_counts(services: Services, caplog: pytest.LogCaptureFixture) -> None:
    flow = load(FLOW, "notice.yaml").flow
    assert flow is not None
    flows = Flows({"notice": flow}, {"800": HotlineFlow("notice", "zh_CN", "orders")})
    far, told = Asterisk(), list[ev.Event]()
    far.line = Line(far, "1.1", "1.1", "800", "138", "zh_CN", None, (str(one) for one in count()))
    with caplog.at_level(logging.WARNING):
        await run(far.line, flows, services, told.append, lambda: 0)
    assert far.asked == ["Playback", "Playback", "Read", "Background", "Background"]
    left = [(event.step, event.result) for event in told if isinstance(event, ev.StepLeft)]
    assert left[:4] == [("english", "en"), ("notice", "done"), ("menu", "1"), ("code", "123")]
    assert ("CHANNEL(language)", "en") in far.set
    assert ("CC_LANGUAGE", "en") in far.set
    assert caplog.text.count("{code:date} is spoken digit by digit") == 1
