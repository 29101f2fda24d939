"""A flow's commands on a line: what Asterisk is asked to do. The far end of the link is played by the test."""

from __future__ import annotations

import logging
import wave
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from callcenter.floor import events as ev
from callcenter.ivr.language.action import Answer, Asked
from callcenter.ivr.language.load import load
from callcenter.ivr.language.steps import together
from callcenter.ivr.running.run import run
from callcenter.ivr.running.services import Services
from callcenter.ivr.sounds.prompts import Prompts
from callcenter.ivr.sounds.speech import Voice
from callcenter.ivr.walking.answered import Candidate, Emergency, Looked, Reached
from callcenter.ivr.walking.hotline_flows import Flows, HotlineFlow
from callcenter.ivr.walking.place import Place
from callcenter.telephony.actions import Action
from callcenter.telephony.line import Line
from callcenter.telephony.wire import Message
from tests.ivr.others import other_rooms

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
    """Answers every command at once; presses "1" while the first prompt is played, and then 123. `variables` as the channel has them."""

    def __init__(self, **variables: str) -> None:
        self.line: Line
        self.asked: list[str] = []
        self.commands: list[str] = []
        self.set: list[tuple[str, str]] = []
        self.hung_up = False
        self.records = True
        self.variables = {f"CC_{name}": value for name, value in variables.items()}

    async def act(self, action: Action, deadline_s: float = 5.0, behind: Action | None = None) -> list[Message]:
        given = dict(action.headers)
        if action.name == "Getvar":
            value = "OK" if given["Variable"] == "READSTATUS" else self.variables.get(given["Variable"], "")
            return [Message({"value": value}, {}, torn=False)]
        if action.name == "AGI":
            command = given["Command"]
            self.asked.append(command.partition(" ")[2].partition(" ")[0])
            self.commands += [] if command.startswith("EXEC") else [command]
            if len(self.asked) == 1:
                self.line.pressed("1")
            if "Read" in command:
                for key in "123":
                    self.line.pressed(key)
            if "Record" in command:
                if self.records:
                    record(Path(command.partition('"')[2].partition(".wav")[0] + ".wav"))
                self.line.ended()
            self.line.answered(given["CommandID"], quote("200 result=0\n"))
        if action.name == "Hangup":
            self.hung_up = True
            self.line.ended()
        return [Message({"response": "Success"}, {}, torn=False)]

    def tell(self, action: Action) -> None:
        given = dict(action.headers)
        self.set.append((given["Variable"], given["Value"]))


def record(file: Path) -> None:
    """Three seconds of somebody speaking."""
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(b"\x00\x40" * 24_000)


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    async with Voice() as voice:
        yield other_rooms(Prompts(tmp_path / "prompts", voice), tmp_path)


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


OTHERS = """\
name: others
languages: [zh, en]
start: who
person: person
steps:
  who: {do: lookup, known: order, unknown: order}
  order: {do: do, action: order_status, with: {order: "{number}"}, results: {found: ring, failed: ring}}
  ring: {do: transfer, number: "02112345678", timeout_s: 20, answered: there, no_answer: agent}
  agent: {do: transfer, agent: "2001", no_answer: there}
  there: {do: go_to, flow: more}
  person: {do: queue, queue: orders, answered: there, timeout: there, nobody: there}
"""
MORE = """\
name: more
languages: [zh, en]
start: hours
steps:
  hours: {do: hours, open: bye, closed: bye, emergency: storm}
  storm: {do: say, prompt: {zh: 台风, en: Storm}, next: bye}
  bye: {do: end, outcome: self_served}
"""


def both() -> Flows:
    read = [load(source, "f.yaml").flow for source in (OTHERS, MORE)]
    return Flows(together(flow for flow in read if flow is not None), {"800": HotlineFlow("others", "zh_CN", "orders")})


def line_of(far: Asterisk, place: str | None = None) -> Line:
    far.line = Line(far, "1.1", "1.1", "800", "13800000001", "zh_CN", place, (str(one) for one in count()))
    return far.line


def steps(told: list[ev.Event]) -> list[tuple[str, str]]:
    return [(event.step, event.result) for event in told if isinstance(event, ev.StepLeft)]


