"""What is wrong with a flow is said in the reader's language."""

from __future__ import annotations

import re

import pytest

from callcenter.ivr.language.finding import Finding
from callcenter.ivr.language.findings_zh import for_reader, in_chinese
from callcenter.ivr.language.known import Known
from callcenter.ivr.published.around import Around
from callcenter.ivr.published.publishing import judge
from tests.ivr_versions.flows import WALKS, flow

CHINESE = re.compile(r"[\u4e00-\u9fff]")
MENU = """\
name: orders
languages: [zh, zh]
start: hello
extra: 1
steps:
  hello: {do: menu, prompt: {zh: "请按 1"}, choices: {0: bye, x: bye, 2: bye}, tries: 99, otherwise: hello}
  ask: {do: ask, prompt: {zh: "{nobody}"}, into: name, most: 2, next: bye}
  again: {do: say, prompt: nothing, next: byee}
  again: {do: jump}
  bye: {do: end, outcome: maybe}
"""
AROUND = Around({}, Known(queues=frozenset({"orders"}), prompts={}, actions={}))


def findings(text: str, walks: str = "") -> list[Finding]:
    return list(judge("orders", text, walks, AROUND, {}).findings)


@pytest.mark.parametrize(
    ("text", "walks"),
    [
        (MENU, ""),
        (flow(then="nowhere"), ""),
        (flow(queue="order"), ""),
        (flow(then="bye"), ""),
        (flow(name="other"), ""),
        (flow().replace("next: person", "next: hello"), ""),
        (flow(), WALKS.replace("hello, person, bye", "hello, bye")),
        (flow(), WALKS.replace("[answered]", "[answered, timeout]")),
        (flow(), WALKS.replace("[answered]", "[]")),
        (flow(), WALKS.replace("flow: orders", "flow: other")),
        (flow().replace("next: person", "next: who") + "  who: {do: lookup, known: person, unknown: person}\n", ""),
        (flow().replace("next: person", "next: who") + "  who: {do: lookup, by: no, which: {zh: 您是}, known: bye, unknown: bye}\n", ""),
        (
            flow().replace("next: person", "next: no")
            + "  no: {do: ask, prompt: {zh: 号码}, into: no, most: 4, next: person, otherwise: gone}\n"
            "  gone: {do: end, outcome: silent}\n",
            "",
        ),
        ("a: [", ""),
        ("", ""),
        ("a: &b c", ""),
        ("a: !b c", ""),
    ],
)
def test_every_finding_has_chinese_words(text: str, walks: str) -> None:
    found = findings(text, walks)
    assert found
    for one in found:
        assert CHINESE.search(in_chinese(one.what)), one.what


def test_it_names_what_it_is_about() -> None:
    said = {one.line: one.what for one in for_reader(findings(flow(queue="order")), "zh_CN")}
    assert said[9] == "步骤 'person'：没有队列 'order'；是否想写 'orders'？"
    [wrong] = for_reader(findings(flow(), WALKS.replace("hello, person, bye", "hello, bye")), "zh_CN")
    assert wrong.what == "a person：应走 hello bye，实际走了 hello person bye"


def test_what_there_is_and_what_a_key_belongs_to_is_said_in_chinese() -> None:
    assert (
        in_chinese("step 'bye': nothing fills {nobody}; the known ones are name, number")
        == "步骤 'bye'：没有步骤会取得 {nobody}；现有：name, number"
    )
    cut = "a prompt has no '请稍候'; expected zh, en; a text with a comma in it stands in quotes"
    assert in_chinese(cut) == "提示音 没有 '请稍候' 这一项；可用的有：zh, en；含逗号的文字请加引号"


def test_the_english_reader_reads_english_and_what_has_no_words_stays() -> None:
    found = findings(flow(queue="order"))
    assert list(for_reader(found, "en")) == found
    assert in_chinese("something new: and more") == "something new: and more"
