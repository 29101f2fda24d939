"""Doing an action for a caller: in time, once where it has an effect, and always with an answer that a flow has a way for."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from callcenter.ivr.actions.once import Acts
from callcenter.ivr.language.action import FAILED, MOST_SLOT, TEXT, Action, Answer, Asked
from callcenter.ivr.language.spoken import Unspeakable, spoken
from callcenter.store.engine import AWAY

log = logging.getLogger(__name__)

NOTE_S = 1.0
"""How long a caller waits until it is noted what came of his act."""


class ActionFailed(Exception):
    """Why an action gave no answer that can be used, in words for the operator. Names no value that a caller gave."""


class Actions:
    """The actions of a centre by name; `acts` remembers what was done. `counts` by action and result: `order_status/found`."""

    def __init__(self, actions: Iterable[Action], acts: Acts) -> None:
        self.by_name: Mapping[str, Action] = MappingProxyType({one.name: one for one in actions})
        self.counts: Counter[str] = Counter()
        self._acts = acts

    async def do(self, name: str, asked: Asked) -> Answer:
        """What came of it; `failed` for whatever goes wrong, and the log says why."""
        action = self.by_name.get(name)
        if action is None:
            log.error("Call %s: there is no action %s any more (act %s)", asked.call, name, asked.key)
            return Answer(FAILED)
        answer = await self._in_time(action, asked)
        if action.effect:
            await self._note(asked, answer)
        self.counts[f"{name}/{answer.result}"] += 1
        return answer

    async def forget(self, before: int) -> None:
        """Drop what was remembered of acts begun before this moment (ms)."""
        await self._acts.forget(before)

    async def _in_time(self, action: Action, asked: Asked) -> Answer:
        try:
            given = _given(action, asked)
            return await _within(action.limit_s, self._once(action, given) if action.effect else _done(action, given))
        except Exception as wrong:
            # Without the stack where the cause is known: it would tell the operator nothing.
            stack = None if isinstance(wrong, (ActionFailed, *AWAY)) else wrong
            log.error("Call %s: action %s failed (act %s): %s", asked.call, action.name, asked.key, _told(wrong), exc_info=stack)
            return Answer(FAILED)

    async def _once(self, action: Action, asked: Asked) -> Answer:
        if not await self._acts.begin(action.name, asked):
            done = await self._acts.answer(asked.key)
            if done is not None:
                return done
            if not action.same_again:
                raise ActionFailed("it was begun before a restart, and nobody knows whether it was done: look by hand")
        return await _done(action, asked)

    async def _note(self, asked: Asked, answer: Answer) -> None:
        try:
            async with asyncio.timeout(NOTE_S):
                await self._acts.ended(asked.key, answer.result, answer.slots)
        except AWAY as wrong:
            log.warning("Call %s: the store did not take that act %s came to %s: %s", asked.call, asked.key, answer.result, _told(wrong))


async def _within(limit_s: float, work: Coroutine[Any, Any, Answer]) -> Answer:
    """What comes of the work, which is cancelled when it takes longer; where it will not be, it is left behind, and the caller goes on."""
    task = asyncio.create_task(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=limit_s)
    finally:
        task.cancel()
    if not done:
        raise ActionFailed(f"no answer within {limit_s:g} s")
    if task.cancelled():
        raise ActionFailed("it was cancelled from within")
    return task.result()


async def _done(action: Action, asked: Asked) -> Answer:
    return _checked(action, await action.run(asked))


def _given(action: Action, asked: Asked) -> Asked:
    inputs = {name: asked.inputs.get(name, "") for name in action.inputs}
    for name, one in action.inputs.items():
        if one.wrong(inputs[name]):
            raise ActionFailed(f"input {name!r} cannot be used: {len(inputs[name])} letters that are no {one.kind}, or none of its choices")
    return replace(asked, inputs=MappingProxyType(inputs))


def _checked(action: Action, answer: Answer) -> Answer:
    if not isinstance(answer, Answer) or answer.result not in action.results:
        raise ActionFailed(f"it answered {str(getattr(answer, 'result', answer))[:40]!r}; expected one of {', '.join(action.results)}")
    for name, value in answer.slots.items():
        if name not in action.sets:
            raise ActionFailed(f"it fills the slot {name!r}, which it does not declare")
        if wrong := unspeakable(action.sets[name], value):
            raise ActionFailed(f"slot {name!r}: {wrong}")
    return answer


def unspeakable(kind: str, value: object) -> str:
    """Why a slot of this kind cannot hold the value; '' when it can."""
    if not isinstance(value, str) or len(value) > MOST_SLOT or not value.isprintable():
        return f"expected a text of at most {MOST_SLOT} letters on one line"
    if value and kind != TEXT:
        try:
            spoken(kind, value, "zh")
        except Unspeakable as wrong:
            return str(wrong).partition(", got ")[0]
    return ""


def _told(wrong: Exception) -> str:
    first = str(wrong).partition("\n")[0][:300]
    return first if isinstance(wrong, ActionFailed) and first else f"{type(wrong).__name__}: {first}"
