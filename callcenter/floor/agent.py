"""An agent on the floor: who sits where, in which state, since when."""

from __future__ import annotations

from callcenter.floor.values import dataclass


@dataclass(frozen=True)
class Agent:
    """`state`: ready, paused, ringing, talking, wrapup.

    `wants_ready` is what the agent asked for; it takes effect when nothing else is on.
    """

    number: str
    name: str
    user: int
    seat: str
    queues: tuple[str, ...]
    state: str
    since: int
    wants_ready: bool = False
    reason: str = ""  # why paused
    call: str | None = None  # the call that rings, is talked on, or is wrapped up
    leg: str | None = None
    until: int | None = None  # when wrap-up ends by itself
    reachable: bool = False  # the seat's phone is registered (device state)
    phone: str = ""  # browser, desk (a telephone of its own), or '' while that is not decided
