"""What an agent does in his call this moment, as the screens say it: talks, keeps the customer waiting, asks a colleague. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter.floor.agent import Agent
from callcenter.floor.agents import set_aside
from callcenter.floor.call import Call
from callcenter.floor.floor import Floor
from callcenter.live.consult import Consult, aside, asked_by, consult_of, customer_leg, customers, others_in, who_of

KINDS = ("conference", "consult", "hold", "talk", "ring", "wrapup")
"""Of several that go on, the first says what the agent does."""

CALLING = "calling"
"""Whom he asks, or dials, has not answered yet."""
ASIDE = "aside"
"""He was asked, and waits: who asked him is with the customer."""

Person = tuple[str, str]
"""Number and name; the name is '' for an outside number."""


@dataclass(frozen=True)
class Situation:
    """`kind`: CALLING, ASIDE or one of KINDS. `since` (ms) it is so; `waits`: since when the customer is kept waiting.

    `asked`: whom the agent asks; `aside`: whom he asked and who waits while the agent is with his customer; `asked_by`: who asks him;
    `others`: who else is in the conference. `movable`: whether there is a customer who can be moved.
    """

    kind: str
    since: int
    waits: int | None = None
    consult: Consult | None = None
    asked: Person | None = None
    aside: Person | None = None
    asked_by: Person | None = None
    others: tuple[Person, ...] = ()
    movable: bool = False

    @property
    def partners(self) -> tuple[Person, ...]:
        """Those of ours, or outside, with whom he is beside the customer."""
        return tuple(one for one in (self.asked, self.asked_by, *self.others) if one is not None)


def situation(floor: Floor, agent: Agent, call: Call) -> Situation:
    customer = customers(call, agent.number)
    consult = consult_of(call, agent.number)
    asker = asked_by(call, agent.number)
    kind, since = _does(agent, call, consult)
    waiting = aside(call, agent.number)
    return Situation(
        kind=kind,
        since=since,
        waits=_waits(call, asker if asker is not None else agent.number),
        consult=consult,
        asked=_person(floor, consult.who) if consult is not None and not consult.holds else None,
        aside=_person(floor, who_of(call, waiting)) if waiting is not None else None,
        asked_by=_person(floor, asker) if asker is not None else None,
        others=tuple(_person(floor, one.who) for one in others_in(call, agent.number) if one.who),
        movable=customer is not None and customer_leg(call) is not None,
    )


def kind_of(agent: Agent, call: Call) -> str:
    """What the agent does in the call, in one word."""
    return _does(agent, call, consult_of(call, agent.number))[0]


def _does(agent: Agent, call: Call, consult: Consult | None) -> tuple[str, int]:
    mine = [one for one in call.open if one.who == agent.number]
    best = min(mine, key=lambda one: KINDS.index(one.kind), default=None)
    if consult is not None and consult.rings:
        rings = next((one.began for one in call.open if one.kind == "ring" and one.leg == consult.asked), None)
        return CALLING, rings or (best.began if best is not None else agent.since)
    waits = set_aside(call, agent.number)
    if waits is not None:
        return ASIDE, waits.ended or waits.began
    if best is None:
        return (CALLING if call.answered is None else "talk", agent.since)
    return best.kind, best.began


def _waits(call: Call, number: str) -> int | None:
    held = customers(call, number)
    return held.began if held is not None and held.kind == "hold" else None


def _person(floor: Floor, who: str) -> Person:
    agent = floor.agents.get(who)
    return who, agent.name if agent is not None else ""
