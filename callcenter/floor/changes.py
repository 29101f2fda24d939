"""What came of an event: pictures before and after. Listeners compare the two; nobody else may change the floor."""

from __future__ import annotations

from callcenter.floor.agent import Agent
from callcenter.floor.call import Call
from callcenter.floor.events import Event
from callcenter.floor.queue import Queue
from callcenter.floor.values import dataclass


@dataclass(frozen=True, slots=True)
class CallChanged:
    """`before` is None for a call that began."""

    at: int
    before: Call | None
    after: Call


@dataclass(frozen=True, slots=True)
class AgentChanged:
    """`before` is None at sign-in, `after` is None at sign-out."""

    at: int
    before: Agent | None
    after: Agent | None


@dataclass(frozen=True, slots=True)
class QueueChanged:
    at: int
    before: Queue | None
    after: Queue


@dataclass(frozen=True, slots=True)
class LinkMoved:
    at: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class GapFilled:
    """From `began` until `at` nobody listened to Asterisk. `calls` were told from its own record; None when there was none to read.

    `why`: link, server (ours was down), asterisk (was started again). `unknown`: holds, keys, steps, unwritten (Asterisk's record lacks
    something that its picture shows), calls (there was no record to read): what no record could tell.
    """

    at: int
    began: int
    calls: int | None
    why: str = "link"
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Misfit:
    """An event that does not fit its call: it changed nothing; one warning and one count."""

    at: int
    event: Event
    why: str


Change = CallChanged | AgentChanged | QueueChanged | LinkMoved | GapFilled | Misfit