async def test_what_others_answer_decides_the_way_and_goes_with_the_call(services: Services) -> None:
    asked: list[tuple[str, Asked]] = []

    async def lookup(kind: str, value: str, call: str) -> Looked:
        assert (kind, value, call) == ("number", "13800000001", "1.1")
        return Looked("known", 7, "张记")

    async def do(action: str, asking: Asked) -> Answer:
        asked.append((action, asking))
        return Answer("found", {"state": "已发货"})

    async def reach(agent: str) -> Reached:
        assert agent == "2001"
        return Reached(why="busy")

    async def storm(_hotline: str) -> Emergency:
        return Emergency({"zh": "今日有台风", "en": "A storm"}, closed=True)

    given = replace(services, lookup=lookup, do=do, reach=reach, emergency=storm, may_dial=lambda number: number == "02112345678")
    far, told = Asterisk(PUT_THROUGH="NOANSWER-19"), list[ev.Event]()
    await run(line_of(far), both(), given, told.append, lambda: 0)
    ((action, asking),) = asked
    assert (action, asking.customer, asking.inputs, asking.key) == ("order_status", 7, {"order": "13800000001"}, "1.1/order/2")
    assert steps(told) == [
        ("who", "known"),
        ("order", "found"),
        ("ring", "no_answer"),
        ("agent", "busy"),
        ("there", "more"),
        ("hours", "emergency"),
        ("storm", "done"),
        ("bye", "done"),
    ]
    assert far.commands == ["GOSUB cc-put-through outside 1 02112345678,20"]
    assert [event.flow for event in told if isinstance(event, ev.StepEntered)][-3:] == ["more"] * 3
    assert told[-1] == ev.FlowDone(0, "1.1", "self_served")
    assert far.asked == ["Playback", "cc-put-through", "Background"]


async def test_one_of_several_says_by_a_key_for_whom_he_calls(services: Services) -> None:
    async def lookup(kind: str, value: str, call: str) -> Looked:
        return Looked("several")

    async def candidates(call: str) -> list[Candidate]:
        return [Candidate(7, "张记"), Candidate(9, "李记")]

    async def choose(call: str, customer: int) -> Looked:
        assert (call, customer) == ("1.1", 7)
        return Looked("known", 7, "张记")

    asks = OTHERS.replace("{do: lookup,", "{do: lookup, which: {zh: 请选择, en: Choose},")
    read = [load(source, "f.yaml").flow for source in (asks, MORE)]
    flows = Flows(together(flow for flow in read if flow is not None), {"800": HotlineFlow("others", "zh_CN", "orders")})
    far, told = Asterisk(), list[ev.Event]()
    given = replace(services, lookup=lookup, candidates=candidates, choose=choose)
    await run(line_of(far), flows, given, told.append, lambda: 0)
    assert steps(told)[0] == ("who", "chosen")
    assert far.asked[0] == "Read"


async def test_a_number_that_may_not_be_dialled_is_refused(services: Services, caplog: pytest.LogCaptureFixture) -> None:
    far, told = Asterisk(), list[ev.Event]()
    await run(line_of(far), both(), services, told.append, lambda: 0)
    assert ("ring", "refused") in steps(told)
    assert ("agent", "no_answer") in steps(told)
    assert "a transfer to 02112345678 is not allowed" in caplog.text
    assert far.commands == []


async def test_who_talked_with_the_agent_when_we_went_is_not_rung_again(services: Services) -> None:
    here = both().of("800")
    place = Place("others", here.version, "agent", "zh", "in", 4).encode()
    far, told = Asterisk(QUEUED=place, PUT_THROUGH="ANSWER-16"), list[ev.Event]()
    await run(line_of(far, place), both(), services, told.append, lambda: 0)
    assert far.commands == ["NOOP"]
    assert told[-1] == ev.FlowDone(0, "1.1", "")


@pytest.mark.parametrize("kind", ["blacklisted", "nuisance", "silent"])
async def test_for_whom_no_flow_is_hears_why_and_is_let_go(services: Services, kind: str) -> None:
    async def treatment(hotline: str, number: str) -> str:
        assert (hotline, number) == ("800", "13800000001")
        return kind

    far, told = Asterisk(), list[ev.Event]()
    await run(line_of(far), both(), replace(services, treatment=treatment), told.append, lambda: 0)
    assert told == [ev.FlowDone(0, "1.1", kind)]
    assert far.asked == ["Playback"]
    assert far.hung_up


async def test_a_store_that_is_away_keeps_nobody_from_his_flow(services: Services) -> None:
    async def away(*_asked: object) -> Any:
        raise OSError("no store")

    async def nobody(kind: str, value: str, call: str) -> Looked:
        raise OSError(f"no store to tell whose {kind} {value} is, of call {call}")

    given = replace(services, lookup=nobody, emergency=away, treatment=away, opening=away, caller=away)
    far, told = Asterisk(), list[ev.Event]()
    await run(line_of(far), both(), given, told.append, lambda: 0)
    assert steps(told)[0] == ("who", "unknown")
    assert steps(told)[-2:] == [("hours", "open"), ("bye", "done")]


SPEAKING = """\
name: notice
languages: [zh]
start: message
steps:
  message: {do: message, prompt: {zh: 请留言}, queue: orders, thanks: {zh: 已收到}, next: bye}
  bye: {do: end}
"""


