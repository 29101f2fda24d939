"""One caller's story: the call, its legs, its segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from callcenter.floor.values import dataclass

ANONYMOUS = "anonymous"
"""The number of a caller who does not show it."""


@dataclass(frozen=True)
class Leg:
    """One channel. `role`: caller, agent, far (an outside number that we dialled), other."""

    id: str
    name: str
    number: str
    began: int
    role: str = "other"
    seat: str | None = None
    answered: int | None = None
    ended: int | None = None
    cause: int | None = None
    hung_up: int | None = None  # when the far side of this leg asked to hang up
    bridge: str | None = None
    held: bool = False
    dial_status: str | None = None
    by: str | None = None  # the leg that dials it
    handed: bool = False  # it handed its customer over and has nothing to do with him
    moved: int = 0  # when it last entered or left a bridge, as far as we were told
    recorded: int | None = None  # since when its sound is written down
    dialled: str = field(default="", compare=False)  # what it dialled when it appeared; not kept over a restart

    @property
    def tech_name(self) -> str:
        """`PJSIP/1001` of `PJSIP/1001-0000002a`."""
        return self.name.rpartition("-")[0] or self.name

    @property
    def is_local(self) -> bool:
        """One half of a pair of channels within Asterisk: no telephone, but it ties two bridges together."""
        return self.name.startswith("Local/")


@dataclass(frozen=True)
class Segment:
    """One stretch of a call. `reason` is None while it goes on.

    `kind`: ivr queue ring talk hold consult conference park wrapup. `who` is the agent's number, else the seat, else the number dialled;
    None in ivr, queue and park. `leg` is the agent's (or far) leg; in ivr, queue and park the one that is there, mostly the customer's.
    `left`: when it was over for Asterisk, or they parted; what that meant is told after.
    """

    n: int
    kind: str
    leg: str
    began: int
    who: str | None = None
    queue: str | None = None
    ended: int | None = None
    reason: str | None = None
    left: int | None = None


@dataclass(frozen=True)
class Tried:
    """What a caller did at a step and what led on to nothing: keys that cannot be chosen, '' for none in time. Of a number asked for only
    how long it was, as so many dots."""

    at: int
    keys: str


@dataclass(frozen=True)
class Step:
    """A step of the flow that the caller was at. `language` as in StepEntered, `result` as in StepLeft.

    `misses`: how often he pressed nothing in time, or nothing that can be chosen; `tried` tells each of these times.
    """

    n: int
    flow: str
    version: str
    step: str
    kind: str
    began: int
    ended: int | None = None
    result: str | None = None
    language: str = ""
    misses: int = 0
    tried: tuple[Tried, ...] = ()


@dataclass(frozen=True)
class Recording:
    """A talk's sound: both sides, one file each, named by the leg that recorded. `started` is the begin of the bridge."""

    id: str
    leg: str
    started: int


@dataclass(frozen=True)
class Call:
    id: str
    direction: str  # inbound, outbound, internal
    number: str  # from: as the network gave it, ANONYMOUS when withheld, the seat's name when it began at a seat
    to: str
    began: int
    hotline: str | None = None
    answered: int | None = None
    ended: int | None = None
    exit: str | None = None
    outcome: str = ""  # what our flow did that makes an exit (voicemail, callback, after_hours …)
    queue: str | None = None
    customer: int | None = None
    customer_name: str = ""
    tier: str = ""
    keys: str = ""  # the keys pressed in the flow, in order
    keyed: int | None = None  # when the last of them was pressed
    callback: int | None = None
    joined: str | None = None  # the call whose customer an agent who had both connected with this one's
    legs: Mapping[str, Leg] = field(default_factory=dict)
    segments: tuple[Segment, ...] = ()
    steps: tuple[Step, ...] = ()
    recordings: tuple[Recording, ...] = ()

    @property
    def open(self) -> tuple[Segment, ...]:
        return tuple([s for s in self.segments if s.ended is None])

    @property
    def complete(self) -> bool:
        """Whether it is over with all its segments, wrap-ups among them, and all its legs."""
        return self.ended is not None and not self.open and all(leg.ended is not None for leg in self.legs.values())

    @property
    def agents(self) -> tuple[str, ...]:
        """Which agents talked with the customer, in the order they first did."""
        talks = sorted((s for s in self.segments if s.kind in ("talk", "conference")), key=lambda one: one.began)
        return tuple(dict.fromkeys(s.who for s in talks if s.who and self.is_ours(s)))

    def is_ours(self, segment: Segment) -> bool:
        """Whether the segment is an agent's: not that of a number outside, nor of another customer."""
        leg = self.legs.get(segment.leg)
        return leg.role == "agent" if leg is not None else not self.is_joined_in(segment)

    def is_joined_in(self, segment: Segment) -> bool:
        """Whether the customer talks there with the one whom he was connected with: that leg is in the other call."""
        return self.joined is not None and segment.leg not in self.legs
