"""What other rooms answer to a walk that asks them: who calls, whether there is an emergency, what a queue wants to know. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who calls: the customer's id, None when unknown; name and tier are '' then."""

    customer: int | None = None
    name: str = ""
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a lookup found. `result`: known, unknown, several (customers have this number) or locked (too many wrong tries).

    What is '' or None is not known of him; `language` is zh or en; `open_case` is a case's number, `manager` a name.
    """

    result: str
    customer: int | None = None
    name: str = ""
    tier: str = ""
    language: str = ""
    open_case: str = ""
    manager: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of several customers who have the caller's number."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Emergency:
    """What callers of a hotline hear before anything else, by language (zh, en). `closed`: its hours are closed meanwhile."""

    texts: Mapping[str, str]
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """Where an agent can be rung: his seat, or '' and why not (`no_answer`: he is not there; `busy`)."""

    seat: str = ""
    why: str = "no_answer"


@dataclass(frozen=True, slots=True)
class Question:
    """A queue's question: its texts by language (zh, en; '' where it has none), and the keys that are answers."""

    id: int
    texts: Mapping[str, str]
    keys: str
