"""A flow that comes to every kind of step by one or two keys, and what it says. Each text is said in one place only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from shutil import copyfile

from callcenter.settings import CHECKOUT

HOTLINE = "8000000001"
OUTSIDE = "13955550001"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

SAID: Mapping[str, tuple[str, str]] = {
    "greeting": ("欢迎您致电测试热线。", "Welcome to the hotline under test."),
    "menu": ("主菜单,请选择业务。", "Main menu. Please choose."),
    "more": ("其他业务,请继续按键。", "Other matters. Please press another key."),
    "wrong": ("没有这个选项。", "There is no such choice."),
    "menu_over": ("您没有选择任何业务。", "You have chosen nothing."),
    "ask": ("请键入四位数字。", "Please enter four digits."),
    "ask_wrong": ("数字的位数不对。", "That is not four digits."),
    "asked": ("您键入的是{code}。", "You have entered {code}."),
    "ask_over": ("您没有键入数字。", "You have entered nothing."),
    "must_hear": (
        "这一段话请您一定从头到尾仔细听完,中途按键也不会打断。",
        "Please listen to all of this, no key cuts it short.",
    ),
    "after_must": ("您已经全部听完。", "Now you have heard all of it."),
    "long": (
        "这是一段很长的介绍,您随时可以按任意键跳过这一段介绍继续往下听。",
        "This is a very long introduction; any key skips it.",
    ),
    "skipped": ("介绍到此为止。", "That was the introduction."),
    "english": ("这里应当是英语。", "From here on you hear English."),
    "is_open": ("现在正是营业时间。", "We are open at this moment."),
    "is_closed": ("本柜台今天不营业。", "This desk is closed today."),
    "known": ("{name},我们认得您的号码。", "{name}, we know your number."),
    "unknown": ("我们不认得这个号码。", "We do not know this number."),
    "which": ("请说明您是哪一家店。", "Please say which shop you are."),
    "several": ("您没有说明是哪一家。", "You have not said which one."),
    "locked": ("错误次数太多,请稍后再试。", "Too many wrong tries. Please try later."),
    "licence": ("请键入许可证编号。", "Please enter your licence."),
    "queue": ("马上为您接通专席。", "We are connecting you."),
    "queue_over": ("专席一直没有空。", "Nobody was free in time."),
    "nobody": ("这个专席无人值守。", "Nobody serves this desk."),
    "transfer": ("正在转给您的客户经理。", "We are calling your account manager."),
    "transfer_over": ("客户经理没有接听。", "Your account manager does not answer."),
    "transfer_busy": ("客户经理拒接了来电。", "Your account manager has refused the call."),
    "talked": ("您和客户经理的通话已结束。", "Your talk is over."),
    "message": ("嘀声之后请说话。", "Speak after the tone."),
    "message_kept": ("录音已经保存。", "Your message is kept."),
    "callback": ("按一回拨本机,按二换号码。", "One for this number, two for another."),
    "callback_number": ("请键入回拨号码。", "Please enter the number to call."),
    "callback_noted": ("回拨已经登记好了。", "The callback is noted."),
    "callback_over": ("没有登记任何回拨。", "No callback was noted."),
    "survey": ("请为服务打分,一到五。", "Please judge us, one to five."),
    "survey_thanks": ("谢谢您的评分。", "Thank you for judging."),
    "told": ("系统答复了您的查询。", "The system has answered."),
    "failed": ("系统此刻没有答复。", "The system does not answer."),
    "other_flow": ("您已进入另一个流程。", "This is another flow."),
    "bye": ("再见,祝您生意兴隆。", "Goodbye and good business."),
}


def text(name: str, language: str = "zh") -> str:
    return SAID[name][("zh", "en").index(language)]


def _prompt(name: str) -> str:
    return f'{{zh: "{SAID[name][0]}", en: "{SAID[name][1]}"}}'


def _say(step: str, then: str = "bye", more: str = "") -> str:
    return f"  {step}: {{do: say, prompt: {_prompt(step)}, next: {then}{more}}}\n"


def flow(now: datetime) -> str:
    """The flow; its desk that is closed today is open on another day than that of `now`, or yesterday."""
    other = DAYS[(now.weekday() + 3) % 7]
    return (
        "name: orders\nlanguages: [zh, en]\nstart: greeting\nperson: person\nsteps:\n"
        + _say("greeting", "menu")
        + f"""  menu:
    {{do: menu, prompt: {_prompt("menu")}, timeout_s: 2, tries: 2, on_invalid: {_prompt("wrong")}, otherwise: menu_over,
     choices: {{1: ask, 2: must_hear, 3: language, 4: hours, 5: by_number, 6: queue, 7: transfer, 8: message, 9: callback, "*": more}}}}
  more:
    {{do: menu, prompt: {_prompt("more")}, timeout_s: 6, tries: 2, on_invalid: {_prompt("wrong")}, otherwise: menu_over,
     choices: {{1: survey, 2: quick, 3: hanging, 4: elsewhere, 5: outside, 6: licence, 7: long, 8: unserved}}}}
  ask:
    {{do: ask, prompt: {_prompt("ask")}, into: code, least: 4, most: 4, tries: 2, timeout_s: 2, on_invalid: {_prompt("ask_wrong")},
     next: asked, otherwise: ask_over}}
  language: {{do: language, language: en, next: english}}
  hours: {{do: hours, plan: {{mon-sun: "00:00-24:00"}}, open: is_open, closed: bye}}
  hours_closed: {{do: hours, plan: {{{other}: "00:00-24:00"}}, open: bye, closed: is_closed}}
  by_number:
    {{do: lookup, by: number, which: {_prompt("which")}, tries: 2, timeout_s: 2, known: known, unknown: unknown, several: several}}
  licence:
    {{do: ask, prompt: {_prompt("licence")}, into: licence, least: 6, most: 20, tries: 1, timeout_s: 3, next: by_licence, otherwise: bye}}
  by_licence: {{do: lookup, by: licence, known: known, unknown: unknown, locked: locked}}
  queue:
    {{do: queue, queue: orders, prompt: {_prompt("queue")}, timeout_s: 8, answered: survey, timeout: queue_over, nobody: nobody}}
  unserved: {{do: queue, queue: english, timeout_s: 8, answered: survey, timeout: queue_over, nobody: nobody}}
  person: {{do: queue, queue: orders, timeout_s: 60, answered: survey, timeout: message, nobody: message}}
  transfer:
    {{do: transfer, agent: "2003", prompt: {_prompt("transfer")}, timeout_s: 5, answered: talked, no_answer: transfer_over,
     busy: transfer_busy, refused: transfer_busy}}
  outside: {{do: transfer, number: "{OUTSIDE}", timeout_s: 60, answered: talked, no_answer: transfer_over}}
  message:
    {{do: message, prompt: {_prompt("message")}, queue: orders, most_s: 20, silence_s: 2, thanks: {_prompt("message_kept")}, next: bye}}
  callback:
    {{do: callback, prompt: {_prompt("callback")}, number_prompt: {_prompt("callback_number")}, promised: {_prompt("callback_noted")},
     queue: orders, tries: 2, timeout_s: 2, next: bye, otherwise: callback_over}}
  survey: {{do: survey, prompt: {_prompt("survey")}, tries: 2, timeout_s: 2, thanks: {_prompt("survey_thanks")}, next: bye}}
  quick: {{do: do, action: quick, results: {{found: told, failed: failed}}}}
  hanging: {{do: do, action: hanging, results: {{found: told, failed: failed}}}}
  elsewhere: {{do: go_to, flow: other}}
  bye: {{do: end, prompt: {_prompt("bye")}}}
