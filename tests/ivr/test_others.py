"""Steps that others answer: transfer, lookup, do, go_to, and hours on holidays and in emergencies; walked move by move, and resumed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callcenter.ivr.language.steps import KINDS, Ask, Do, End, Flow, GoTo, Hours, Lookup, Menu, Queue, Say, Step, Transfer, together
from callcenter.ivr.walking.answered import Candidate
from callcenter.ivr.walking.commands import Act, AskHours, AskWhom, EnterQueue, GoOn, HangUp, LookUp, PutThrough, Speak, Switch, Words
from callcenter.ivr.walking.place import decode
from callcenter.ivr.walking.restart import RESTARTS
from callcenter.ivr.walking.walk import MOST_VISITS, Caller, Left, Move, advance, begin, resume
from callcenter.ivr.walking.whom import chosen, told
from tests.ivr.test_walk import NOBODY, SOMEBODY, flow, said, spoken, walk


def again(within: Flow, move: Move, caller: Caller = SOMEBODY) -> Move:
    """The caller as a server finds him that has just started."""
    return resume(within, decode(move.place.encode()), caller)


# --- transfer ----------------------------------------------------------------------------------------------------------------------------

RING = Transfer(name="ring", number="02112345678", prompt=said("请稍候"), timeout_s=20, no_answer="end", busy="other")
OUT = flow(RING)


def test_a_number_is_rung_after_what_is_said() -> None:
    assert spoken(walk(OUT).command) == ["请稍候"]
    assert walk(OUT, "").command == PutThrough("", "", "02112345678", 20)
    assert walk(flow(replace(RING, prompt=None))).command == PutThrough("", "", "02112345678", 20)


@pytest.mark.parametrize(("result", "step"), [("no_answer", "end"), ("busy", "other"), ("refused", "end")])
def test_nobody_takes_him(result: str, step: str) -> None:
    move = walk(OUT, "", result)
    assert (move.place.step, move.left, move.command) == (step, Left("ring", result), HangUp(""))


def test_after_a_talk_outside_the_exit_says_so_whatever_comes() -> None:
    assert walk(OUT, "", "answered").command == HangUp("transferred_out")
    on = flow(replace(RING, answered="bye"), End(name="bye", outcome="self_served"))
    assert walk(on, "", "answered").command == HangUp("transferred_out")
    assert walk(on, "", "answered").left == Left("ring", "answered")


def test_a_talk_with_one_of_ours_is_no_transfer_outside() -> None:
    ours = flow(replace(RING, number="", agent="2001", prompt=None))
    assert walk(ours).command == PutThrough("2001", "", "", 20)
    assert walk(ours, "answered").command == HangUp("")


def test_who_is_put_through_stays_at_the_very_same_place() -> None:
    inside = walk(OUT, "")
    move = again(replace(OUT, version="2"), inside)
    assert (move.place, move.command) == (inside.place, inside.command)


# --- lookup ------------------------------------------------------------------------------------------------------------------------------

KNOWN = {"customer": "7", "name": "张记", "open_case": "C20261001-0007", "manager": "李经理", "language": "zh"}
BY_NUMBER = Lookup(name="who", known="hello", unknown="end", several="other")
HELLO = Say(name="hello", prompt=said("您好"), known=said("{name},{manager}"), next="end")


def test_he_is_known_by_his_number() -> None:
    within = flow(BY_NUMBER, HELLO)
    assert walk(within, caller=NOBODY).command == LookUp("number", "")
    move = walk(within)
    assert move.command == LookUp("number", "13800000001")
    known = advance(within, move.place, SOMEBODY, "known", KNOWN)
    assert spoken(known.command) == ["张记,李经理"]
    assert known.place.slots["customer"] == "7"
    assert spoken(again(within, known).command) == ["张记,李经理"]


@pytest.mark.parametrize(("result", "step"), [("unknown", "end"), ("several", "other"), ("locked", "end"), ("odd", "end")])
def test_he_is_not_known(result: str, step: str) -> None:
    assert walk(flow(BY_NUMBER, HELLO), result).place.step == step


WHOM = replace(BY_NUMBER, which=said("请选择"), tries=2)


def test_one_of_several_says_by_a_key_for_whom_he_calls() -> None:
    within = flow(WHOM, HELLO)
    asked = walk(within, "several")
    assert (asked.place.step, asked.command, asked.left) == ("who", AskWhom((Words("请选择"),), 5, person=True), None)
    assert again(within, asked).command == asked.command
    known = advance(within, asked.place, SOMEBODY, "known", KNOWN)
    assert (known.left, spoken(known.command), known.place.slots["customer"]) == (Left("who", "chosen"), ["张记,李经理"], "7")
    in_english = advance(within, asked.place, SOMEBODY, "known", {**KNOWN, "language": "en"})
    assert in_english.command == Switch("en")
    assert again(within, in_english).command == Switch("en")
    assert advance(within, in_english.place, SOMEBODY, "done").left == Left("who", "chosen")


@pytest.mark.parametrize(
    ("keys", "step", "result"),
    [
        ([""], "who", None),
        (["", "9"], "other", "several"),
        (["*"], "end", "unknown"),
        (["0"], "person", "0"),
        (["unknown"], "end", "unknown"),
        (["several"], "other", "several"),
    ],
)
def test_one_of_several_who_does_not_say_it(keys: list[str], step: str, result: str | None) -> None:
    move = walk(flow(WHOM, HELLO), "several", *keys)
    assert (move.place.step, move.left) == (step, result and Left("who", result))


def test_names_and_keys_are_told_in_his_language() -> None:
    shops = [Candidate(7, "张记"), Candidate(9, "李记")]
    assert [one.text for one in told(shops, "zh", person=True)] == [
        "张记,请按1。",
        "李记,请按2。",
        "都不是,请按星号键。",
        "人工服务请按0。",
    ]
    assert told(shops, "en", person=False)[1:] == (
        Words("For 李记, press 2.", fixed=False),
        Words("For none of them, press star.", fixed=False),
    )
    assert [chosen(key, shops) for key in ("1", "2", "3", "", "*")] == [*shops, None, None, None]


def test_he_is_known_by_what_he_keyed_in_and_spoken_to_in_his_language() -> None:
    ask = Ask(name="ask", prompt=said("请输入"), into="licence", most=20, next="who", otherwise="other")
    within = flow(ask, replace(BY_NUMBER, by="licence"), HELLO)
    move = walk(within, "330100100012", caller=NOBODY)
    assert move.command == LookUp("keyed", "330100100012")
    switch = advance(within, move.place, NOBODY, "known", {**KNOWN, "language": "en"})
    assert (switch.command, switch.left) == (Switch("en"), None)
    assert again(within, switch, NOBODY).command == Switch("en")
    hello = advance(within, switch.place, NOBODY, "done")
    assert (spoken(hello.command), hello.left) == (["张记,李经理!"], Left("who", "known"))


def test_a_language_that_the_flow_has_not_is_not_spoken() -> None:
    within = replace(flow(BY_NUMBER, HELLO), languages=("zh",))
    move = walk(within)
    assert advance(within, move.place, SOMEBODY, "known", {**KNOWN, "language": "en"}).place.language == "zh"


# --- do ----------------------------------------------------------------------------------------------------------------------------------

ASKED = Do(
    name="ask",
    action="order_status",
    given={"order": "{order}", "kind": "all"},
    results={"found": "told", "none": "other", "failed": "end"},
    prompt=said("正在查询"),
)
TOLD = Say(name="told", prompt=said("金额{amount},{state},{note:date}"), next="end")
ORDER = replace(flow(ASKED, TOLD), slot_kinds={"amount": "money", "state": "text", "note": "money"})


def test_an_action_is_done_after_what_is_said_with_its_inputs_filled() -> None:
    assert spoken(walk(ORDER).command) == ["正在查询"]
    move = walk(ORDER, "")
    assert move.command == Act("order_status", {"order": "", "kind": "all"})
    filled = replace(move.place, slots={"order": "1012"})
    assert again(ORDER, replace(move, place=filled)).command == Act("order_status", {"order": "1012", "kind": "all"})


def test_what_it_found_is_spoken_as_its_kind() -> None:
    move = walk(ORDER, "")
    told = advance(ORDER, move.place, SOMEBODY, "found", {"amount": "12.50", "state": "已发货 2 件", "note": "1001"})
    assert told.left == Left("ask", "found")
    assert spoken(told.command) == ["金额十二元五角,已发货 2 件,十月一日"]
    assert told.command == again(ORDER, told).command


@pytest.mark.parametrize(("result", "step"), [("none", "other"), ("failed", "end"), ("odd", "end")])
def test_every_result_has_a_way(result: str, step: str) -> None:
    assert walk(ORDER, "", result).place.step == step


def test_the_visit_that_names_the_act_is_the_same_after_a_restart() -> None:
    move = walk(ORDER, "")
    assert again(ORDER, move).place.visit == move.place.visit
    assert again(ORDER, move).command == move.command


# --- go to -------------------------------------------------------------------------------------------------------------------------------


def two(*steps: Step, languages: tuple[str, ...] = ("zh", "en")) -> Flow:
    here = flow(Menu(name="menu", prompt=said("请按1"), choices={"1": "there"}, otherwise="end"), GoTo(name="there", flow="g"))
    there = replace(flow(*steps), name="g", version="9", languages=languages)
    return together([here, there])["f"]


def test_another_flow_goes_on_with_what_is_known() -> None:
    within = two(Say(name="other-hello", prompt=said("这里是{number}"), next="end"))
    move = walk(within, "1", language="en")
    assert move.command == GoOn("g")
    hello = advance(within, move.place, SOMEBODY, "done")
    assert (hello.place.flow, hello.place.version, hello.place.language) == ("g", "9", "en")
    assert hello.left == Left("there", "g")
    assert hello.place.visit == move.place.visit + 1
    assert again(within, hello).command == hello.command
    assert advance(within, hello.place, SOMEBODY, "").command == HangUp("")


def test_a_flow_that_does_not_speak_the_language_speaks_its_own() -> None:
    within = two(Say(name="other-hello", prompt=said("您好"), next="end"), languages=("zh",))
    assert walk(within, "1", "done", language="en").command == Switch("zh")
    move = walk(within, "1", "done", "done", language="en")
    assert (spoken(move.command), move.left) == (["您好"], Left("there", "g"))


def test_a_flow_may_be_begun_at_a_step() -> None:
    here = flow(GoTo(name="there", flow="g", step="end"))
    within = together([here, replace(flow(Say(name="hello", prompt=said("您好"), next="end")), name="g")])["f"]
    assert walk(within, "done").place.step == "end"


def test_a_flow_that_is_not_there_is_a_person() -> None:
    alone = flow(GoTo(name="there", flow="g"))
    assert walk(alone, "done").place.step == "person"
    assert walk(replace(alone, person=None), "done").command == HangUp("")


def test_a_flow_that_is_gone_after_a_restart_begins_again() -> None:
    within = two(Say(name="other-hello", prompt=said("您好"), next="end"))
    hello = walk(within, "1", "done")
    assert again(replace(within, others={}), hello).place.step == "menu"


def test_flows_that_go_round_and_round_end() -> None:
    here, there = flow(GoTo(name="there", flow="g")), replace(flow(GoTo(name="here", flow="f")), name="g")
    within = together([here, there])["f"]
    move = begin(within, SOMEBODY, "zh")
    for _ in range(MOST_VISITS):
        move = advance(within, move.place, SOMEBODY, "done")
    assert isinstance(move.command, HangUp)


# --- hours -------------------------------------------------------------------------------------------------------------------------------

HOURS = Hours(name="hours", open="end", closed="other")


@pytest.mark.parametrize("result", ["closed", "holiday", "emergency"])
def test_where_no_way_is_given_it_is_closed(result: str) -> None:
    move = walk(flow(HOURS), result)
    assert (move.place.step, move.left, move.command) == ("other", Left("hours", result), HangUp("after_hours"))


@pytest.mark.parametrize(("result", "step"), [("open", "end"), ("closed", "other"), ("holiday", "day"), ("emergency", "storm")])
def test_each_has_its_way(result: str, step: str) -> None:
    within = flow(replace(HOURS, holiday="day", emergency="storm"), End(name="day"), End(name="storm"))
    assert walk(within).command == AskHours(None)
    assert walk(within, result).place.step == step


# --- all of it ---------------------------------------------------------------------------------------------------------------------------


def test_every_kind_of_step_says_what_a_restart_does() -> None:
    assert RESTARTS.keys() == set(KINDS.values())
    assert {kind for kind, restart in RESTARTS.items() if not restart.repeated} == {Queue, Transfer}


def test_a_prompt_with_a_sound_is_played_and_one_with_slots_is_spoken() -> None:
    recorded = replace(said("您好"), name="hello", sounds={"zh": "ab" * 32})
    assert walk(flow(Say(name="s", prompt=recorded, next="end"))).command == Speak((Words("您好", sound="ab" * 32),))
    assert walk(flow(Say(name="s", prompt=recorded, next="end")), language="en").command == Speak((Words("您好!"),))
    named = replace(said("{name}您好"), sounds={"zh": "ab" * 32})
    assert walk(flow(Say(name="s", prompt=named, next="end"))).command == Speak((Words("张三您好", fixed=False),))


def test_nothing_that_asterisk_keeps_is_done_twice() -> None:
    queue = Queue(name="q", queue="orders", answered="end", timeout="end", nobody="other")
    inside = walk(flow(queue), "yes")
    assert again(flow(queue), inside).command == EnterQueue("orders", 300)
    assert again(flow(queue), inside).place == inside.place
