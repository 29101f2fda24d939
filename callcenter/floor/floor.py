"""The whole picture, and the one function that replaces it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from callcenter.floor.agent import Agent
from callcenter.floor.call import Call, Leg
from callcenter.floor.queue import Queue


@dataclass(frozen=True, slots=True)
class Rules:
    """What the fold must know of the site. Durations are milliseconds. `hotlines` are the numbers callers dial."""

    wrapup_ms: int = 60_000
    entry_contexts: frozenset[str] = frozenset({"cc-in"})
    ignored_contexts: frozenset[str] = frozenset({"cc-demo-callee"})


@dataclass(frozen=True, slots=True)
class Floor:
    now: int = 0
    link: str = "connecting"
    calls: Mapping[str, Call] = field(default_factory=dict)  # those that go on, by id; a call leaves when it ended and its wrap-up too
    legs: Mapping[str, str] = field(default_factory=dict)  # leg -> call id
    loose: Mapping[str, Leg] = field(default_factory=dict)  # legs that belong to no call yet
    agents: Mapping[str, Agent] = field(default_factory=dict)  # signed in, by number
    seats: Mapping[str, str] = field(default_factory=dict)  # seat -> number of the agent who sits there
    devices: Mapping[str, str] = field(default_factory=dict)  # seat -> device state
    queues: Mapping[str, Queue] = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)
