"""What an agent has in hand, and whom he can reach: read from the floor. NotPossible says why not. Pure."""

from __future__ import annotations

from callcenter.floor.agent import Agent
from callcenter.floor.call import Call, Leg
from callcenter.floor.floor import Floor
from callcenter.live.consult import (
    ASKED,
    MUSIC,
    WITH_CUSTOMER,
    Consult,
    aside,
    consult_of,
    customer_leg,
    customers,
    others_in,
    parked_since,
)
from callcenter.live.control import NotPossible


def his_call(floor: Floor, agent: Agent) -> tuple[Call, str]:
    """The call whose customer the agent has, and the agent's leg in it."""
    call = floor.calls.get(agent.call or "")
    mine = customers(call, agent.number) if call is not None else None
    if call is None or mine is None:
        raise NotPossible("no_call")
    return call, mine.leg


def his_customer(call: Call, agent: Agent) -> Leg:
    """The customer whom the agent has for himself."""
    if consult_of(call, agent.number) is not None or aside(call, agent.number) is not None:
        raise NotPossible("asking")
    if others_in(call, agent.number):
        raise NotPossible("conference")
    return customer_in(call)


def customer_in(call: Call) -> Leg:
    customer = customer_leg(call)
    if customer is None:
        raise NotPossible("no_customer")
    return customer


def his_consult(floor: Floor, agent: Agent) -> Consult:
    call, _leg = his_call(floor, agent)
    consult = consult_of(call, agent.number)
    if consult is None:
        raise NotPossible("too_late")
    return consult


def his_answered(floor: Floor, agent: Agent) -> Consult:
    """The consultation in which they talk."""
    consult = his_consult(floor, agent)
    if not consult.answered:
        raise NotPossible("not_answered")
    return consult


def parked_in(floor: Floor, call_id: str) -> tuple[Call, Leg]:
    """The parked call, and its customer's leg."""
    call = floor.calls.get(call_id)
    customer = customer_leg(call) if call is not None else None
    if call is None or customer is None or parked_since(call) is None:
        raise NotPossible("too_late")
    return call, customer


def colleague(floor: Floor, number: str, agent: Agent) -> Agent:
    """Somebody else who can be rung now."""
    found = floor.agents.get(number)
    if found is None or number == agent.number:
        raise NotPossible("nobody_there")
    if not found.reachable:
        raise NotPossible("colleague_unreachable")
    if found.state in ("ringing", "talking"):
        raise NotPossible("colleague_busy")
    return found


def free_in(floor: Floor, queue: str, agent: Agent) -> Agent:
    """Of the queue's agents who are ready, the one who has been so for longest."""
    others = (one for one in floor.agents.values() if queue in one.queues and one.number != agent.number)
    ready = [one for one in others if one.state == "ready" and one.reachable]
    if not ready:
        raise NotPossible("nobody_free")
    return min(ready, key=lambda one: one.since)


def left_alone(before: Call, after: Call) -> list[str]:
    """Agents' legs that wait for somebody who will not come: his telephone was never answered and rings no more."""
    alone = []
    for leg in after.legs.values():
        was = before.legs.get(leg.id)
        if leg.id.endswith(ASKED) and leg.answered is None and leg.ended is not None and was is not None and was.ended is None:
            music = after.legs.get(leg.id.removesuffix(ASKED) + MUSIC)
            if music is not None and music.ended is None:
                waiting = [after.legs[one.leg] for one in after.open if one.kind in WITH_CUSTOMER]
                alone += [one.id for one in waiting if one.ended is None and one.bridge != music.bridge]
    return alone


def are_together(floor: Floor, call_id: str, consult: Consult) -> bool:
    """Whether all three are in one room, or one of them is gone."""
    call = floor.calls.get(call_id)
    if call is None:
        return True
    legs = [call.legs[id] for id in (consult.customer, consult.agent, consult.asked) if id in call.legs]
    return len({leg.bridge for leg in legs}) == 1 or any(leg.ended is not None for leg in legs)
