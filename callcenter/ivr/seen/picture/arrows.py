"""Which ways lead from a step, in the words that stand beside the arrows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from callcenter.ivr.language.steps import Flow
from callcenter.ivr.language.ways import named, offers_person

WORDS: Mapping[str, Mapping[str, str]] = {
    "no_key": {"zh": "无有效按键", "en": "no valid key"},
    "silent": {"zh": "无声", "en": "no sound"},
    "given": {"zh": "已输入", "en": "keyed in"},
    "open": {"zh": "营业", "en": "open"},
    "closed": {"zh": "非营业", "en": "closed"},
    "answered": {"zh": "已接听", "en": "answered"},
    "timeout": {"zh": "超时", "en": "time is up"},
    "full": {"zh": "队列满", "en": "full"},
    "no_agent": {"zh": "无坐席", "en": "no agent"},
    "nobody": {"zh": "无人值班", "en": "nobody on duty"},
    "promised": {"zh": "已登记", "en": "promised"},
    "no_answer": {"zh": "无人接听", "en": "no answer"},
    "busy": {"zh": "忙", "en": "busy"},
    "refused": {"zh": "拒接", "en": "refused"},
    "holiday": {"zh": "节假日", "en": "holiday"},
    "emergency": {"zh": "紧急状态", "en": "emergency"},
    "known": {"zh": "已识别", "en": "known"},
    "unknown": {"zh": "未识别", "en": "unknown"},
    "several": {"zh": "多个客户", "en": "several"},
    "locked": {"zh": "已锁定", "en": "locked"},
    "limited": {"zh": "次数已满", "en": "too often"},
    "failed": {"zh": "失败", "en": "failed"},
}
"""Beside an arrow, in Chinese and English; keys stand for themselves."""

PERSON = "0"


@dataclass(frozen=True)
class Arrow:
    """From a step to another; `why` are keys, or names in WORDS. `side`: the way of key 0 to a person, which every menu has."""

    start: str
    end: str
    why: tuple[str, ...] = ()
    side: bool = False

    def label(self, language: str, results: Mapping[str, str]) -> str:
        """`results`: what an action's results are called."""
        return " · ".join(results.get(one) or (WORDS[one][language] if one in WORDS else one) for one in self.why)


def arrows(flow: Flow) -> tuple[Arrow, ...]:
    """Every way of a flow, those between the same two steps as one."""
    found: dict[tuple[str, str, bool], list[str]] = {}
    for step in flow.steps.values():
        for why, to in named(step):
            reasons = found.setdefault((step.name, to, False), [])
            reasons += [why] if why != "next" and why not in reasons else []
        if offers_person(step) and flow.person:
            found.setdefault((step.name, flow.person, (step.name, flow.person, False) not in found), []).append(PERSON)
    return tuple(Arrow(start, end, tuple(why), side) for (start, end, side), why in found.items())
