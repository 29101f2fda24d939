"""The reference of the flow language, made from what reads it: `python -m callcenter.ivr.reference > docs/flows.md`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping

from callcenter.ivr.language.fill import fill
from callcenter.ivr.language.finding import MOST_FINDINGS
from callcenter.ivr.language.key_table import key_table
from callcenter.ivr.language.load import MOST_STEPS
from callcenter.ivr.language.reader import MOST_BYTES
from callcenter.ivr.language.spoken import KINDS as SPOKEN
from callcenter.ivr.language.step_keys import step_keys
from callcenter.ivr.language.steps import BUILT_IN_SLOTS, EXITS, KINDS, WORDS
from callcenter.ivr.language.words import LANGUAGES, MOST_TEXT, Within
from callcenter.ivr.scripts import script_file
from callcenter.ivr.walking.restart import RESTARTS

FLOW_KEYS: Mapping[str, str] = {
    "name": "the flow's name: small letters, digits, - and _; hotlines name their flow by it",
    "title": "what people call the flow, in both languages of the screens: `{zh: 订货与咨询, en: Orders}`; its name when left out",
    "languages": f"those it speaks, a list of {', '.join(LANGUAGES)}; every prompt is in all of them, the first is spoken when in doubt",
    "start": "the step a caller comes to first",
    "person": "the queue step that key 0 leads to from every menu; may be left out where there is no menu",
    "steps": f"steps by name, 1 to {MOST_STEPS}",
}
MEANINGS: Mapping[str, str] = {
    "title": "what people call the step, in both languages of the screens: `{zh: 主菜单, en: Main menu}`",
    "prompt": "what is said",
    "known": "what is said instead to a caller whose name is known",
    "interrupt": "`no`: keys do not cut the prompt; what is pressed meanwhile counts when it has been heard",
    "next": "the step after",
    "choices": "the step of each key, 1 to 9 or *: `{1: orders, 2: advice}`",
    "tries": "how often he is asked",
    "timeout_s": "seconds he has for a key",
    "on_invalid": "what is said after a wrong key, before he is asked again",
    "otherwise": "the step after all tries",
    "silent": "the step after all tries when no key and no sound came from him in the whole call, which then has the exit `silent`; that "
    "of `otherwise` when left out",
    "into": "the slot that keeps the digits",
    "least": "fewest digits",
    "most": "most digits",
    "language": "the language from here on",
    "plan": "when it is open; `hotline`, or left out: the weekly plan of the hotline that was called",
    "open": "the step while it is open",
    "closed": "the step while it is closed",
    "queue": "the queue",
    "answered": "the step after the talk",
    "timeout": "the step when nobody has answered in time",
    "full": "the step when the queue is full; that of `timeout` when left out",
    "no_agent": "the step when the last agent leaves meanwhile; that of `nobody` when left out",
    "nobody": "the step when nobody is on duty; he is not put into the queue",
    "most_s": "longest message, in seconds",
    "silence_s": "seconds of silence that end it",
    "thanks": "what is said after it",
    "agent": "the agent's number; he is rung wherever he sits",
    "seat": "the seat's name",
    "number": "a number outside, which the settings allow to be dialled",
    "no_answer": "the step when nobody takes the call",
    "busy": "the step when he is busy, or declines at his telephone; that of `no_answer` when left out",
    "refused": "the step when the line refuses the call, or it may not be made; that of `no_answer` when left out",
    "number_prompt": "what asks for another number",
    "promised": "what is said when the callback is noted",
    "keys": "the keys that are answers",
    "outcome": "the call's exit, when it is not what follows from the way here",
    "holiday": "the step on a public holiday or a special day; that of `closed` when left out",
    "emergency": "the step while an emergency closes the hotline; that of `closed` when left out",
    "by": "`number`: the number he calls from; or the slot with what he keyed in",
    "unknown": "the step when he is nobody's number",
    "which": "what asks one whose number several customers have for whom he calls; their names and keys are said after it",
    "several": "the step when several customers have this number, and he was not asked or did not say for whom he calls; that of `unknown` "
    "when left out",
    "locked": "the step after too many wrong tries; that of `unknown` when left out",
    "limited": "the step when callers of his number have asked too often today; left out: he is not counted",
    "action": "the action's name",
    "with": "what it is given, a text with slots for each input: `{order: '{order}'}`",
    "results": "the step of each result: `{found: told, unknown: again, failed: person}`",
    "flow": "the other flow's name",
    "step": "the step of it; its start when left out",
}
OWN: Mapping[tuple[str, str], str] = {
    ("queue", "prompt"): "what is said before he waits, when somebody is on duty",
    ("queue", "timeout_s"): "longest wait, in seconds",
    ("transfer", "prompt"): "what is said before he is rung",
    ("transfer", "timeout_s"): "how long it rings, in seconds",
    ("transfer", "answered"): "the step after the talk; the end of the call when left out",
    ("survey", "by"): "`queue`: he is asked the questions of the queue in which he was, and `prompt` only when it has none",
    ("survey", "prompt"): "what is asked",
    ("message", "queue"): "the queue that owes him a callback",
    ("callback", "queue"): "the queue that owes the callback",
    ("end", "prompt"): "what is said before",
    ("do", "prompt"): "what is said before it is done",
    ("lookup", "known"): "the step when he is one customer, or has said which",
}
"""Where a key means something else in one kind of step."""

EXAMPLES: Mapping[str, str] = {"number": "250", "money": "123.50", "digits": "1010", "phone": "13800", "date": "1001", "time": "1405"}

BEGIN = """\
# The flow language

