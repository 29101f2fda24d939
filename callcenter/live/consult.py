"""Who asks whom while the customer waits: read off a call. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from callcenter.floor.agents import set_aside
from callcenter.floor.call import Call, Leg, Segment

ASKED, MUSIC, PICKS = "-asked", "-music", "-picks"
"""How the ids of the legs end that the server makes; what stands before is the same for all legs of one consultation."""

HOLD = "-hold"
"""What stands before MUSIC when nobody is asked."""

AGAIN = re.compile(r"\.[0-9]+$")
"""What stands before MUSIC when the agent goes from the customer to the one he asked for the second time and so on."""

WITH_CUSTOMER = frozenset({"talk", "hold", "conference"})


@dataclass(frozen=True)
class Consult:
    """A consultation that goes on. Legs by id; `asked` may not have appeared yet. `who`: the agent's or the outside number asked."""

    customer: str
    agent: str
    asked: str
    music: str
    who: str
    answered: bool
    rings: bool

    @property
    def holds(self) -> bool:
        """Whether the customer is only kept waiting."""
        return self.music.endswith(HOLD + MUSIC)


def customer_leg(call: Call) -> Leg | None:
    """The leg whom the call is about; None for a call between two of ours."""
    if call.direction == "internal":
        return None
    wanted = ("caller",) if call.direction == "inbound" else ("far", "other")
    return next((leg for leg in call.legs.values() if leg.role in wanted and leg.ended is None and not is_music(leg)), None)


def is_music(leg: Leg) -> bool:
    """Whether the leg is a half of a pair within Asterisk: nobody is there."""
    return leg.name.startswith("Local/")


def customers(call: Call, number: str) -> Segment | None:
    """The talk, hold or conference in which this agent has the customer now."""
    return next((one for one in call.segments if one.ended is None and one.who == number and one.kind in WITH_CUSTOMER), None)


def consult_of(call: Call, number: str) -> Consult | None:
    """The consultation that this agent asked for and that goes on; None when the customer does not wait for one of his."""
    music = next((leg for leg in call.legs.values() if leg.id.endswith(MUSIC) and leg.ended is None), None)
    mine, customer = customers(call, number), customer_leg(call)
    if music is None or mine is None or customer is None:
        return None
    asked_id = AGAIN.sub("", music.id.removesuffix(MUSIC)) + ASKED
    asked = call.legs.get(asked_id)
    if asked_id == mine.leg:
        return None
    return Consult(
        customer=customer.id,
        agent=mine.leg,
        asked=asked_id,
        music=music.id,
        who=who_of(call, asked) if asked else "",
        answered=asked is not None and asked.answered is not None and asked.ended is None,
        rings=asked is not None and asked.answered is None and asked.ended is None,
    )


def who_of(call: Call, leg: Leg) -> str:
    """Whose leg it is: an agent's number, a seat, a number outside."""
    return next((one.who for one in reversed(call.segments) if one.leg == leg.id and one.who), None) or leg.seat or leg.number


def aside(call: Call, number: str) -> Leg | None:
    """Who waits, having been asked by this agent, while the agent is with his customer again."""
    mine = customers(call, number)
    if mine is None:
        return None
    asked = [leg for leg in call.legs.values() if leg.id.endswith(ASKED) and leg.id != mine.leg and leg.ended is None]
    return next((leg for leg in asked if leg.answered is not None and leg.bridge is None and _consulted(call, leg.id)), None)


def _consulted(call: Call, leg: str) -> bool:
    return any(one.kind == "consult" and one.leg == leg for one in call.segments)


def next_music(call: Call, asked: str) -> str:
    """The id of the music that comes to the customer when the agent goes back to whom he asked."""
    stem = asked.removesuffix(ASKED)
    had = sum(id.startswith(stem) and id.endswith(MUSIC) for id in call.legs)
    return f"{stem}.{had + 1}{MUSIC}"


def asked_by(call: Call, number: str) -> str | None:
    """Who asks this agent and still has the customer; None for one who has the customer himself, or whom a queue offers one."""
    mine = [one for one in call.open if one.who == number and one.kind in ("ring", "consult")]
    if not (mine or set_aside(call, number)) or any(one.kind in WITH_CUSTOMER for one in call.open if one.who == number):
        return None
    return next((one.who for one in call.open if one.kind in WITH_CUSTOMER and one.who not in (None, number)), None)


def only_asked(call: Call, number: str) -> bool:
    """Whether this agent was asked and has no customer yet, though whoever asked him may be gone by now."""
    consults = any(one.kind == "consult" and one.who == number for one in call.open)
    return asked_by(call, number) is not None or (consults and customers(call, number) is None)


def others_in(call: Call, number: str) -> tuple[Segment, ...]:
    """Who else is with the customer in a conference of this agent's."""
    if not any(one.kind == "conference" and one.who == number for one in call.open):
        return ()
    return tuple(one for one in call.open if one.kind == "conference" and one.who != number)


def parked_since(call: Call) -> int | None:
    """Since when (ms) the customer is parked."""
    return next((one.began for one in call.open if one.kind == "park"), None)


def parked_by(call: Call) -> str | None:
    """Who talked to the customer before he was parked."""
    talked = [one for one in call.segments if one.kind in WITH_CUSTOMER and one.ended is not None]
    return talked[-1].who if talked else None
