"""A queue on the floor: who waits, since when."""

from __future__ import annotations

from callcenter.floor.values import dataclass


@dataclass(frozen=True)
class Waiting:
    call: str
    leg: str
    since: int


@dataclass(frozen=True)
class Queue:
    name: str
    waiting: tuple[Waiting, ...] = ()  # in the order they came
    members: frozenset[str] = frozenset()  # seats, as Asterisk reports them
    paused: frozenset[str] = frozenset()  # of these, paused as Asterisk reports it
