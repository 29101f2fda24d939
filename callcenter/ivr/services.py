"""What a walk needs of other rooms, given by who starts it: plain async functions. One that cannot reach the store raises one of AWAY."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from callcenter.ivr.prompts import Prompts


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who calls: the customer's id, None when unknown; name and tier are '' then."""

    customer: int | None = None
    name: str = ""
    tier: str = ""


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
    """`on_duty(queue)`: is anybody signed in for it; `open_now(hotline)`; `caller(call)` waits for recognition, half a second at most.

    `longest_wait_s`: no queue keeps a caller longer, whatever its step says.
    """

    on_duty: Callable[[str], Awaitable[bool]]
    open_now: Callable[[str], Awaitable[bool]]
    caller: Callable[[str], Awaitable[Recognised]]
    promise_callback: PromiseCallback
    survey: KeepAnswer
    prompts: Prompts
    recordings: Path
    zone: ZoneInfo
    longest_wait_s: int = 7200
