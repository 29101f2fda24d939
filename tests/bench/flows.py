"""A flow of 500 steps read and judged, as it is at a start, at a publish and beside the editor."""

from __future__ import annotations

import time

from callcenter.ivr.checking.check import check_source
from callcenter.ivr.language.known import Known
from tests.bench.figures import Figure

STEPS = 500
KNOWN = Known(queues=frozenset({"orders"}))

HEAD = """\
name: big
languages: [zh, en]
start: menu-0
person: person
steps:
  person: {do: queue, queue: orders, answered: bye, timeout: note, nobody: note}
  note: {do: message, prompt: {zh: 请在提示音后留言。, en: Please leave a message after the tone.}, queue: orders, next: bye}
  again: {do: say, prompt: {zh: 请稍候。, en: One moment.}, next: bye}
  straight: {do: menu, prompt: {zh: 结束请按1。, en: To end press 1.}, choices: {1: again}, otherwise: person}
  bye: {do: end, prompt: {zh: 感谢您的来电。, en: Thank you. Goodbye.}}
"""

PART = """\
  menu-%(n)s:
    do: menu
    title: {zh: 主菜单, en: Main menu}
    prompt:
      zh: 订货请按1,送货与业务咨询请按2,留言请按3,人工服务请按0。
      en: For orders press 1. For delivery and questions press 2. To leave a message press 3. For a person press 0.
    choices: {1: ask-%(n)s, 2: say-%(n)s, 3: note}
    on_invalid:
      zh: 您的输入有误,请重新选择。
      en: That is not one of the choices.
    otherwise: person
  ask-%(n)s:
    do: ask
    title: {zh: 输入许可证号, en: Licence number}
    prompt:
      zh: 请输入您的许可证号,以井号键结束。
      en: Please enter your licence number, and end with the hash key.
    into: licence%(slot)s
    least: 4
    most: 12
    next: told-%(n)s
    otherwise: person
  told-%(n)s:
    do: say
    prompt:
      zh: 您输入的是{licence%(slot)s}。
      en: You have entered {licence%(slot)s}.
    next: %(next)s
  say-%(n)s:
    do: say
    prompt:
      zh: 正在为您查询,请稍候。
      en: One moment, please.
    next: queue-%(n)s
  queue-%(n)s:
    do: queue
    queue: orders
    prompt:
      zh: 正在为您转接订货专席,请稍候。
      en: We are connecting you with our order desk. One moment, please.
    answered: bye
    timeout: note
    nobody: note
"""


def big(steps: int = STEPS) -> str:
    """A flow of this many steps (a multiple of 5), with menus, questions, slots and prompts in two languages."""
    count = steps // 5 - 1
    parts = (PART % {"n": n, "slot": n % 10, "next": f"menu-{n + 1}" if n + 1 < count else "straight"} for n in range(count))
    return HEAD + "".join(parts)


def checked(rounds: int) -> Figure:
    """Processor time for reading and judging it, for the machine may be busy with something else."""
    source = big()
    values = []
    for _ in range(rounds):
        began = time.process_time()
        loaded = check_source(source, "big.yaml", KNOWN)
        values.append((time.process_time() - began) * 1000)
        if loaded.flow is None or len(loaded.flow.steps) != STEPS:
            raise AssertionError(loaded.findings[:3])
    return Figure(f"flow of {STEPS} steps checked", values, "ms CPU")
