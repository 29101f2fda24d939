"""Each step of the language, walked move by move."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.ivr.language.load import load
from callcenter.ivr.language.steps import (
    SILENT,
    Ask,
    Callback,
    Do,
    End,
    Flow,
    Hours,
    Language,
    Menu,
    Message,
    Prompt,
    Queue,
    Say,
    Step,
    Survey,
    Transfer,
)
from callcenter.ivr.walking.commands import (
    AskDuty,
    AskHours,
    Command,
    EnterQueue,
    HangUp,
    Listen,
    NoteSurvey,
    Promise,
    Record,
    Speak,
    Switch,
    Words,
)
from callcenter.ivr.walking.hotline_flows import flow_files, straight_to
from callcenter.ivr.walking.place import Place, decode
from callcenter.ivr.walking.walk import MOST_VISITS, Caller, Left, Move, advance, begin, resume, tried_in_vain
from callcenter.settings import CHECKOUT

SOMEBODY = Caller("张三", "13800000001")
NOBODY = Caller()
END = End(name="end")
OTHER = End(name="other")
PERSON = Queue(name="person", queue="orders", answered="end", timeout="end", nobody="other")


def said(text: str) -> Prompt:
    return Prompt(MappingProxyType({"zh": text, "en": f"{text}!"}))


def flow(*steps: Step, version: str = "1") -> Flow:
    return Flow("f", version, ("zh", "en"), steps[0].name, {step.name: step for step in (*steps, END, OTHER, PERSON)}, "person")


def walk(within: Flow, *results: str, caller: Caller = SOMEBODY, language: str = "zh") -> Move:
    move = begin(within, caller, language)
    for result in results:
        move = advance(within, move.place, caller, result)
    return move


def spoken(command: Command) -> list[str]:
    assert isinstance(command, Speak | Listen)
    return [one.text for one in command.words]


# --- say ---------------------------------------------------------------------------------------------------------------------------------

GREETING = flow(Say(name="hello", prompt=said("您好"), known=said("{name}您好"), next="end"))


def test_a_known_caller_is_greeted_by_name() -> None:
    assert walk(GREETING).command == Speak((Words("张三您好", fixed=False),))


def test_an_unknown_caller_is_greeted_without() -> None:
    assert walk(GREETING, caller=NOBODY).command == Speak((Words("您好"),))


def test_the_language_of_the_hotline_or_the_first_of_the_flow() -> None:
    assert spoken(walk(GREETING, language="en").command) == ["张三您好!"]
    assert spoken(walk(GREETING, language="fr").command) == ["张三您好"]


def test_after_saying_the_step_is_left_with_the_key_that_interrupted() -> None:
    assert walk(GREETING, "").left == Left("hello", "done")
    assert walk(GREETING, "1").left == Left("hello", "1")


# --- menu --------------------------------------------------------------------------------------------------------------------------------

MENU = flow(Menu(name="menu", prompt=said("请按1"), choices={"1": "end"}, tries=3, timeout_s=5, on_invalid=said("有误"), otherwise="other"))


def test_a_choice_leads_to_its_step() -> None:
    move = walk(MENU, "1")
    assert (move.place.step, move.left) == ("end", Left("menu", "1"))


def test_zero_leads_to_a_person() -> None:
    move = walk(MENU, "0")
    assert (move.place.step, move.command, move.left) == ("person", AskDuty("orders"), Left("menu", "0"))


def test_a_wrong_key_is_told_and_asked_again() -> None:
    move = walk(MENU, "7")
    assert move.left is None
    assert spoken(move.command) == ["有误", "请按1"]
    assert move.place.tries == 1


def test_silence_is_asked_again_without_blame() -> None:
    assert spoken(walk(MENU, "").command) == ["请按1"]


def test_after_its_tries_a_menu_goes_otherwise() -> None:
    assert walk(MENU, "", "", "").left == Left("menu", "timeout")
    assert walk(MENU, "", "", "9").left == Left("menu", "invalid")
    assert walk(MENU, "", "", "9").place.step == "other"
    assert walk(MENU, "", "").place.step == "menu"


def test_only_who_made_no_sound_either_goes_the_silent_way() -> None:
    menu = flow(Menu(name="menu", prompt=said("请按1"), choices={"1": "end"}, tries=2, otherwise="other", silent="gone"), End(name="gone"))
    assert walk(menu).command == Listen((Words("请按1"),), 1, 5, silence=True)
    silent = walk(menu, SILENT, SILENT)
    assert (silent.place.step, silent.left, silent.command) == ("gone", Left("menu", "silent"), HangUp("silent"))
    # He spoke the last time he was asked; or he pressed a wrong key first, and is known to be there.
    assert walk(menu, SILENT, "").left == Left("menu", "timeout")
    assert walk(menu, "7", "").left == Left("menu", "timeout")
    assert walk(menu, SILENT).place.phase == ""


def test_what_led_on_to_nothing_is_told_of_a_number_only_how_long_it_was() -> None:
    def after(within: Flow, *results: str) -> str | None:
        before = walk(within, *results[:-1])
        return tried_in_vain(before, results[-1], advance(within, before.place, SOMEBODY, results[-1]))

    assert [after(MENU, key) for key in ("7", "", "1", "0")] == ["7", "", None, None]
    assert [after(MENU, "7", "", key) for key in ("9", "")] == ["9", ""]
    assert [after(QUESTION, digits) for digits in ("123", "", "12345")] == ["•••", "", None]
    assert after(QUESTION, "", "12*") == "•••"
    assert after(GREETING, "") is None


# --- ask ---------------------------------------------------------------------------------------------------------------------------------

QUESTION = flow(
    Ask(
        name="ask",
        prompt=said("请输入"),
        into="licence",
        least=4,
        most=6,
        tries=2,
        on_invalid=said("有误"),
        next="again",
        otherwise="other",
    ),
    Say(name="again", prompt=said("您输入的是{licence}"), next="end"),
)


def test_digits_go_into_the_slot_and_are_spoken_one_by_one() -> None:
    assert walk(QUESTION).command == Listen((Words("请输入"),), 6, 8)
    move = walk(QUESTION, "12345")
    assert move.left == Left("ask", "12345")
    assert move.place.slots == {"licence": "12345"}
    assert spoken(move.command) == ["您输入的是1 2 3 4 5"]


@pytest.mark.parametrize("wrong", ["123", "1234567", "12*4", "", "１２３４"])
def test_what_is_not_asked_for_is_asked_again_then_otherwise(wrong: str) -> None:
    assert walk(QUESTION, wrong).place.step == "ask"
    move = walk(QUESTION, wrong, wrong)
    assert (move.place.step, move.left) == ("other", Left("ask", "invalid" if wrong else "timeout"))


RINGING = Transfer(name="s", seat="1001", no_answer="end")


def test_a_prompt_that_no_key_cuts_says_so_each_time_it_is_said() -> None:
    for step in (
        Say(name="s", prompt=said("您好"), interrupt=False, next="end"),
        Menu(name="s", prompt=said("请按1"), choices={"1": "end"}, interrupt=False, otherwise="other"),
        Ask(name="s", prompt=said("请输入"), into="licence", most=4, interrupt=False, next="end", otherwise="other"),
        Survey(name="s", prompt=said("请评价"), interrupt=False, next="end"),
        Message(name="s", prompt=said("请留言"), interrupt=False, queue="orders", next="end"),
        End(name="s", prompt=said("再见"), interrupt=False),
        replace(RINGING, prompt=said("请稍候"), interrupt=False),
        Do(name="s", prompt=said("请稍候"), interrupt=False, action="note", results={"failed": "end"}),
    ):
        first = walk(flow(step)).command
        assert isinstance(first, Speak | Listen)
        assert not first.interrupt
        if isinstance(step, Menu | Ask | Survey):
            again = walk(flow(step), "*").command
            assert isinstance(again, Listen)
            assert not again.interrupt


CHOICE = flow(
    Menu(name="menu", prompt=said("中文请按1, for English press 2"), choices={"1": "end", "2": "english"}, otherwise="end"),
    Language(name="english", language="en", next="hello"),
    Say(name="hello", prompt=said("hello"), next="end"),
)


def test_a_language_that_a_key_chose_is_spoken_from_there_and_after_a_restart() -> None:
    switch = walk(CHOICE, "2")
    assert switch.command == Switch("en")
    hello = advance(CHOICE, switch.place, SOMEBODY, "done")
    assert hello.left == Left("english", "en")
    assert spoken(hello.command) == ["hello!"]
    for place in (switch.place, hello.place):
        assert resume(CHOICE, decode(place.encode()), SOMEBODY).place.language == "en"


# --- hours, end -----------------------------------------------------------------------------------------------------------------------

HOURS = flow(Hours(name="hours", open="end", closed="bye"), End(name="bye", prompt=said("再见")))


def test_open_and_closed() -> None:
    assert walk(HOURS).command == AskHours(None)
    assert walk(HOURS, "open").command == HangUp("")
    assert spoken(walk(HOURS, "closed").command) == ["再见"]
    assert walk(HOURS, "closed", "").command == HangUp("after_hours")


def test_an_outcome_that_the_flow_names() -> None:
    told = flow(Say(name="say", prompt=said("余额"), next="bye"), End(name="bye", outcome="self_served"))
    assert walk(told, "").command == HangUp("self_served")


# --- queue -------------------------------------------------------------------------------------------------------------------------------

QUEUE = flow(
    Queue(
        name="queue",
        queue="orders",
        prompt=said("请稍候"),
        timeout_s=30,
        answered="end",
        timeout="late",
        full="full",
        no_agent="empty",
        nobody="other",
    ),
    End(name="late"),
    End(name="full"),
    End(name="empty"),
)


def test_into_the_queue_when_somebody_is_on_duty() -> None:
    assert walk(QUEUE).command == AskDuty("orders")
    assert spoken(walk(QUEUE, "yes").command) == ["请稍候"]
    assert walk(QUEUE, "yes", "").command == EnterQueue("orders", 30)


def test_with_nobody_on_duty_the_queue_is_not_entered() -> None:
    move = walk(QUEUE, "no")
    assert (move.place.step, move.left, move.command) == ("other", Left("queue", "nobody"), HangUp("no_agent"))


@pytest.mark.parametrize(
    ("status", "step", "result", "outcome"),
    [
        ("", "end", "answered", ""),
        ("CONTINUE", "end", "answered", ""),
        ("TIMEOUT", "late", "timeout", "queue_timeout"),
        ("WITHDRAW", "late", "withdraw", "queue_timeout"),
        ("FULL", "full", "full", "queue_full"),
        ("JOINEMPTY", "empty", "no_agent", "no_agent"),
        ("LEAVEEMPTY", "empty", "no_agent", "no_agent"),
        ("JOINUNAVAIL", "empty", "no_agent", "no_agent"),
    ],
)
def test_every_way_out_of_a_queue(status: str, step: str, result: str, outcome: str) -> None:
    move = walk(QUEUE, "yes", "", status)
    assert (move.place.step, move.left, move.command) == (step, Left("queue", result), HangUp(outcome))


def test_ways_that_are_not_given() -> None:
    plain = flow(replace(PERSON, name="q", timeout="end", nobody="other"))
    assert walk(plain, "yes", "FULL").place.step == "end"
    assert walk(plain, "yes", "JOINEMPTY").place.step == "other"


# --- message, callback, survey -----------------------------------------------------------------------------------------------------------

MESSAGE = flow(Message(name="message", prompt=said("请留言"), queue="orders", most_s=60, silence_s=4, thanks=said("已收到"), next="end"))


def test_a_message_becomes_a_callback() -> None:
    assert spoken(walk(MESSAGE).command) == ["请留言"]
    assert walk(MESSAGE, "").command == Record(60, 4)
    assert walk(MESSAGE, "", "done").command == Promise("orders", "voicemail", None, recorded=True)
    assert spoken(walk(MESSAGE, "", "done", "done").command) == ["已收到"]
    assert walk(MESSAGE, "", "done", "done", "").command == HangUp("voicemail")


def test_no_message_is_no_callback() -> None:
    move = walk(MESSAGE, "", "nothing")
    assert (move.left, move.command) == (Left("message", "nothing"), HangUp(""))


def test_outside_hours_the_callback_says_so() -> None:
    closed = flow(Hours(name="hours", open="end", closed="message"), MESSAGE.steps["message"])
    assert walk(closed, "closed", "", "done").command == Promise("orders", "after_hours", None, recorded=True)
    assert walk(closed, "closed", "", "done", "done", "").command == HangUp("voicemail")
    assert walk(closed, "closed", "", "nothing").command == HangUp("after_hours")


CALLBACK = flow(
    Callback(
        name="callback",
        prompt=said("{number}按1"),
        number_prompt=said("请输入号码"),
        promised=said("已登记"),
        queue="orders",
        tries=2,
        next="end",
        otherwise="other",
    )
)


def test_a_callback_to_his_own_number() -> None:
    assert spoken(walk(CALLBACK).command) == ["1 3 8 0 0 0 0 0 0 0 1按1"]
    assert walk(CALLBACK, "1").command == Promise("orders", "asked", None)
    assert spoken(walk(CALLBACK, "1", "done").command) == ["已登记"]
    assert walk(CALLBACK, "1", "done", "").command == HangUp("callback")


def test_a_callback_to_another_number() -> None:
    assert spoken(walk(CALLBACK, "2").command) == ["请输入号码"]
    assert walk(CALLBACK, "2", "02112345678").command == Promise("orders", "asked", "02112345678")


def test_his_own_number_is_meant_although_he_gave_another_one_before() -> None:
    step = CALLBACK.steps["callback"]
    assert isinstance(step, Callback)
    menu = Menu(name="menu", prompt=said("请按1"), choices={"1": "callback"}, otherwise="end")
    twice = flow(menu, replace(step, next="menu", otherwise="menu"))
    given = walk(twice, "1", "2", "02112345678", "done", "", "1")
    assert advance(twice, given.place, SOMEBODY, "1").command == Promise("orders", "asked", None)


def test_a_withheld_number_is_asked_for_and_must_be_one() -> None:
    assert spoken(walk(CALLBACK, caller=NOBODY).command) == ["请输入号码"]
    assert spoken(walk(CALLBACK, "12", caller=NOBODY).command) == ["请输入号码"]
    move = walk(CALLBACK, "12", "", caller=NOBODY)
    assert (move.place.step, move.left, move.command) == ("other", Left("callback", "timeout"), HangUp(""))


SURVEY = flow(Survey(name="survey", prompt=said("请评价"), keys="123", tries=2, thanks=said("谢谢"), next="end"))


def test_an_answer() -> None:
    assert walk(SURVEY).command == Listen((Words("请评价"),), 1, 6, fresh=True)
    assert walk(SURVEY, "2").command == NoteSurvey("2")
    assert spoken(walk(SURVEY, "2", "done").command) == ["谢谢"]
    assert walk(SURVEY, "2", "done", "").left == Left("survey", "2")


def test_no_input_is_kept_apart() -> None:
    assert walk(SURVEY, "").command == NoteSurvey(None)
    move = walk(SURVEY, "", "done")
    assert (move.place.step, move.left) == ("end", Left("survey", "timeout"))


def test_a_key_that_is_no_answer_is_asked_again() -> None:
    assert spoken(walk(SURVEY, "9").command) == ["请评价"]
    assert walk(SURVEY, "9", "3").command == NoteSurvey("3")
    assert walk(SURVEY, "9", "8").command == NoteSurvey(None)


def test_keys_pressed_ahead_count_in_menus_and_questions_only() -> None:
    for ahead in (walk(GREETING), walk(MENU), walk(QUESTION)):
        assert isinstance(ahead.command, Speak | Listen)
        assert not ahead.command.fresh
    for fresh in (walk(SURVEY), walk(CALLBACK), walk(MESSAGE), walk(MESSAGE, "", "done", "done"), walk(CALLBACK, "1", "done")):
        assert isinstance(fresh.command, Speak | Listen)
        assert fresh.command.fresh


# --- after a restart of ours -------------------------------------------------------------------------------------------------------------


def again(within: Flow, place: Place, caller: Caller = SOMEBODY) -> Move:
    return resume(within, decode(place.encode()), caller)


def test_a_menu_is_said_again_with_the_tries_used_up() -> None:
    move = again(MENU, walk(MENU, "7").place)
    assert spoken(move.command) == ["请按1"]
    assert advance(MENU, advance(MENU, move.place, SOMEBODY, "").place, SOMEBODY, "").place.step == "other"


def test_who_waits_in_the_queue_stays_at_the_very_same_place() -> None:
    place = walk(QUEUE, "yes", "").place
    newer = replace(QUEUE, version="2")
    move = again(newer, place)
    assert (move.place, move.command) == (place, EnterQueue("orders", 30))
    assert advance(newer, move.place, SOMEBODY, "").place.version == "2"


def test_a_message_is_taken_again_but_thanks_are_only_thanks() -> None:
    assert spoken(again(MESSAGE, walk(MESSAGE, "").place).command) == ["请留言"]
    assert spoken(again(MESSAGE, walk(MESSAGE, "", "done", "done").place).command) == ["已收到"]
    assert spoken(again(SURVEY, walk(SURVEY, "2", "done").place).command) == ["谢谢"]
    assert spoken(again(CALLBACK, walk(CALLBACK, "1", "done").place).command) == ["已登记"]


def test_the_outcome_so_far_and_the_slots_are_kept() -> None:
    assert again(MESSAGE, walk(MESSAGE, "", "done", "done").place).place.outcome == "voicemail"
    assert again(QUESTION, walk(QUESTION, "12345").place).place.slots == {"licence": "12345"}


def test_a_step_that_is_no_more_begins_at_the_start() -> None:
    assert again(MENU, walk(QUESTION, "12345").place).place.step == "menu"
    assert again(replace(MENU, name="g"), walk(MENU).place).place.step == "menu"
    assert again(replace(GREETING, languages=("en",)), walk(GREETING).place).place.language == "en"


# --- all of it ---------------------------------------------------------------------------------------------------------------------------


def test_where_there_is_no_flow_callers_reach_the_queue_or_leave_a_message() -> None:
    straight = straight_to("orders", "zh_CN")
    assert walk(straight, "yes").command == EnterQueue("orders", 300)
    assert walk(straight, "no", "", "done").command == Promise("orders", "voicemail", None, recorded=True)
    assert walk(straight_to("english", "en"), "no", language="en").place.language == "en"


def test_who_goes_round_and_round_is_hung_up() -> None:
    round_ = flow(Menu(name="menu", prompt=said("请按1"), choices={"1": "menu"}, otherwise="end"))
    move = walk(round_, *["1"] * (MOST_VISITS - 1))
    assert move.place.visit == MOST_VISITS
    assert advance(round_, move.place, SOMEBODY, "1").command == HangUp("")


SHIPPED = [loaded.flow for path in flow_files(CHECKOUT / "ivr_flows") if (loaded := load(path.read_text(encoding="utf-8"), path.name)).flow]
KEYS = ["", *"0123456789*", "13800000001", "12"]


def answer(command: Command, draw: st.DataObject) -> str:
    match command:
        case Listen():
            return str(draw.draw(st.sampled_from(KEYS)))
        case Speak():
            return str(draw.draw(st.sampled_from(["", "1", "#"])))
        case AskHours():
            return str(draw.draw(st.sampled_from(["open", "closed"])))
        case AskDuty():
            return str(draw.draw(st.sampled_from(["yes", "no"])))
        case EnterQueue():
            return str(draw.draw(st.sampled_from(["", "CONTINUE", "TIMEOUT", "FULL", "JOINEMPTY", "WITHDRAW", "odd"])))
        case Record():
            return str(draw.draw(st.sampled_from(["done", "nothing"])))
    return "done"


@given(st.data(), st.sampled_from(SHIPPED), st.sampled_from([SOMEBODY, NOBODY]))
def test_whatever_happens_a_walk_goes_on_and_may_be_taken_up_anywhere(data: st.DataObject, within: Flow, caller: Caller) -> None:
    move = begin(within, caller, "zh")
    for _ in range(60):
        if isinstance(move.command, HangUp):
            return
        assert decode(move.place.encode()) == move.place
        if data.draw(st.integers(0, 9)) == 0:
            move = resume(within, move.place, caller)
            assert move.place.step in within.steps
            continue
        result = answer(move.command, data)
        after = advance(within, move.place, caller, result)
        assert (after.left is not None) is (after.place.visit > move.place.visit)
        move = after


@given(st.sampled_from(SHIPPED), st.booleans(), st.sampled_from(["TIMEOUT", "FULL", "JOINEMPTY"]))
def test_who_presses_nothing_comes_to_an_end(within: Flow, duty: bool, status: str) -> None:
    move = begin(within, NOBODY, "zh")
    for _ in range(200):
        if isinstance(move.command, HangUp):
            return
        silent = {AskHours: "open", AskDuty: "yes" if duty else "no", EnterQueue: status, Record: "nothing"}
        move = advance(within, move.place, NOBODY, silent.get(type(move.command), ""))
    raise AssertionError(move)