*Made by `python -m callcenter.ivr.reference > docs/flows.md`; change the code, not this page.*

A flow is a YAML file: what callers hear, which keys they have, where they go. It is closed: what does not stand here is refused,
with its line. Nobody hears it before `callcenter flow check` finds no error in it. `callcenter flow draw` shows it,
`callcenter flow simulate` walks it without a phone.
"""

EXAMPLE = """\
name: small
languages: [zh, en]
start: hours
person: person
steps:
  hours: {do: hours, open: menu, closed: message}
  menu:
    do: menu
    prompt:
      zh: 查询订单请按1,人工服务请按0。
      en: For your order press 1. For a person press 0.
    choices: {1: number}
    otherwise: person
  number:
    do: ask
    prompt: {zh: 请输入订单号码。, en: Please enter the order number.}
    into: order_no
    least: 4
    most: 20
    next: order
    otherwise: person
  order:
    do: do
    action: order_status
    with: {order: "{order_no}"}
    results: {found: told, none: person, failed: person}
  told:
    do: end
    prompt:
      zh: 订单{order},金额{amount},{state}。再见。
      en: "Order {order} comes to {amount}. It is now: {state}. Goodbye."
    outcome: self_served
  person: {do: queue, queue: orders, answered: bye, timeout: message, nobody: message}
  message:
    do: message
    prompt: {zh: 请在提示音后留言。, en: Please leave a message after the tone.}
    queue: orders
    next: bye
  bye: {do: end}
"""

PROMPTS = """\
## Prompts and slots

A prompt is a text in each of the flow's languages, `{zh: 您好, en: Hello}`, or the name of a prompt that has them: `goodbye`. Prompts
with a name are changed on their own page, and may be recorded instead of spoken; beside flows in a folder they stand in `prompts.yaml`.
A published version of a flow keeps those that it was published with.

`{licence}` in a text is a slot: what an `ask` step keeps under that name, what a `lookup` knows of the caller (`{name}`, `{open_case}`,
`{manager}`), what an action fills (docs/actions.md). What an action fills is spoken as the kind that the action declares; other digits are
spoken one by one, unless the slot names the kind of what it holds; a value that is none of its kind is spoken digit by digit, and the
log says so. A slot that holds nothing is silent.
"""

RESTARTED = """\
## When the server restarts

