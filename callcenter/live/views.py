"""What the floor's screen shows of the floor: small records, equal when nothing on the screen differs. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter.floor.agent import Agent
from callcenter.floor.call import Call, Step
from callcenter.floor.floor import Floor
from callcenter.floor.queue import Queue, Waiting
from callcenter.live.situation import CALLING, Situation, kind_of, situation


@dataclass(frozen=True, slots=True)
class Caller:
    """The other side of a call, as far as it is known."""

    call: str
    number: str
    name: str
    tier: str
    direction: str
    hotline: str | None


@dataclass(frozen=True, slots=True)
class AgentView:
    """`now`: what he does in the call that the caller is in."""

    agent: Agent
    caller: Caller | None
    now: Situation | None


@dataclass(frozen=True, slots=True)
class QueueView:
    """`waiting` in the order they came, each with since when; `longest` is the earliest of these."""

    name: str
    waiting: tuple[tuple[Caller, int], ...]
    longest: int | None
    ready: int
    signed_in: int


@dataclass(frozen=True, slots=True)
class MenuView:
    """A caller in the flow. `step` None: between two steps. `since` is when the step began, `began` when the call did."""

    caller: Caller
    step: Step | None
    since: int
    began: int
    keys: str


@dataclass(frozen=True, slots=True)
class StatsView:
    """Calls that go on, of these waiting and in the menus; agents by state, those ready whom a call can reach.

    `on_call` are all who are on a call; of these `holding` keep their customer waiting, `consulting` ask or are asked (the customer waits
    too), `conferring` are in a conference, `calling` wait for an answer. The others talk.
    """

    calls: int
    waiting: int
    menus: int
    longest: int | None
    ready: int
    ringing: int
    on_call: int
    holding: int
    consulting: int
    conferring: int
    calling: int
    wrapup: int
    paused: int
    signed_in: int


def caller(call: Call) -> Caller:
    number = call.to if call.direction == "outbound" else call.number
    return Caller(call.id, number, call.customer_name, call.tier, call.direction, call.hotline)


def agent_view(floor: Floor, number: str) -> AgentView | None:
    """None when he is not signed in."""
    agent = floor.agents.get(number)
    if agent is None:
        return None
    call = floor.calls.get(agent.call or "")
    return AgentView(agent, caller(call) if call else None, situation(floor, agent, call) if call else None)


def queue_view(floor: Floor, name: str) -> QueueView:
    queue = floor.queues.get(name, Queue(name))
    agents = [a for a in floor.agents.values() if name in a.queues]
    return QueueView(
        name=name,
        waiting=tuple((_waiting_caller(floor, w), w.since) for w in queue.waiting),
        longest=min((w.since for w in queue.waiting), default=None),
        ready=sum(a.state == "ready" and a.reachable for a in agents),
        signed_in=len(agents),
    )


def menu_view(floor: Floor, id: str) -> MenuView | None:
    """None when the call is in no menu, or gone."""
    call = floor.calls.get(id)
    if call is None or call.ended is not None:
        return None
    menu = next((s for s in reversed(call.open) if s.kind == "ivr"), None)
    if menu is None:
        return None
    step = next((s for s in reversed(call.steps) if s.ended is None), None)
    since = step.began if step else menu.began
    return MenuView(caller(call), step, since, call.began, call.keys)


def stats(floor: Floor) -> StatsView:
    live = [call for call in floor.calls.values() if call.ended is None]
    waiting = [w.since for queue in floor.queues.values() for w in queue.waiting]
    states = [agent.state for agent in floor.agents.values()]
    doing = [kind for agent in floor.agents.values() if (kind := _on_call(floor, agent))]
    return StatsView(
        calls=len(live),
        waiting=len(waiting),
        menus=sum(any(s.kind == "ivr" for s in call.open) for call in live),
        longest=min(waiting, default=None),
        ready=sum(agent.state == "ready" and agent.reachable for agent in floor.agents.values()),
        ringing=states.count("ringing"),
        on_call=len(doing),
        holding=doing.count("hold"),
        consulting=doing.count("consult"),
        conferring=doing.count("conference"),
        calling=doing.count(CALLING),
        wrapup=states.count("wrapup"),
        paused=states.count("paused"),
        signed_in=len(states),
    )


def _waiting_caller(floor: Floor, waiting: Waiting) -> Caller:
    call = floor.calls.get(waiting.call)
    return caller(call) if call else Caller(waiting.call, "", "", "", "inbound", None)


def _on_call(floor: Floor, agent: Agent) -> str:
    """What he does on a call; '' for one who is on none."""
    if agent.state != "talking":
        return ""
    call = floor.calls.get(agent.call or "")
    return kind_of(agent, call) if call is not None else "talk"
