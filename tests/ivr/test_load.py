"""Strict reading: every finding with its line, saying what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.hotlines.calendar import Span, WeeklyPlan
from callcenter.ivr.checking.check import Known, check_files, check_source
from callcenter.ivr.language.finding import errors
from callcenter.ivr.language.load import load, version_of
from callcenter.ivr.language.steps import KINDS, Ask, Hours, Menu, Prompt, Queue, Say

SMALL = """\
name: small
languages: [zh]
start: hello
person: person
steps:
  hello:
    do: say
    prompt: {zh: 您好}
    next: menu
  menu:
    do: menu
    prompt: {zh: 请按1}
    choices: {1: person}
    otherwise: person
  person:
    do: queue
    queue: orders
    answered: bye
    timeout: bye
    nobody: note
  bye:
    do: end
  note:
    do: message
    prompt: {zh: 请留言}
    queue: orders
    next: bye
"""
KNOWN = Known(frozenset({"orders"}))


def findings(source: str, known: Known = KNOWN) -> list[str]:
    loaded = check_source(source, "f.yaml", known)
    assert (loaded.flow is None) is bool(errors(loaded.findings))
    return [f"{finding.line}: {finding.what}" for finding in loaded.findings]


def test_a_good_flow_has_no_findings_and_its_steps() -> None:
    flow = check_source(SMALL, "f.yaml", KNOWN).flow
    assert flow is not None
    assert (flow.name, flow.languages, flow.start, flow.person) == ("small", ("zh",), "hello", "person")
    assert flow.steps["hello"] == Say(name="hello", line=6, prompt=Prompt({"zh": "您好"}, 8), next="menu")
    assert flow.steps["menu"] == Menu(name="menu", line=10, prompt=Prompt({"zh": "请按1"}, 12), choices={"1": "person"}, otherwise="person")
    assert flow.steps["person"] == Queue(name="person", line=15, queue="orders", answered="bye", timeout="bye", nobody="note")
    assert flow.kind("bye") == "end"


def test_the_version_follows_the_text() -> None:
    assert load(SMALL, "f").flow.version == version_of(SMALL)  # type: ignore[union-attr]
    assert version_of(SMALL) != version_of(SMALL + "\n")
    assert len(version_of(SMALL)) == 8


CASES = [
    (
        "an unknown key of the flow",
        ("name: small", "name: small\ncolour: red"),
        "2: a flow has no 'colour'; expected name, title, languages",
    ),
    ("a missing key of the flow", ("start: hello\n", ""), "1: a flow needs 'start'"),
    ("an unknown step to start with", ("start: hello", "start: helo"), "3: there is no step 'helo'; did you mean 'hello'?"),
    (
        "a bad name",
        ("name: small", "name: Small Flow"),
        "1: expected a name of small letters, digits, - and _ (at most 40), got 'Small Flow'",
    ),
    ("an unknown language", ("[zh]", "[zh, fr]"), "2: expected one of zh, en, got 'fr'"),
    ("a language twice", ("[zh]", "[zh, zh]"), "2: a language stands here twice"),
    ("a missing language", ("[zh]", "[zh, en]"), "8: a prompt needs 'en'"),
    ("a language too many", ("{zh: 您好}", "{zh: 您好, en: hi}"), "8: a prompt has no 'en'; expected zh"),
    ("an empty prompt", ("{zh: 您好}", "{zh: ''}"), "8: expected text, got nothing"),
    ("a prompt without words", ("{zh: 您好}", "{zh: '……'}"), "8: expected words that can be spoken, got '……'"),
    (
        "a prompt that is no mapping",
        ("{zh: 您好}", "您好"),
        "8: expected a prompt (texts such as {zh: 您好}, or the name of one), got '您好'",
    ),
    (
        "an unknown word",
        ("do: say", "do: shout"),
        f"7: expected one of {', '.join(KINDS)}, got 'shout'",
    ),
    ("no word", ("    do: say\n", ""), "6: step 'hello' needs 'do': one of say,"),
    (
        "an unknown key of a step",
        ("    next: menu", "    next: menu\n    nxt: menu"),
        "10: step 'hello' (say) has no 'nxt'; expected do, title, prompt, known, interrupt, next",
    ),
    ("a missing key of a step", ("    next: menu\n", ""), "7: step 'hello' (say) needs 'next'"),
    ("a title in one language", ("do: say", "do: say\n    title: {zh: 欢迎语}"), "8: a title needs 'en'"),
    (
        "a title in a third language",
        ("do: say", "do: say\n    title: {zh: 欢迎语, en: Greeting, fr: Accueil}"),
        "8: a title has no 'fr'; expected zh, en",
    ),
    (
        "a title that is no mapping",
        ("do: say", "do: say\n    title: 欢迎语"),
        "8: expected a title ({zh: 主菜单, en: Main menu}), got '欢迎语'",
    ),
    ("an empty title", ("do: say", "do: say\n    title: {zh: '', en: Greeting}"), "8: expected text, got nothing"),
    (
        "a title too long",
        ("do: say", f"do: say\n    title: {{zh: 欢迎语, en: {'x' * 41}}}"),
        "8: expected a title of at most 40 characters, got 41",
    ),
    ("an unknown target", ("next: menu", "next: menue"), "9: there is no step 'menue'; did you mean 'menu'?"),
    ("a key twice", ("    next: menu", "    next: menu\n    next: bye"), "10: 'next' stands here twice; first on line 9"),
    ("a step twice", ("  bye:", "  bye:\n    do: end\n  bye:"), "23: 'bye' stands here twice; first on line 21"),
    ("a wrong number", ("    choices:", "    tries: many\n    choices:"), "13: expected a whole number from 1 to 9, got 'many'"),
    ("a number too large", ("    choices:", "    timeout_s: 900\n    choices:"), "13: expected a whole number from 1 to 60, got '900'"),
    ("key 0 of a menu", ("{1: person}", "{0: person}"), "13: key 0 leads to a person from every menu: set the flow's 'person' instead"),
    ("a key that is none", ("{1: person}", "{12: person}"), "13: expected a key 1 to 9 or '*', got '12'"),
    ("no choice", ("{1: person}", "{}"), "13: expected at least one key"),
    ("an unknown queue", ("queue: orders", "queue: order"), "15: step 'person': there is no queue 'order'; did you mean 'orders'?"),
    ("a menu without a person", ("person: person\n", ""), "9: a flow with a menu needs 'person': the queue step that key 0 leads to"),
    ("a person that is no queue", ("person: person\n", "person: menu\n"), "10: 'person' names 'menu': expected a queue step"),
    ("an unknown exit", ("do: end", "do: end\n    outcome: gone"), "23: expected one of self_served, after_hours"),
    (
        "a slot nobody fills",
        ("{zh: 您好}", "{zh: '您好{licence}'}"),
        "8: step 'hello': nothing fills {licence}; the known ones are name, number",
    ),
    (
        "an unknown kind of a slot",
        ("{zh: 您好}", "{zh: '您好{number:fone}'}"),
        "8: expected one of number, money, digits, phone, date, time as the kind in {number:fone}, got 'fone'",
    ),
    ("a slot with no kind after its colon", ("{zh: 您好}", "{zh: '您好{number:}'}"), "8: expected one of number, money, digits, phone,"),
    ("a name of a kind", ("{zh: 您好}", "{zh: '您好{name:date}'}"), "8: the caller's name is spoken as it is: write {name} instead"),
    (
        "neither yes nor no",
        ("    next: menu", "    interrupt: never\n    next: menu"),
        "9: expected one of yes, no, true, false, got 'never'",
    ),
    (
        "a language the flow does not speak",
        ("    do: say\n    prompt: {zh: 您好}", "    do: language\n    language: en"),
        "8: expected one of zh, got 'en'",
    ),
    (
        "a menu that leaves callers alone",
        ("nobody: note", "nobody: bye"),
        "10: menu 'menu': when it is closed or nobody is on duty, no way leads to a message or a callback",
    ),
    (
        "a key that the prompt names",
        ("{zh: 请按1}", "{zh: '请按1,送货按 3,人工按0'}"),
        "12: step 'menu': the prompt (zh) names key 3, which chooses nothing; the keys are 1, 0",
    ),
    ("a step nobody reaches", ("  bye:\n", "  lost:\n    do: end\n  bye:\n"), "21: no way leads to step 'lost'"),
    ("a circle", ("otherwise: person", "otherwise: hello"), "6: a caller who presses nothing goes round and round: hello → menu → hello"),
    ("no mapping at all", (SMALL, "- 1\n- 2\n"), "1: expected a flow (name, languages, start, steps), got a list"),
    ("an empty file", (SMALL, "# nothing\n"), "1: the file is empty"),
    ("no YAML", ("start: hello", "start: [hello"), "4: not YAML:"),
    ("an alias", ("    next: menu", "    next: &x menu\n    known: *x"), "9: anchors and aliases are not used here: write it out"),
    ("a tag", ("name: small", "name: !!python/object/apply:os.system [ls]"), "1: tags (words that begin with !) are not used here"),
    ("too deep", ("name: small", f"name: {'[' * 50}{']' * 50}"), "1: nested too deeply"),
    ("a second document", ("name: small", "---\nname: small\n---\nname: small"), "4: expected one document, here begins another"),
    ("too large", ("name: small", f"name: small  # {'x' * 1_100_000}"), "1: expected a file of at most 1024 KiB"),
    ("not UTF-8", ("您好", "\ufffd"), "8: not UTF-8"),
]


@pytest.mark.parametrize(("change", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_finding_says_where_and_what_was_expected(change: tuple[str, str], expected: str) -> None:
    broken = SMALL.replace(*change)
    assert broken != SMALL
    assert [one for one in findings(broken) if one.startswith(expected)], findings(broken)


def test_all_findings_come_at_once() -> None:
    broken = SMALL.replace("next: menu", "next: nowhere").replace("queue: orders", "queue: order").replace("{1: person}", "{0: person}")
    assert [one.split(":")[0] for one in findings(broken)] == ["9", "13", "15", "23"]


def test_queues_are_not_judged_when_they_are_not_known() -> None:
    assert findings(SMALL.replace("queue: orders", "queue: order"), Known()) == []


def test_a_step_is_called_by_its_title_in_both_languages_of_the_screens() -> None:
    flow = check_source(SMALL.replace("do: say", "do: say\n    title: {zh: 欢迎语, en: Greeting}"), "f.yaml", KNOWN).flow
    assert flow is not None
    assert flow.languages == ("zh",)
    assert flow.steps["hello"].title == ("欢迎语", "Greeting")
    assert flow.steps["menu"].title is None


@pytest.mark.parametrize(("word", "interrupt"), [("no", False), ("false", False), ("yes", True), ("true", True)])
def test_keys_cut_a_prompt_or_not(word: str, interrupt: bool) -> None:
    flow = check_source(SMALL.replace("    next: menu", f"    interrupt: {word}\n    next: menu"), "f.yaml", KNOWN).flow
    assert flow is not None
    step = flow.steps["hello"]
    assert isinstance(step, Say)
    assert step.interrupt is interrupt


def test_a_question_and_its_slot() -> None:
    source = SMALL.replace("next: menu", "next: licence").replace(
        "  menu:\n",
        "  licence:\n    do: ask\n    prompt: {zh: 请输入许可证号}\n    into: licence\n    least: 4\n    most: 12\n"
        "    next: menu\n    otherwise: person\n  menu:\n",
    )
    flow = check_source(source.replace("{zh: 请按1}", "{zh: '{licence}请按1'}"), "f.yaml", KNOWN).flow
    assert flow is not None
    step = flow.steps["licence"]
    assert isinstance(step, Ask)
    assert (step.into, step.least, step.most, step.tries) == ("licence", 4, 12, 3)
    early = findings(source.replace("{zh: 您好}", "{zh: '{licence}您好'}").replace("otherwise: person", "otherwise: menu", 1))
    assert early == ["8: step 'hello': {licence} is not filled yet on the way hello"]
    skipped = source.replace("{zh: 请按1}", "{zh: '{licence}请按1'}").replace("otherwise: person", "otherwise: menu", 1)
    assert findings(skipped) == ["20: step 'menu': {licence} is not filled yet on the way hello → licence → menu"]
    assert "expected 'least' not above 'most'" in findings(source.replace("least: 4", "least: 13"))[0]
    assert "'name' is the caller's own" in findings(source.replace("into: licence", "into: name"))[0]


HOURS = SMALL.replace("next: menu", "next: hours").replace(
    "  menu:\n",
    "  hours:\n    do: hours\n    plan:\n      mon-fri: [08:00-12:00, 13:30-17:30]\n      sun: 22:00-02:00\n"
    "    open: menu\n    closed: bye\n  menu:\n",
)


def test_a_weekly_plan_in_the_flow() -> None:
    flow = check_source(HOURS, "f.yaml", KNOWN).flow
    assert flow is not None
    step = flow.steps["hours"]
    assert isinstance(step, Hours)
    assert isinstance(step.plan, WeeklyPlan)
    assert step.plan.spans[0] == Span(0, 480, 720)
    assert step.plan.spans[-1] == Span(6, 22 * 60, 26 * 60)
    assert len(step.plan.spans) == 11


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("mon-fri", "fri-mon"), "13: expected days such as mon, mon-fri or sat-sun, got 'fri-mon'"),
        (("mon-fri", "monday"), "13: expected days such as mon"),
        (("08:00-12:00", "8-12"), "13: expected times such as 08:00-17:30, got '8-12'"),
        (("13:30", "12:03"), "13: a hole: closed from mon 12:00 to mon 12:03"),
        (("sun: 22:00-02:00", "sat: 00:00-23:59\n      sun: 00:00-24:00"), "13: a hole: closed from sat 23:59 to sun 00:00"),
        (("13:30", "11:30"), "13: the times overlap on mon 11:30"),
        (("22:00-02:00", "22:00-25:00"), "14: expected times such as 08:00-17:30, got '22:00-25:00'"),
    ],
)
def test_findings_in_a_weekly_plan(change: tuple[str, str], expected: str) -> None:
    assert [one for one in findings(HOURS.replace(*change)) if one.startswith(expected)], findings(HOURS.replace(*change))


def test_a_hole_that_may_be_meant_keeps_no_flow_from_use() -> None:
    loaded = check_source(HOURS.replace("13:30", "12:03"), "f.yaml", KNOWN)
    assert loaded.flow is not None
    assert {finding.level for finding in loaded.findings} == {"warning"}
    assert str(loaded.findings[0]).startswith("f.yaml:13: warning: a hole: closed from ")
    assert loaded.findings[0].told()["level"] == "warning"


def test_a_key_of_which_the_prompt_says_nothing_is_a_warning() -> None:
    silent = check_source(SMALL.replace("{1: person}", "{1: person, 5: note}"), "f.yaml", KNOWN)
    assert [str(one) for one in silent.findings] == [
        "f.yaml:12: warning: step 'menu': the prompt (zh) does not name key 5, which chooses 'note'"
    ]
    assert (
        check_source(SMALL.replace("{1: person}", "{1: person, 5: note}").replace("请按1", "请按1 五留言"), "f.yaml", KNOWN).findings == ()
    )


def test_who_speaks_but_has_no_keys_is_not_to_be_taken_for_silent() -> None:
    careless = SMALL.replace("  bye:\n    do: end\n", "  bye:\n    do: end\n    outcome: silent\n")
    careless = careless.replace("choices: {1: person}\n    otherwise: person", "choices: {1: person}\n    otherwise: bye")
    what = "step 'menu': who speaks but presses nothing is taken for silent, too: expected 'silent: bye', and a person 'otherwise'"
    assert [str(one) for one in check_source(careless, "f.yaml", KNOWN).findings] == [f"f.yaml:10: warning: {what}"]
    assert findings(careless.replace("otherwise: bye", "otherwise: person\n    silent: bye")) == []


def test_files_are_judged_together(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "c.yaml").write_bytes(SMALL.replace("name: small", "name: c").encode("gb18030"))
    known = Known(frozenset({"orders"}), {"8000000001": "smal"})
    paths = [tmp_path / name for name in ("a.yaml", "b.yaml", "c.yaml", "d.yaml")]
    said = "\n".join(str(finding) for finding in check_files(paths, known))
    assert f"b.yaml:1: the flow 'small' is already in {tmp_path / 'a.yaml'}" in said
    assert "c.yaml:8: not UTF-8" in said
    assert "d.yaml:1: cannot be read: No such file or directory" in said
    assert "hotline 8000000001 names the flow 'smal'; the flows are small" in said


pieces = st.lists(st.sampled_from([*SMALL.splitlines(), "  x: &a [", "- *a", "\t", "? :", '"', "{", "0x1F: ~", "  menu:"]), max_size=30)


@given(pieces)
def test_whatever_stands_in_a_file_is_a_flow_or_findings(lines: list[str]) -> None:
    loaded = check_source("\n".join(lines), "f.yaml", KNOWN)
    assert (loaded.flow is None) is bool(errors(loaded.findings))


@given(st.text(max_size=200))
def test_any_text_at_all(text: str) -> None:
    loaded = check_source(text.encode("utf-8", errors="replace").decode(), "f.yaml", KNOWN)
    assert loaded.findings


AND_MORE = "{}: … and more: the first 100 are told; check again when they are mended"
BOMB = "a: &a [x, x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (BOMB, "1: anchors and aliases are not used here: write it out"),
        (SMALL + f"  # {'x' * 10_000_000}", "1: expected a file of at most 1024 KiB"),
        ("name: " + "[" * 500_000, "1: nested too deeply"),
        ("steps: {" + "a: {do: end}, " * 5_000 + "}", "1: 'a' stands here twice; first on line 1"),
        ("- x\n" * 250_000, "99999: expected at most 100000 words in a file"),
        (SMALL + "".join(f"  s{n}:\n    do: say\n    prompt: {{zh: 好}}\n    next: n{n}\n" for n in range(900)), AND_MORE.format(427)),
        (SMALL + "".join(f"  s{n}: {{do: say, prompt: {{zh: 好}}, next: s{n}}}\n" for n in range(900)), AND_MORE.format(127)),
    ],
    ids=["a bomb", "10 MB", "brackets", "a step 5000 times", "a list without end", "900 wrong names", "900 steps that nobody reaches"],
)
def test_what_is_made_to_hurt_is_refused_at_once(source: str, expected: str) -> None:
    found = findings(source)
    assert expected in found
    assert len(found) <= 102


def test_warnings_however_many_hide_no_error() -> None:
    menu = "  m{}: {{do: menu, prompt: {{zh: 您好}}, choices: {{1: person}}, otherwise: m{}}}\n"
    menus = "".join(menu.format(n, n + 1) for n in range(150))
    last = "  m150: {do: queue, queue: nowhere, answered: bye, timeout: bye, nobody: note}\n"
    source = SMALL.replace("otherwise: person", "otherwise: m0") + menus + last
    loaded = check_source(source, "f.yaml", KNOWN)
    assert loaded.flow is None
    assert [one.what for one in errors(loaded.findings)] == ["step 'm150': there is no queue 'nowhere'; the queues are orders"]
    assert sum(one.level == "warning" for one in loaded.findings) == 101


def test_a_finding_has_no_endless_words() -> None:
    [found] = [one for one in findings(SMALL.replace("do: end", "do: end\n    " + "x" * 1_000 + ": 1")) if "has no" in one]
    assert len(found) < 600


def test_a_sentence_cut_at_its_comma_is_told_what_it_lacks() -> None:
    [found] = findings(SMALL.replace("{zh: 您好}", "{zh: 您好,请稍候}"))
    assert found.endswith("a prompt has no '请稍候'; expected zh; a text with a comma in it stands in quotes")


def test_a_step_that_cannot_be_read_makes_no_other_one_wrong() -> None:
    ask = "  number: {do: ask, prompt: {zh: 号码,谢谢}, into: order, most: 9, next: told, otherwise: person}\n"
    told = '  told: {do: end, prompt: {zh: "{order}"}}\n'
    [found] = findings(SMALL.replace("{1: person}", "{1: number}") + ask + told)
    assert "in quotes" in found


def test_the_same_hole_on_five_days_is_one_warning() -> None:
    plan = "plan: {mon-fri: [08:00-12:00, 12:10-17:00]}"
    loaded = check_source(HOURS.replace(HOURS[HOURS.index("    plan:") : HOURS.index("    open:")], f"    {plan}\n"), "f.yaml", KNOWN)
    assert [one.what for one in loaded.findings] == ["a hole: closed from mon 12:00 to mon 12:10, so too on tue, wed, thu, fri"]
