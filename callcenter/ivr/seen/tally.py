"""What is asked of callers in flows, and what is told: values."""

from __future__ import annotations

from dataclasses import dataclass

FATES = ("went_on", "person", "gave_up", "ended", "unknown", "still")
"""What became of a caller at a step, exactly one each visit. `person`: somebody answered. `gave_up`: he hung up with nothing reached.
`ended`: the flow ended there, or he hung up having got what he came for. `unknown`: nothing tells. `still`: he is there now."""


@dataclass(frozen=True)
class Wanted:
    """Visits by calls of `since` <= began < `until` (ms): a figure belongs to when the caller came. `flow` '', `hotline` None, `version`
    None: of all of them."""

    flow: str
    since: int
    until: int
    hotline: str | None = None
    version: str | None = None


@dataclass(frozen=True)
class Tally:
    """So many visits of a step that ended alike. `to` is the next step, '' when there was none; `to_flow` the flow that it stands in.

    `result` is the key or word the step ended with ('' when none; `given` for any digits asked for); `ms` how long they were there, up to
    the moment in which somebody answered; None while they are there. `callers`: visits that were their caller's first of the step.
    `misses`: how often they pressed nothing in time, or nothing that can be chosen.
    """

    version: str
    step: str
    kind: str
    to: str
    to_flow: str
    result: str
    fate: str
    ms: int | None
    visits: int
    callers: int
    misses: int


@dataclass(frozen=True)
class Came:
    """So many calls that came to a flow and ended alike; `exit` None: they go on. `last`: when the last of them came to it (ms)."""

    version: str
    exit: str | None
    calls: int
    last: int


@dataclass(frozen=True)
class Missed:
    """So many times these `keys` led on to nothing at a step; '' none in time, dots a number of so many digits."""

    step: str
    keys: str
    times: int