Callers stay where they are: Asterisk keeps each one's place on his channel, and a server that comes back goes on from there, in the
version of the flow that he heard. Whoever waits or talks notices nothing. New callers are taken by the dialplan meanwhile.

| Step | | What he notices |
|---|---|---|
"""

CHECKED = """\
## What is checked

Everything at once, each with file, line and what would be right:

- unknown and missing keys, languages, steps, queues, prompts, actions, flows; numbers that may not be dialled
- actions without what they need, and results of theirs without a way
- steps that no way leads to; circles on which nobody presses a key, through other flows too
- slots that nothing fills, or that are spoken on some way before they are filled
- keys that the prompt of a menu or survey names and that choose nothing; as a warning, keys that it does not name
- menus without a way to a person, or from which, closed or with nobody on duty, no way leads to a message or a callback
- times of a plan that overlap; as a warning, holes of a few minutes
- as a warning, agents and seats that are not there, and other flows that do not speak the language
- as a warning, recorded prompts whose slots keep their sound from being played
- scripts beside the flow that come out otherwise

An error keeps a flow from being used; a warning does not, and `callcenter flow check` ends with 0. Of a file the first {most} errors and
the first {most} warnings are told, and whether there are more.
"""


def reference() -> str:
    """The whole page."""
    parts = [
        BEGIN,
        *_flow(),
        *(line for word in KINDS for line in _step(word)),
        PROMPTS,
        *_slots(),
        *_scripts(),
        RESTARTED + _restarts(),
        CHECKED.format(most=MOST_FINDINGS),
    ]
    return "\n".join(parts)


def _flow() -> Iterator[str]:
    yield "## A flow\n"
    yield "| Key | Meaning |\n|---|---|"
    yield from (f"| `{name}` | {meaning} |" for name, meaning in FLOW_KEYS.items())
    yield f"\nAt most {MOST_BYTES // 1024} KiB; no anchors, aliases or tags. A prompt has at most {MOST_TEXT} characters;"
    yield 'a text with a comma, a colon or a `{slot}` stands in quotes: `{zh: "您好,请按 1", en: "Hello, press 1"}`. A small one:\n'
    yield f"```yaml\n{EXAMPLE}```\n"


def _step(word: str) -> Iterator[str]:
    yield f"## `do: {word}`\n"
    yield f"{inspect.getdoc(KINDS[word])}\n"
    keys = step_keys(word, Within())
    yield from key_table(keys, {name: OWN.get((word, name)) or MEANINGS[name] for name in keys})
    if word == "end":
        yield f"\nExits: {', '.join(f'`{exit}`' for exit in EXITS)}."
    yield ""


def _slots() -> Iterator[str]:
    yield f"Known of every caller: {', '.join(f'`{{{slot}}}`' for slot in sorted(BUILT_IN_SLOTS))}.\n"
    yield "| Slot | Holds | Chinese | English |\n|---|---|---|---|"
    for kind in SPOKEN:
        slot = f"{{x:{kind}}}"
        said = [fill(slot, {"x": EXAMPLES[kind]}, language).text for language in LANGUAGES]
        yield f"| `{slot}` | {EXAMPLES[kind]} | {said[0]} | {said[1]} |"
    yield ""


def _restarts() -> str:
    rows = ((WORDS[kind], "repeated" if one.repeated else "continued after", one.what) for kind, one in RESTARTS.items())
    return "".join(f"| `{word}` | {how} | {what} |\n" for word, how, what in rows)


def _scripts() -> Iterator[str]:
    yield "## Scripts\n"
    yield "Beside `orders.yaml` stands `orders.walk.yaml`: what callers do, and what must come of it."
    yield "`callcenter flow check` walks all of them.\n"
    yield f"{(inspect.getdoc(script_file) or '').partition(chr(10) * 2)[2]}\n"


if __name__ == "__main__":
    print(reference(), end="")
