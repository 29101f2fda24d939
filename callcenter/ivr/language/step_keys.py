"""The keys of every kind of step: how each is read, and what stands for it when it is left out. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from callcenter.ivr.language import words
from callcenter.ivr.language.plan import read_plan
from callcenter.ivr.language.reader import Key, number, one_of, yes_or_no
from callcenter.ivr.language.steps import EXITS
from callcenter.ivr.language.words import Within

FIELDS: Mapping[str, str] = {"with": "given"}
"""Keys whose name in the record of the step is another one."""


def step_keys(word: str, within: Within) -> Mapping[str, Key]:
    """The keys of a kind of step, beside `do`, in a flow's languages and with its steps as targets."""
    prompt, maybe_prompt = Key(within.prompt), Key(within.prompt, None)
    target, maybe = Key(within.target), Key(within.target, None)
    return {"title": Key(words.title, None), **_KINDS[word](prompt, maybe_prompt, target, maybe, within)}


Keys = dict[str, Key]


def _say(prompt: Key, maybe_prompt: Key, target: Key, _maybe: Key, _within: Within) -> Keys:
    return {"prompt": prompt, "known": maybe_prompt, "interrupt": _INTERRUPT, "next": target}


def _menu(prompt: Key, maybe_prompt: Key, target: Key, maybe: Key, within: Within) -> Keys:
    return {
        "prompt": prompt,
        "choices": Key(within.choices),
        "tries": _TRIES,
        "timeout_s": Key(_TIME, 5),
        "interrupt": _INTERRUPT,
        "on_invalid": maybe_prompt,
        "otherwise": target,
        "silent": maybe,
    }


def _ask(prompt: Key, maybe_prompt: Key, target: Key, maybe: Key, _within: Within) -> Keys:
    return {
        "prompt": prompt,
        "into": Key(words.slot),
        "least": Key(number(1, 32), 1),
        "most": Key(number(1, 32)),
        "tries": _TRIES,
        "timeout_s": Key(_TIME, 8),
        "interrupt": _INTERRUPT,
        "on_invalid": maybe_prompt,
        "next": target,
        "otherwise": target,
        "silent": maybe,
    }


def _language(_prompt: Key, _maybe_prompt: Key, target: Key, _maybe: Key, within: Within) -> Keys:
    return {"language": Key(one_of(within.languages)), "next": target}


def _hours(_prompt: Key, _maybe_prompt: Key, target: Key, maybe: Key, _within: Within) -> Keys:
    return {"plan": Key(read_plan, None), "open": target, "closed": target, "holiday": maybe, "emergency": maybe}


def _lookup(_prompt: Key, maybe_prompt: Key, target: Key, maybe: Key, _within: Within) -> Keys:
    return {
        "by": Key(words.slot, "number"),
        "which": maybe_prompt,
        "tries": Key(number(1, 9), 2),
        "timeout_s": Key(_TIME, 5),
        "interrupt": _INTERRUPT,
        "known": target,
        "unknown": target,
        "several": maybe,
        "locked": maybe,
    }


def _queue(_prompt: Key, maybe_prompt: Key, target: Key, maybe: Key, _within: Within) -> Keys:
    return {
        "queue": Key(words.name),
        "prompt": maybe_prompt,
        "interrupt": _INTERRUPT,
        "timeout_s": Key(number(5, 7200), 300),
        "answered": target,
        "timeout": target,
        "full": maybe,
        "no_agent": maybe,
        "nobody": target,
    }


def _transfer(_prompt: Key, maybe_prompt: Key, target: Key, maybe: Key, _within: Within) -> Keys:
    return {
        "agent": Key(words.number, ""),
        "seat": Key(words.name_or_number, ""),
        "number": Key(words.number, ""),
        "prompt": maybe_prompt,
        "interrupt": _INTERRUPT,
        "timeout_s": Key(number(5, 120), 30),
        "answered": maybe,
        "no_answer": target,
        "busy": maybe,
        "refused": maybe,
    }


def _message(prompt: Key, maybe_prompt: Key, target: Key, maybe: Key, _within: Within) -> Keys:
    return {
        "prompt": prompt,
        "interrupt": _INTERRUPT,
        "queue": Key(words.name),
        "most_s": Key(number(5, 600), 120),
        "silence_s": Key(number(2, 30), 5),
        "thanks": maybe_prompt,
        "next": target,
        "limited": maybe,
    }


def _callback(prompt: Key, _maybe_prompt: Key, target: Key, maybe: Key, _within: Within) -> Keys:
    return {
        "prompt": prompt,
        "interrupt": _INTERRUPT,
        "number_prompt": prompt,
        "promised": prompt,
        "queue": Key(words.name),
        "tries": _TRIES,
        "timeout_s": Key(_TIME, 8),
        "next": target,
        "otherwise": target,
        "limited": maybe,
    }


def _survey(prompt: Key, maybe_prompt: Key, target: Key, _maybe: Key, _within: Within) -> Keys:
    return {
        "by": Key(one_of(("queue",)), ""),
        "prompt": prompt,
        "keys": Key(words.survey_keys, "12345"),
        "tries": Key(number(1, 9), 2),
        "timeout_s": Key(_TIME, 6),
        "interrupt": _INTERRUPT,
        "thanks": maybe_prompt,
        "next": target,
    }


def _do(_prompt: Key, maybe_prompt: Key, _target: Key, _maybe: Key, within: Within) -> Keys:
    return {
        "action": Key(words.name),
        "with": Key(words.given, {}),
        "results": Key(within.results),
        "prompt": maybe_prompt,
        "interrupt": _INTERRUPT,
    }


def _go_to(_prompt: Key, _maybe_prompt: Key, _target: Key, _maybe: Key, _within: Within) -> Keys:
    return {"flow": Key(words.name), "step": Key(words.name, None)}


def _end(_prompt: Key, maybe_prompt: Key, _target: Key, _maybe: Key, _within: Within) -> Keys:
    return {"prompt": maybe_prompt, "interrupt": _INTERRUPT, "outcome": Key(one_of(EXITS), "")}


_TRIES, _TIME, _INTERRUPT = Key(number(1, 9), 3), number(1, 60), Key(yes_or_no, True)

_KINDS = {
    "say": _say,
    "menu": _menu,
    "ask": _ask,
    "language": _language,
    "hours": _hours,
    "lookup": _lookup,
    "queue": _queue,
    "transfer": _transfer,
    "message": _message,
    "callback": _callback,
    "survey": _survey,
    "do": _do,
    "go_to": _go_to,
    "end": _end,
}
