"""What an agent does in his call this moment, as his desk says it: talks, keeps the customer waiting, asks a colleague. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter.floor.agent import Agent
from callcenter.floor.call import Call
from callcenter.floor.floor import Floor
from callcenter.live.consult import Consult, asked_by, consult_of, customer_leg, customers, others_in

KINDS = ("conference", "consult", "hold", "talk", "ring", "wrapup")
"""Of several that go on, the first says what the agent does."""


@dataclass(frozen=True)
class Situation:
    """`kind`: one of KINDS, or talk where nothing else is known. `waits`: since when (ms) the customer is kept waiting.

    `others`: who else is in the conference. `movable`: whether there is a customer who can be moved. People are (number, name); the name
    is '' for an outside number.
    """

    kind: str
    waits: int | None = None
    since: int | None = None
    consult: Consult | None = None
    asked: tuple[str, str] | None = None
    asked_by: tuple[str, str] | None = None
    others: tuple[tuple[str, str], ...] = ()
    movable: bool = False


def situation(floor: Floor, agent: Agent, call: Call) -> Situation:
    mine = [one for one in call.open if one.who == agent.number]
    best = min(mine, key=lambda one: KINDS.index(one.kind), default=None)
    customer = customers(call, agent.number)
    consult = consult_of(call, agent.number)
    asker = asked_by(call, agent.number)
    held = customer if customer is not None and customer.kind == "hold" else None
    return Situation(
        kind=best.kind if best is not None else agent.state if agent.state in ("ring", "wrapup") else "talk",
        waits=held.began if held else None,
        since=best.began if best else None,
        consult=consult,
        asked=_person(floor, consult.who) if consult is not None and not consult.holds else None,
        asked_by=_person(floor, asker) if asker is not None else None,
        others=tuple(_person(floor, one.who) for one in others_in(call, agent.number) if one.who),
        movable=customer is not None and customer_leg(call) is not None,
    )


def _person(floor: Floor, who: str) -> tuple[str, str]:
    agent = floor.agents.get(who)
    return who, agent.name if agent is not None else ""
