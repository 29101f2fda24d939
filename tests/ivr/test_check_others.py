"""What is wrong with a flow beside others: actions, other flows, people, numbers, named prompts. Every finding says what would be right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from callcenter.ivr.checking.check import check_files, check_source
from callcenter.ivr.language.action import Action, Answer, Asked, Input
from callcenter.ivr.language.known import Known, NamedPrompt
from callcenter.ivr.language.load import load
from callcenter.ivr.language.steps import Do, Flow, Say, together
from tests.ivr.test_load import SMALL


async def found(_asked: Asked) -> Answer:
    return Answer("found")


STATUS = Action(
    name="order_status",
    inputs={"order": Input("digits"), "kind": Input(needed=False, choices=("all", "last"))},
    results=("found", "none"),
    sets={"amount": "money"},
    fills={"none": ()},
    run=found,
)
DO = """\
  bye:
    do: do
    action: order_status
    with: {order: "12", kind: last}
    results: {found: told, none: end, failed: end}
  told: {do: say, prompt: {zh: "金额{amount}"}, next: end}
  end: {do: end}
"""
GO = "  bye: {do: go_to, flow: more}\n"
RING = "  bye: {do: transfer, number: '02112345678', no_answer: end}\n  end: {do: end}\n"
MORE = "name: more\nlanguages: [zh]\nstart: a\nsteps:\n  a: {do: say, prompt: {zh: 您好}, next: b}\n  b: {do: end}\n"


def more(source: str = MORE) -> dict[str, Flow]:
    flow = load(source, "more.yaml").flow
    assert flow is not None
    return dict(together([flow]))


KNOWN = Known(
    queues=frozenset({"orders"}),
    actions={"order_status": STATUS},
    others=more(),
    agents=frozenset({"2001"}),
    seats=frozenset({"1001"}),
    may_dial=lambda number: number == "02112345678",
    prompts={"welcome": NamedPrompt({"zh": "欢迎", "en": "Welcome"}), "english": NamedPrompt({"en": "Hello"})},
)


def said(bye: str, known: Known = KNOWN) -> list[str]:
    source = SMALL.replace("  bye:\n    do: end\n", bye)
    return [str(one).removeprefix("f.yaml:") for one in check_source(source, "f.yaml", known).findings]


@pytest.mark.parametrize("bye", [DO, GO, RING, GO.replace("more}", "more, step: b}"), RING.replace("number: '02112345678'", "seat: 1001")])
def test_nothing_is_wrong(bye: str) -> None:
    assert said(bye) == []


def test_how_a_slot_of_an_action_is_spoken_is_known_from_the_action() -> None:
    flow = check_source(SMALL.replace("  bye:\n    do: end\n", DO), "f.yaml", KNOWN).flow
    assert flow is not None
    assert flow.slot_kinds == {"amount": "money"}
    step = flow.steps["bye"]
    assert isinstance(step, Do)
    assert (step.given, step.results["none"]) == ({"order": "12", "kind": "last"}, "end")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("order_status", "order_stats"), "21: step 'bye': there is no action 'order_stats'; did you mean 'order_status'?"),
        (("order_status", "weather"), "21: step 'bye': there is no action 'weather'; the actions are order_status"),
        (("kind: last", "kin: last"), "21: step 'bye': action 'order_status' has no input 'kin'; did you mean 'kind'?"),
        (("kind: last", "kind: some"), "21: step 'bye': input 'kind': expected one of all, last, got 'some'"),
        (('order: "12", ', ""), "21: step 'bye': action 'order_status' needs 'order' under 'with'"),
        (
            ('"12"', '"{order:digits}"'),
            "24: an action gets what a slot holds, however it is spoken: write {order} instead of {order:digits}",
        ),
        (('"12"', '"{oder}"'), "21: step 'bye': nothing fills {oder}; the known ones are amount, name, number"),
        (('"12"', '"{amount}"'), "21: step 'bye': {amount} is not filled yet on the way hello → menu → person → bye"),
        (("none: end, ", ""), "21: step 'bye': action 'order_status' may answer 'none', which has no way under 'results'"),
        ((", failed: end", ""), "21: step 'bye': action 'order_status' may answer 'failed', which has no way under 'results'"),
        (
            ("none: end", "none: end, lost: end"),
            "21: step 'bye': action 'order_status' has no result 'lost'; the results are failed, found, none",
        ),
        (("none: end", "none: ende"), "25: there is no step 'ende'; did you mean 'end'?"),
        (("failed: end", "failed: told"), "26: step 'told': {amount} is not filled yet on the way hello → menu → person → bye → told"),
        (("none: end", "none: told"), "26: step 'told': {amount} is not filled yet on the way hello → menu → person → bye → told"),
        (("none: end", "none: bye"), "21: a caller who presses nothing goes round and round: bye → bye"),
    ],
)
def test_actions(change: tuple[str, str], expected: str) -> None:
    broken = DO.replace(*change)
    assert broken != DO
    assert expected in said(broken)


@pytest.mark.parametrize(
    ("bye", "expected"),
    [
        (GO.replace("more", "mor"), "21: step 'bye': there is no flow 'mor'; did you mean 'more'?"),
        (GO.replace("more}", "more, step: c}"), "21: step 'bye': the flow 'more' has no step 'c'; the steps are a, b"),
        (GO.replace("more", "small"), "6: a caller who presses nothing goes round and round: hello → menu → person → bye → hello"),
        (
            RING.replace("02112345678", "0085212345678"),
            "21: step 'bye': 0085212345678 may not be dialled: expected an ordinary number of the",
        ),
        (RING.replace("02112345678", "911a"), "21: expected 2 to 20 digits, got '911a'"),
        (RING.replace("number: '02112345678'", "agent: 2002"), "21: warning: step 'bye': there is no agent '2002'; did you mean '2001'?"),
        (RING.replace("number: '02112345678'", "seat: phone"), "21: warning: step 'bye': there is no seat 'phone'; the seats are 1001"),
        (RING.replace("number: '02112345678', ", ""), "21: step 'bye' (transfer): expected just one of 'agent', 'seat' and 'number'"),
        (RING.replace("number:", "agent: 2001, number:"), "21: step 'bye' (transfer): expected just one of 'agent', 'seat' and 'number'"),
        ("  bye: {do: end, prompt: welcom}\n", "21: there is no prompt 'welcom'; did you mean 'welcome'?"),
        ("  bye: {do: end, prompt: english}\n", "21: the prompt 'english' has no 'zh', which this flow speaks; it has en"),
    ],
)
def test_other_flows_people_numbers_and_prompts(bye: str, expected: str) -> None:
    assert [one for one in said(bye) if one.startswith(expected)], said(bye)


def test_what_is_not_known_is_not_judged() -> None:
    nothing = Known()
    for bye in (
        DO.replace("order_status", "weather"),
        GO.replace("more", "mor"),
        RING.replace("021", "0085"),
        "  bye: {do: end, prompt: hi}\n",
    ):
        assert said(bye, nothing) == []


def test_circles_reach_through_other_flows() -> None:
    back = more("name: more\nlanguages: [zh]\nstart: a\nsteps:\n  a: {do: go_to, flow: small}\n")
    assert said(GO, replace(KNOWN, others=back)) == [
        "6: a caller who presses nothing goes round and round: hello → menu → person → bye → more/a → hello"
    ]


def test_a_menu_may_be_helped_by_another_flow() -> None:
    helps = (
        "name: more\nlanguages: [zh]\nstart: a\nsteps:\n  a: {do: message, prompt: {zh: 请留言}, queue: orders, next: b}\n  b: {do: end}\n"
    )
    alone = SMALL.replace("nobody: note", "nobody: bye").replace("  bye:\n    do: end\n", GO)
    alone = alone[: alone.index("  note:")]
    left = "menu 'menu': when it is closed or nobody is on duty, no way leads to a message or a callback"
    assert [one.what for one in check_source(alone, "f.yaml", KNOWN).findings] == [left]
    assert check_source(alone, "f.yaml", replace(KNOWN, others=more(helps))).findings == ()


def test_a_step_to_which_only_another_flow_leads_is_reached() -> None:
    source = MORE.replace("  b:", "  c: {do: end}\n  b:")
    assert [one.what for one in check_source(source, "more.yaml", KNOWN).findings] == ["no way leads to step 'c'"]
    goes = load(SMALL.replace("  bye:\n    do: end\n", GO.replace("more}", "more, step: c}")), "f.yaml").flow
    assert goes is not None
    assert check_source(source, "more.yaml", replace(KNOWN, others={"small": goes})).findings == ()


def test_a_flow_begun_in_its_middle_speaks_of_nothing_that_is_not_filled() -> None:
    asks = MORE.replace(
        "a: {do: say, prompt: {zh: 您好}, next: b}", "a: {do: ask, prompt: {zh: 号码}, into: n, most: 4, next: t, otherwise: b}"
    )
    asks = asks.replace("  b:", "  t: {do: say, prompt: {zh: '{n}'}, next: b}\n  b:")
    known = replace(KNOWN, others=more(asks))
    assert said(GO, known) == []
    early = said(GO.replace("more}", "more, step: t}"), known)
    assert early == ["21: step 'bye': begun at 't', the flow 'more' speaks {n} at 't' before anything fills it"]


def test_a_flow_that_does_not_speak_the_language_is_a_warning() -> None:
    english = more(MORE.replace("[zh]", "[en]").replace("{zh: 您好}", "{en: Hello}"))
    assert said(GO, replace(KNOWN, others=english)) == [
        "21: warning: step 'bye': the flow 'more' has no 'zh': its callers hear 'en' from there on"
    ]


def test_a_recorded_prompt_with_slots_is_a_warning() -> None:
    recorded = {"welcome": NamedPrompt({"zh": "{name},欢迎"}, {"zh": "ab" * 32})}
    told = said("  bye: {do: end, prompt: welcome}\n", replace(KNOWN, prompts=recorded))
    assert told == ["21: warning: the prompt 'welcome' has slots: its recorded sound is not played, its text is spoken"]


def test_a_named_prompt_brings_its_texts_and_sounds_in_the_languages_of_the_flow() -> None:
    recorded = {"welcome": NamedPrompt({"zh": "欢迎", "en": "Welcome"}, {"zh": "ab" * 32, "en": "cd" * 32})}
    source = SMALL.replace("{zh: 您好}", "welcome")
    flow = check_source(source, "f.yaml", replace(KNOWN, prompts=recorded)).flow
    assert flow is not None
    step = flow.steps["hello"]
    assert isinstance(step, Say)
    prompt = step.prompt
    assert (prompt.name, prompt.texts, prompt.sounds, prompt.line) == ("welcome", {"zh": "欢迎"}, {"zh": "ab" * 32}, 8)


def test_files_of_one_folder_know_each_other(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SMALL.replace("  bye:\n    do: end\n", GO), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(MORE, encoding="utf-8")
    files = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    assert check_files(files, Known()) == ()
    assert [one.what for one in check_files(files[:1], Known())] == ["step 'bye': there is no flow 'more'; the flows are small"]


def test_a_chain_of_a_thousand_steps_is_judged() -> None:
    steps = "".join(f"  s{n}: {{do: say, prompt: {{zh: 您好}}, next: s{n + 1}}}\n" for n in range(999))
    long = f"name: long\nlanguages: [zh]\nstart: s0\nsteps:\n{steps}  s999: {{do: end}}\n"
    assert check_source(long, "long.yaml", Known()).findings == ()
    round_ = check_source(long.replace("next: s999", "next: s0").replace("  s999: {do: end}\n", ""), "long.yaml", Known())
    assert len(round_.findings) == 1
    too_many = long.replace("  s999: {do: end}\n", "  s999: {do: end}\n  s1000: {do: end}\n")
    assert [one.what for one in check_source(too_many, "l.yaml", Known()).findings] == ["expected 1 to 1000 steps, got 1001"]