async def test_a_message_that_ends_with_the_call_is_owed_an_answer(services: Services) -> None:
    flow, owed, told, far = load(SPEAKING, "f.yaml").flow, list[dict[str, object]](), list[ev.Event](), Asterisk()
    assert flow is not None

    async def keep(**effect: object) -> None:
        owed.append(effect)

    flows = Flows({"notice": flow}, {"800": HotlineFlow("notice", "zh_CN", "orders")})
    await run(line_of(far), flows, replace(services, promise_callback=keep), told.append, lambda: 0)
    assert [(one["kind"], one["key"], one["recording"]) for one in owed] == [("voicemail", "1.1/message/1", "message-1.1-message-1.wav")]
    assert told[-2:] == [ev.FlowDone(0, "1.1", "voicemail"), ev.StepLeft(0, "1.1", "message", "hung_up")]


async def test_who_is_gone_before_it_is_recorded_has_left_no_message(services: Services) -> None:
    flow, told, far = load(SPEAKING, "f.yaml").flow, list[ev.Event](), Asterisk()
    assert flow is not None
    far.records = False

    async def keep(**effect: object) -> None:
        raise AssertionError(f"owed {effect}")

    flows = Flows({"notice": flow}, {"800": HotlineFlow("notice", "zh_CN", "orders")})
    await run(line_of(far), flows, replace(services, promise_callback=keep), told.append, lambda: 0)
    assert steps(told) == [("message", "nothing")]
    assert [one.outcome for one in told if isinstance(one, ev.FlowDone)] == [""]


async def test_who_ends_his_message_by_hanging_up_enters_no_step_more(services: Services) -> None:
    """Nothing is told of a call that is over but what came of the message."""
    flow, told, far = load(SPEAKING.replace("thanks: {zh: 已收到}, ", ""), "f.yaml").flow, list[ev.Event](), Asterisk()
    assert flow is not None
    flows = Flows({"notice": flow}, {"800": HotlineFlow("notice", "zh_CN", "orders")})
    await run(line_of(far), flows, services, told.append, lambda: 0)
    assert [type(one) for one in told if isinstance(one, ev.StepEntered | ev.StepLeft)] == [ev.StepEntered, ev.StepLeft]
    assert steps(told) == [("message", "done")]
    assert ev.FlowDone(0, "1.1", "voicemail") in told


CHOICE = """\
name: choice
languages: [zh, en]
start: menu
person: person
steps:
  menu: {do: menu, prompt: {zh: 按1, en: Press 1}, choices: {1: english}, otherwise: person}
  english: {do: language, language: en, next: last}
  last: {do: menu, prompt: {zh: 按2, en: Press 2}, choices: {2: bye}, otherwise: person}
  person: {do: queue, queue: orders, answered: bye, timeout: bye, nobody: bye}
  bye: {do: end}
"""


class Fumbling(Asterisk):
    """Presses these keys, one each time he is asked ('' for none), and then hangs up."""

    def __init__(self, *keys: str) -> None:
        super().__init__()
        self.keys = list(keys)

    async def act(self, action: Action, deadline_s: float = 5.0, behind: Action | None = None) -> list[Message]:
        given = dict(action.headers)
        if action.name == "AGI" and "Read" in given["Command"]:
            if not self.keys:
                self.line.ended()
            elif key := self.keys.pop(0):
                self.line.pressed(key)
            self.line.answered(given["CommandID"], quote("200 result=0\n"))
            return [Message({"response": "Success"}, {}, torn=False)]
        return await super().act(action, deadline_s, behind)


async def test_every_step_is_told_with_its_language_and_the_keys_that_meant_nothing(services: Services) -> None:
    flow = load(CHOICE, "choice.yaml").flow
    assert flow is not None
    flows = Flows({"choice": flow}, {"800": HotlineFlow("choice", "zh_CN", "orders")})
    far, told = Fumbling("7", "8", "1", "9"), list[ev.Event]()
    await run(line_of(far), flows, services, told.append, lambda: 0)
    entered = [(event.step, event.kind, event.language) for event in told if isinstance(event, ev.StepEntered)]
    assert entered == [("menu", "menu", "zh"), ("english", "language", "en"), ("last", "menu", "en")]
    left = [(event.step, event.result) for event in told if isinstance(event, ev.StepLeft)]
    assert left == [("menu", "1"), ("english", "en"), ("last", "hung_up")]
    assert tried(told) == [("menu", "7"), ("menu", "8"), ("last", "9")]


async def test_the_last_try_is_one_that_meant_nothing_too(services: Services) -> None:
    flow = load(CHOICE, "choice.yaml").flow
    assert flow is not None
    flows = Flows({"choice": flow}, {"800": HotlineFlow("choice", "zh_CN", "orders")})
    far, told = Fumbling("7", "8", "9"), list[ev.Event]()
    await run(line_of(far), flows, services, told.append, lambda: 0)
    assert tried(told) == [("menu", "7"), ("menu", "8"), ("menu", "9")]
    [menu, *_] = [event for event in told if isinstance(event, ev.StepLeft)]
    assert (menu.step, menu.result) == ("menu", "invalid")


def tried(told: Sequence[ev.Event]) -> list[tuple[str, str]]:
    return [(event.step, event.keys) for event in told if isinstance(event, ev.StepTried)]
