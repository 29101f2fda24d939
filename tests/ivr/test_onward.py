"""What a menu's keys lead to, as far as Asterisk may ask it by itself."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from callcenter.ivr.language.load import load
from callcenter.ivr.walking.commands import Words
from callcenter.ivr.walking.moves.at import Caller
from callcenter.ivr.walking.onward import onward
from callcenter.ivr.walking.place import Place, decode
from callcenter.telephony.ahead import Ahead

FLOW = """
name: choice
languages: [zh, en]
start: first
person: person
steps:
  first: {do: menu, prompt: {zh: 一。, en: First.}, choices: {1: second, 2: english, 3: whole, 4: code, 5: greeted}, otherwise: bye}
  second: {do: menu, prompt: {zh: 二。, en: Second.}, choices: {1: first}, timeout_s: 7, otherwise: bye}
  english: {do: language, language: en, next: second}
  whole: {do: menu, prompt: {zh: 三。, en: Third.}, choices: {1: first}, interrupt: false, otherwise: bye}
  code: {do: ask, prompt: {zh: 号码。, en: The number.}, into: code, most: 6, next: bye, otherwise: bye}
  greeted: {do: menu, prompt: {zh: "{name}，您好。", en: "{name}."}, choices: {1: first}, otherwise: bye}
  person: {do: queue, queue: orders, answered: bye, timeout: bye, nobody: bye}
  bye: {do: end}
"""


def ready(words: Words, language: str) -> Path | None:
    """Whatever is known before any caller is there."""
    return Path(f"/p/{language}/{len(words.text)}") if words.fixed else None


def test_questions_whose_sound_is_there_are_known_beforehand() -> None:
    flow = load(dedent(FLOW), "choice.yaml").flow
    assert flow is not None
    place = Place(flow.name, flow.version, "first", "zh")
    found = onward(flow, place, Caller("王", ""), ready)
    assert found.keys() == {"1", "4"}
    second, code = found["1"], found["4"]
    assert (second.files, second.most, second.timeout_s) == (("/p/zh/2",), 1, 7)
    assert (code.files, code.most) == (("/p/zh/3",), 6)
    assert decode(second.place) is not None
    assert "second" in second.place


def test_only_a_menu_knows_what_comes_next() -> None:
    flow = load(dedent(FLOW), "choice.yaml").flow
    assert flow is not None
    assert onward(flow, Place(flow.name, flow.version, "code", "zh"), Caller(), ready) == dict[str, Ahead]()