"""
        + _say("menu_over")
        + _say("asked")
        + _say("ask_over")
        + _say("must_hear", "after_must", ", interrupt: no")
        + _say("after_must")
        + _say("long", "skipped")
        + _say("skipped")
        + _say("english")
        + _say("is_open", "hours_closed")
        + _say("is_closed")
        + "".join(map(_say, ("known", "unknown", "several", "locked", "queue_over", "nobody", "transfer_over", "transfer_busy", "talked")))
        + "".join(map(_say, ("told", "failed", "callback_over")))
    )


OTHER = f"""name: other
languages: [zh, en]
start: other_flow
steps:
  other_flow: {{do: say, prompt: {_prompt("other_flow")}, next: bye}}
  bye: {{do: end, prompt: {_prompt("bye")}, outcome: self_served}}
"""

SERVICES = """quick:
  what: Answers at once.
  url: {url}/quick
  replies: [{status: 200, result: found}]
hanging:
  what: Never answers.
  url: {url}/hanging
  limit_s: 1
  replies: [{status: 200, result: found}]
"""


def write(folder: Path, now: datetime) -> None:
    """The flows of a centre, as a fresh one begins with."""
    folder.mkdir(parents=True)
    for name in ("complaints", "english", "licence"):
        copyfile(CHECKOUT / f"ivr_flows/{name}.yaml", folder / f"{name}.yaml")
    copyfile(CHECKOUT / "ivr_flows/prompts.yaml", folder / "prompts.yaml")
    (folder / "orders.yaml").write_text(flow(now), encoding="utf-8")
    (folder / "other.yaml").write_text(OTHER, encoding="utf-8")
