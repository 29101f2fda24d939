"""What can happen: every event that may change the floor, from Asterisk, from ourselves, from the clock.

`at` is the time it happened as its source stamped it: milliseconds since the epoch, UTC. A leg is named by its Uniqueid (the channel's
name may change, the Uniqueid does not).
"""

from __future__ import annotations

from dataclasses import field

from callcenter.floor.values import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    at: int


# --- a leg, as Asterisk tells it -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LegAppeared(Event):
    """A channel was created (Newchannel). `call` is our mark CC_CALL where the channel carries one, `linked` its Linkedid."""

    leg: str
    name: str
    number: str
    dialled: str
    context: str
    call: str | None = None
    linked: str | None = None


@dataclass(frozen=True, slots=True)
class LegMarked(Event):
    """A later message showed the call mark of a leg that had none, or its hotline."""

    leg: str
    call: str
    hotline: str | None = None


@dataclass(frozen=True, slots=True)
class LegUp(Event):
    """The leg was answered (Newstate Up). `withheld`: by then the dialplan has seen that the caller does not show his number."""

    leg: str
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class LegHangingUp(Event):
    """The far side of this leg asked to hang up (HangupRequest): whoever comes first hung up first.

    `by_us`: Asterisk takes it down itself (SoftHangupRequest). That says something of who left a talk only while the leg is in one.
    """

    leg: str
    by_us: bool = False


@dataclass(frozen=True, slots=True)
class LegGone(Event):
    """The channel is gone (Hangup). `cause` is the Q.850 cause: 16 normal, 17 busy, 19 no answer, 20 unregistered, 21 refused.

    `lost`: nothing can tell how what was going on in it ended.
    """

    leg: str
    cause: int
    lost: bool = False


@dataclass(frozen=True, slots=True)
class DialBegan(Event):
    """`leg` rings `to` (DialBegin). `leg` is None for an Originate. `number` is what was dialled where it is told."""

    leg: str | None
    to: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class DialEnded(Event):
    """DialEnd: `status` is ANSWER, NOANSWER, BUSY, CANCEL, CHANUNAVAIL, CONGESTION …"""

    leg: str | None
    to: str
    status: str


@dataclass(frozen=True, slots=True)
class BridgeEntered(Event):
    """`instead`: the leg whose place it takes there."""

    leg: str
    bridge: str
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class BridgeLeft(Event):
    leg: str
    bridge: str


@dataclass(frozen=True, slots=True)
class PickedUp(Event):
    """Somebody else (`by`) answers what rings at `leg` (Pickup)."""

    leg: str
    by: str


@dataclass(frozen=True, slots=True)
class HandedOver(Event):
    """A transfer was done (BlindTransfer, AttendedTransfer): these legs have nothing more to do with the customer `leg`, where he is told.

    `to` is who has him now, in an attended transfer.
    """

    legs: tuple[str, ...]
    leg: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Parked(Event):
    """ParkedCall."""

    leg: str


@dataclass(frozen=True, slots=True)
class Unparked(Event):
    """The leg is parked no more: `by` took it up (UnParkedCall); or its time was over (`reason` transferred), or it hung up."""

    leg: str
    by: str | None = None
    reason: str = "resumed"


@dataclass(frozen=True, slots=True)
class HoldBegan(Event):
    leg: str


@dataclass(frozen=True, slots=True)
class HoldEnded(Event):
    leg: str


@dataclass(frozen=True, slots=True)
class RecordingBegan(Event):
    """The dialplan writes this leg's sound down (MixMonitorStart)."""

    leg: str


@dataclass(frozen=True, slots=True)
class KeyPressed(Event):
    """A key received from the leg's far side (DTMFEnd, Direction Received)."""

    leg: str
    key: str


@dataclass(frozen=True, slots=True)
class FlowBegan(Event):
    """The caller's leg waits for a flow (AsyncAGIStart)."""

    leg: str


@dataclass(frozen=True, slots=True)
class FlowEnded(Event):
    """AsyncAGIEnd: hung up, or the dialplan took over."""

    leg: str


# --- queues ----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QueueJoined(Event):
    leg: str
    queue: str
    position: int


@dataclass(frozen=True, slots=True)
class QueueLeft(Event):
    """QueueCallerLeave: comes for every way out, never an outcome in itself."""

    leg: str
    queue: str


@dataclass(frozen=True, slots=True)
class QueueAbandoned(Event):
    """QueueCallerAbandon: the caller hung up (or was withdrawn) while waiting."""

    leg: str
    queue: str


@dataclass(frozen=True, slots=True)
class OfferBegan(Event):
    """AgentCalled: `leg` (the caller, in `queue`) is offered to `seat` on leg `to`."""

    leg: str
    queue: str
    seat: str
    to: str


@dataclass(frozen=True, slots=True)
class OfferFailed(Event):
    """AgentRingNoAnswer: the offer on `to` ended unanswered (rang out, refused, unreachable: its DialEnded told)."""

    leg: str
    queue: str
    seat: str
    to: str


