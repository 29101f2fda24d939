"""How often callers may ask, and what a queue asks them, walked move by move."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from callcenter.ivr.language.steps import Callback, End, Flow, Message, Prompt, Step, Survey
from callcenter.ivr.scripts.script import walk_script
from callcenter.ivr.scripts.script_file import Script, World
from callcenter.ivr.walking.commands import AskMay, AskQuestion, Command, HangUp, Listen, NoteSurvey, Promise, Record, Speak
from callcenter.ivr.walking.place import decode
from callcenter.ivr.walking.walk import Caller, Left, Move, advance, begin, resume, tried_in_vain

SOMEBODY = Caller("张三", "13800000001")


def said(text: str) -> Prompt:
    return Prompt(MappingProxyType({"zh": text}))


MESSAGE = Message(name="message", prompt=said("请留言"), queue="orders", next="end", limited="full")
CALLBACK = Callback(
    name="callback",
    prompt=said("按1确认"),
    number_prompt=said("请输入号码"),
    promised=said("好的"),
    queue="orders",
    next="end",
    otherwise="end",
    limited="full",
)
SURVEY = Survey(name="survey", by="queue", prompt=said("请评价"), thanks=said("谢谢"), next="end")


def flow(step: Step) -> Flow:
    others = (End(name="end"), End(name="full", prompt=said("今天次数已满")))
    return Flow("f", "1", ("zh",), step.name, {one.name: one for one in (step, *others)})


def walk(step: Step, *results: str, caller: Caller = SOMEBODY) -> Move:
    move = begin(flow(step), caller, "zh")
    for result in results:
        move = advance(flow(step), move.place, caller, result)
    return move


def commands(step: Step, *results: str, caller: Caller = SOMEBODY) -> list[type[Command]]:
    return [type(walk(step, *results[:n], caller=caller).command) for n in range(len(results) + 1)]


def test_who_may_leave_no_more_messages_is_told_so() -> None:
    assert commands(MESSAGE, "yes", "", "done") == [AskMay, Speak, Record, Promise]
    refused = walk(MESSAGE, "no")
    assert (refused.place.step, refused.left) == ("full", Left("message", "limited"))


def test_who_may_ask_for_no_more_calls_is_told_so() -> None:
    assert commands(CALLBACK, "yes", "1", "done", "") == [AskMay, Listen, Promise, Speak, HangUp]
    assert commands(CALLBACK, "yes", "2", "02161234567") == [AskMay, Listen, Listen, Promise]
    assert commands(CALLBACK, "yes", "02161234567", caller=Caller()) == [AskMay, Listen, Promise]
    assert walk(CALLBACK, "no", caller=Caller()).left == Left("callback", "limited")


def test_without_a_way_for_it_nobody_is_counted() -> None:
    assert commands(replace(MESSAGE, limited=None), "") == [Speak, Record]
    assert commands(replace(CALLBACK, limited=None), "1") == [Listen, Promise]


def test_a_walking_script_says_who_has_asked_too_often() -> None:
    script = Script(it="", services=World(limited=True))
    assert walk_script(flow(MESSAGE), script).path == ["message", "full"]


def test_a_queues_questions_are_asked_in_order_and_each_answer_is_kept() -> None:
    move = walk(SURVEY)
    assert move.command == AskQuestion(0, 6, fresh=True)
    assert walk(SURVEY, "5").command == NoteSurvey("5", 0)
    assert walk(SURVEY, "5", "done").command == AskQuestion(1, 6, fresh=True)
    assert walk(SURVEY, "5", "done", "1").command == NoteSurvey("1", 1)
    thanked = walk(SURVEY, "5", "done", "1", "done", "over")
    assert isinstance(thanked.command, Speak)
    done = advance(flow(SURVEY), thanked.place, SOMEBODY, "")
    assert done.left == Left("survey", "1")


def test_a_wrong_key_is_asked_again_and_who_says_nothing_is_asked_no_more() -> None:
    assert walk(SURVEY, "wrong:9").command == AskQuestion(0, 6)
    assert walk(SURVEY, "wrong:9", "wrong:8").command == NoteSurvey(None, 0)
    assert walk(SURVEY, "1", "done", "").command == NoteSurvey(None, 1)
    assert walk(SURVEY, "1", "done", "", "done").left == Left("survey", "timeout")


def in_vain(*results: str) -> list[str | None]:
    """What each of these is told as, in this order."""
    moves = [walk(SURVEY, *results[:n]) for n in range(len(results) + 1)]
    return [tried_in_vain(before, result, after) for before, result, after in zip(moves, results, moves[1:], strict=False)]


def test_every_key_and_every_time_without_one_is_told_at_each_question_of_a_survey() -> None:
    assert in_vain("wrong:9", "wrong:8", "done") == ["9", "8", None]
    assert in_vain("wrong:9", "5", "done", "wrong:7", "", "done") == ["9", None, None, "7", "", None]
    assert in_vain("", "done") == ["", None]
    assert in_vain("own", "9", "4", "done", "") == [None, "9", None, None, None]
    assert in_vain("own", "9", "", "done") == [None, "9", "", None]


def test_a_queue_without_questions_is_judged_by_the_steps_own() -> None:
    own = walk(SURVEY, "own")
    assert isinstance(own.command, Listen)
    assert walk(SURVEY, "own", "4").command == NoteSurvey("4")
    assert walk(SURVEY, "own", "").command == NoteSurvey(None)
    assert isinstance(walk(SURVEY, "own", "4", "done").command, Speak)


def test_a_restart_goes_on_at_the_same_question() -> None:
    move = walk(SURVEY, "5", "done")
    assert resume(flow(SURVEY), decode(move.place.encode()), SOMEBODY).command == move.command
    noting = walk(SURVEY, "5", "done", "2")
    assert resume(flow(SURVEY), decode(noting.place.encode()), SOMEBODY).command == NoteSurvey("2", 1)


def test_a_second_survey_begins_at_the_first_question() -> None:
    again = replace(SURVEY, next="second")
    steps = flow(again).steps
    both = replace(flow(again), steps={**steps, "second": replace(SURVEY, name="second")})
    move = begin(both, SOMEBODY, "zh")
    for result in ("1", "done", "over", ""):
        move = advance(both, move.place, SOMEBODY, result)
    assert (move.place.step, move.command) == ("second", AskQuestion(0, 6, fresh=True))
