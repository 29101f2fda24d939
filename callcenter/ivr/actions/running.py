"""Doing an action for a caller: in time, once where it has an effect, and always with an answer that a flow has a way for."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from callcenter.ivr.actions.action import FAILED, MOST_SLOT, Action, Answer, Asked
from callcenter.ivr.spoken import Unspeakable, spoken

log = logging.getLogger(__name__)


class Nonsense(Exception):
    """An answer that does not fit what was declared."""


class Actions:
    """The actions of a centre by name. `counts` by action and result, since the start: `order_status/found`."""

    def __init__(self, actions: Iterable[Action] = ()) -> None:
        self.by_name: Mapping[str, Action] = MappingProxyType({one.name: one for one in actions})
        self.counts: Counter[str] = Counter()

    async def do(self, name: str, asked: Asked) -> Answer:
        """What came of it; `failed` for whatever goes wrong, which stands in the log. Raise KeyError for an unknown action."""
        action = self.by_name[name]
        answer = await _tried(action, asked)
        self.counts[f"{name}/{answer.result}"] += 1
        return answer


async def _tried(action: Action, asked: Asked) -> Answer:
    try:
        async with asyncio.timeout(action.limit_s):
            return _checked(action, await action.run(_given(action, asked)))
    except Exception as wrong:  # noqa: BLE001 (an action may be anybody's code: whatever it raises, the caller goes on)
        log.error("Call %s: action %s failed (%s): %s", asked.call, action.name, asked.key, _told(action, wrong))
        return Answer(FAILED)


def _given(action: Action, asked: Asked) -> Asked:
    inputs = {name: asked.inputs.get(name, "") for name in action.inputs}
    for name, one in action.inputs.items():
        if wrong := one.wrong(inputs[name]):
            raise Nonsense(f"input {name}: {wrong}")
    return Asked(asked.call, asked.hotline, asked.customer, asked.number, asked.language, MappingProxyType(inputs), asked.key)


def _checked(action: Action, answer: Answer) -> Answer:
    if not isinstance(answer, Answer) or answer.result not in action.results:
        raise Nonsense(f"it answered {str(getattr(answer, 'result', answer))[:40]!r}, which is none of {', '.join(action.results)}")
    for name, value in answer.slots.items():
        if name not in action.sets:
            raise Nonsense(f"it fills {name!r}, which it does not declare")
        if not isinstance(value, str) or len(value) > MOST_SLOT or not value.isprintable():
            raise Nonsense(f"slot {name}: expected a text of at most {MOST_SLOT} letters on one line")
        if value and (kind := action.sets[name]) != "text":
            try:
                spoken(kind, value, "zh")
            except Unspeakable as wrong:
                raise Nonsense(f"slot {name}: {wrong}") from None
    return answer


def _told(action: Action, wrong: Exception) -> str:
    if isinstance(wrong, TimeoutError):
        return f"no answer within {action.limit_s:g} s"
    first = str(wrong).partition("\n")[0][:300]
    return first if isinstance(wrong, Nonsense) else f"{type(wrong).__name__}: {first}"