@dataclass(frozen=True, slots=True)
class QueueOutcome(Event):
    """How Queue() ended, as the flow read it: QUEUESTATUS (TIMEOUT, FULL, JOINEMPTY, LEAVEEMPTY, CONTINUE, WITHDRAW, …)."""

    leg: str
    queue: str
    status: str


@dataclass(frozen=True, slots=True)
class MemberChanged(Event):
    """QueueMemberAdded/Removed/Pause: what Asterisk itself thinks of a seat in a queue. `present` False: removed."""

    queue: str
    seat: str
    present: bool
    paused: bool


@dataclass(frozen=True, slots=True)
class SeatChanged(Event):
    """DeviceStateChange of a seat: NOT_INUSE, INUSE, BUSY, UNAVAILABLE, RINGING, RINGINUSE, ONHOLD, UNKNOWN, INVALID."""

    seat: str
    state: str


# --- our own facts ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallPlaced(Event):
    """We are about to dial for somebody (click to call): the call's id is ours, `leg` the channel id that we chose for the seat."""

    call: str
    leg: str
    agent: str
    seat: str
    number: str
    callback: int | None = None


@dataclass(frozen=True, slots=True)
class CallFailed(Event):
    """A placed call did not come to a leg: `exit` is unreachable, not_allowed or system_error."""

    call: str
    exit: str = "unreachable"


@dataclass(frozen=True, slots=True)
class CallerKnown(Event):
    """The caller was recognised; or told apart later (customer None: looked up, nobody found)."""

    call: str
    customer: int | None
    name: str
    tier: str = ""


@dataclass(frozen=True, slots=True)
class StepEntered(Event):
    """The caller came to a step of a flow. `step` is its name, `kind` its word in the flow language; `language` is what he hears there."""

    call: str
    flow: str
    version: str
    step: str
    kind: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class StepTried(Event):
    """Asked at the step where he is, the caller did what led on to nothing; `keys` as those of `Tried`."""

    call: str
    step: str
    keys: str


@dataclass(frozen=True, slots=True)
class StepLeft(Event):
    """`result` is the key pressed, the digits given, or a word: timeout, invalid, silent, done, hung_up."""

    call: str
    step: str
    result: str


@dataclass(frozen=True, slots=True)
class FlowDone(Event):
    """Our flow came to its end (the server hangs up, or did what makes an exit): `outcome` is one of the exits or ''."""

    call: str
    outcome: str


@dataclass(frozen=True, slots=True)
class AgentSignedIn(Event):
    agent: str
    name: str
    seat: str
    queues: tuple[str, ...]
    user: int
    phone: str = ""


@dataclass(frozen=True, slots=True)
class AgentSignedOut(Event):
    agent: str


@dataclass(frozen=True, slots=True)
class AgentUsesPhone(Event):
    """Which telephone the agent has at his seat: see `Agent.phone`."""

    agent: str
    phone: str


@dataclass(frozen=True, slots=True)
class AgentWants(Event):
    """What the agent asked to be: ready (`reason` ''), or paused with a reason's code. Takes effect when no call or wrap-up is on."""

    agent: str
    ready: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WrapUpSaved(Event):
    agent: str
    call: str


# --- the link and the clock ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LinkChanged(Event):
    """`state`: connecting, logging_in, booting, snapshot, live, lost."""

    state: str


@dataclass(frozen=True, slots=True)
class Tick(Event):
    """Once a second: deadlines inside records are found expired by it.

    `heard`: the time by Asterisk's clock until which everything was heard (ms); None: until now. What comes late is still to tell how
    something ended: the time alone decides that only when it was heard.
    """

    heard: int | None = None


@dataclass(frozen=True, slots=True)
class SeenLeg:
    """One channel in a snapshot (CoreShowChannel + bridge). `began` is derived from its Duration; `app` what it executes."""

    leg: str
    name: str
    number: str
    dialled: str
    context: str
    call: str | None
    hotline: str | None
    up: bool
    began: int
    app: str
    bridge: str | None
    linked: str | None = None
    place: str | None = None  # our mark CC_AT: where the caller is in the flow


@dataclass(frozen=True, slots=True)
class SeenWaiting:
    leg: str
    queue: str
    position: int
    since: int


@dataclass(frozen=True, slots=True)
class SeenMember:
    queue: str
    seat: str
    paused: bool
    in_call: bool


@dataclass(frozen=True, slots=True)
class Snapshot(Event):
    """Asterisk's whole picture, asked at `at` (a Ping before) and complete: calls not in it are gone, unknown ones began unseen."""

    legs: tuple[SeenLeg, ...] = ()
    waiting: tuple[SeenWaiting, ...] = ()
    members: tuple[SeenMember, ...] = ()
    seats: tuple[tuple[str, str], ...] = ()  # seat, device state
    asterisk_began: int | None = None  # FullyBooted's Uptime: tells a restart of Asterisk
    odd: tuple[str, ...] = field(default=())
