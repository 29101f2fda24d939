"""What exists around a flow while it is read and judged: given by whoever asks, for a flow knows no other room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from callcenter.ivr.language.action import Action
from callcenter.ivr.language.steps import Flow


@dataclass(frozen=True)
class NamedPrompt:
    """A prompt that flows use by its name: its text by language (`zh`, `en`), and by language the sha256 of a sound to play instead."""

    texts: Mapping[str, str]
    sounds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """None, anywhere: not known, not judged.

    `queues`, `agents`, `seats`: their names. `flows`: which flow each hotline names. `prompts` and `actions` by name. `others`: the flows
    that this one may go to, by name. `may_dial`: whether a transfer may go to a number outside.
    """

    queues: frozenset[str] | None = None
    flows: Mapping[str, str] | None = None
    prompts: Mapping[str, NamedPrompt] | None = None
    actions: Mapping[str, Action] | None = None
    others: Mapping[str, Flow] | None = None
    agents: frozenset[str] | None = None
    seats: frozenset[str] | None = None
    may_dial: Callable[[str], bool] | None = None


NOTHING = Known()
