"""How kinds of steps look in the picture of a flow: their colours, their words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from callcenter.ivr.language.steps import Do, Flow, GoTo, Menu, Queue, Step

COLOURS: Mapping[str, tuple[str, str]] = {
    "say": ("#eef4fb", "#3f6f9f"),
    "menu": ("#fdf3e1", "#94610a"),
    "ask": ("#fdf3e1", "#94610a"),
    "language": ("#f1eefb", "#6a52b5"),
    "hours": ("#f1eefb", "#6a52b5"),
    "lookup": ("#f1eefb", "#6a52b5"),
    "queue": ("#e7f6ec", "#1f7a41"),
    "transfer": ("#e7f6ec", "#1f7a41"),
    "message": ("#fbeef4", "#a03c6c"),
    "callback": ("#fbeef4", "#a03c6c"),
    "survey": ("#e8f7f8", "#1d7680"),
    "do": ("#fff0ea", "#b04a22"),
    "go_to": ("#f1f3f5", "#56616f"),
    "end": ("#f1f3f5", "#56616f"),
}
"""Filling, and the frame and letters, of each kind of step."""

KINDS: Mapping[str, tuple[str, str]] = {
    "say": ("播报", "say"),
    "menu": ("菜单", "menu"),
    "ask": ("收号", "ask"),
    "language": ("语言", "language"),
    "hours": ("时间", "hours"),
    "lookup": ("识别客户", "look up"),
    "queue": ("队列", "queue"),
    "transfer": ("转接", "transfer"),
    "message": ("留言", "message"),
    "callback": ("回拨", "callback"),
    "survey": ("评价", "survey"),
    "do": ("动作", "action"),
    "go_to": ("转流程", "go to"),
    "end": ("结束", "end"),
}

NAMELESS: Mapping[str, str] = MappingProxyType({})
PERSON_KEY = ("0 转人工", "0 for a person")


def said(pair: tuple[str, str], language: str) -> str:
    """The Chinese or the English one."""
    return pair[0 if language == "zh" else 1]


def title(named: Step | Flow, language: str) -> str:
    """What people call the step, or the flow."""
    return said(named.title, language) if named.title else named.name


def subtitle(flow: Flow, step: Step, language: str, queues: Mapping[str, str] = NAMELESS, actions: Mapping[str, str] = NAMELESS) -> str:
    """What the step is, in a few words: its kind, and what it is about. `queues`, `actions`: what they are called; else by their names."""
    about = ""
    match step:
        case Queue():
            about = queues.get(step.queue, step.queue)
        case Do():
            about = actions.get(step.action, step.action)
        case GoTo():
            about = _where(flow, step, language)
        case Menu() if flow.person and flow.person not in (*step.choices.values(), step.otherwise):
            about = said(PERSON_KEY, language)
    kind = said(KINDS[flow.kind(step.name)], language)
    return f"{kind} · {about}" if about else kind


def _where(flow: Flow, to: GoTo, language: str) -> str:
    other = flow.others.get(to.flow)
    there = other.steps.get(to.step) if other and to.step else None
    return "/".join(filter(None, (title(other, language) if other else to.flow, title(there, language) if there else to.step)))


def width_of(text: str, size: float = 13) -> float:
    """Of a text in letters of this size (px): a Chinese character is as wide as two letters."""
    return sum(size * (1.04 if ord(letter) > 0x2E80 else 0.57) for letter in text)
