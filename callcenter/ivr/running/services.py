"""What a walk needs of other rooms, given by who starts it: plain async functions. One that cannot reach the store raises one of AWAY."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from callcenter.ivr.language.action import Answer, Asked
from callcenter.ivr.sounds.prompts import Prompts
from callcenter.ivr.walking.answered import Candidate, Emergency, Looked, Question, Reached, Recognised


class KeepQuestion(Protocol):
    """An answer to a queue's question; None: asked and not answered. A second call with the same `key` does nothing."""

    async def __call__(self, *, call: str, step: str, question: int, answer: str | None, key: str) -> None: ...


class LookUpCaller(Protocol):
    """Who is the caller of this call, by `kind`: number (his own) or keyed (a licence or customer number)?"""

    async def __call__(self, kind: str, value: str, call: str) -> Looked: ...


class ChooseCustomer(Protocol):
    """The caller of this call calls for this customer, one of those who have his number; unknown when he is not one of them any more."""

    async def __call__(self, call: str, customer: int) -> Looked: ...


class PromiseCallback(Protocol):
    """A callback is owed. `kind`: asked, voicemail, after_hours. `recording`: the message's file name in the folder of recordings.

    A second call with the same `key` does nothing.
    """

    async def __call__(
        self, *, call: str, hotline: str, number: str, customer: int | None, queue: str, kind: str, recording: str | None, key: str
    ) -> None: ...


class KeepAnswer(Protocol):
    """An answer to a survey; None: asked and not answered. A second call with the same `key` does nothing."""

    async def __call__(self, *, call: str, step: str, answer: str | None, key: str) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Services:
    """`on_duty(queue)`: is anybody signed in for it; `opening(hotline)`: open, closed, or holiday (closed for one);
    `caller(call)` waits for recognition, half a second at most. `emergency(hotline)` is asked when a call begins and by its hours;
    `treatment(hotline, number)` before the flow begins: '', or the exit (blacklisted, nuisance, silent) of whom no flow is for.
    `candidates(call)`: the customers who have the caller's number, where there are several.
    `may_ask(number)`: whether a caller of this number may leave one more message; `questions(call)` of the queue in which he was.
    `reach(agent)` by the agent's number; `may_dial(number)`: whether a transfer may leave the house for it.
    `do(action, asked)` never raises for what goes wrong in an action. `longest_wait_s`: no queue keeps a caller longer, whatever its
    step says.
    """

    on_duty: Callable[[str], Awaitable[bool]]
    opening: Callable[[str], Awaitable[str]]
    caller: Callable[[str], Awaitable[Recognised]]
    promise_callback: PromiseCallback
    survey: KeepAnswer
    prompts: Prompts
    recordings: Path
    zone: ZoneInfo
    longest_wait_s: int
    lookup: LookUpCaller
    candidates: Callable[[str], Awaitable[Sequence[Candidate]]]
    choose: ChooseCustomer
    emergency: Callable[[str], Awaitable[Emergency | None]]
    treatment: Callable[[str, str], Awaitable[str]]
    may_ask: Callable[[str], Awaitable[bool]]
    questions: Callable[[str], Awaitable[Sequence[Question]]]
    answer_question: KeepQuestion
    reach: Callable[[str], Awaitable[Reached]]
    may_dial: Callable[[str], bool]
    do: Callable[[str, Asked], Awaitable[Answer]]
