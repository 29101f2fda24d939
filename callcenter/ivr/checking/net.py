"""Flows as one net of steps, for a flow may go on in another: which steps lead where, silently or at all. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from callcenter.ivr.language.known import Known
from callcenter.ivr.language.steps import Flow, GoTo, Step
from callcenter.ivr.language.ways import offers_person, silent_ways, ways

Node = tuple[str, str]
"""A step: its flow's name, and its own."""
Net = Mapping[str, Flow]


def net_of(flow: Flow, known: Known) -> Net:
    """This flow and those that it may go to."""
    return {**(known.others or {}), flow.name: flow}


def step_at(net: Net, node: Node) -> Step:
    return net[node[0]].steps[node[1]]


def everywhere(net: Net, node: Node) -> tuple[Node, ...]:
    """Every step that may come after this one: of its ways, of key 0, of another flow."""
    flow, step = net[node[0]], step_at(net, node)
    person = (flow.person,) if offers_person(step) and flow.person else ()
    return (*_in(flow, (*ways(step), *person)), *_beyond(net, step))


def silently(net: Net, node: Node) -> tuple[Node, ...]:
    """Where a caller may come who presses nothing."""
    step = step_at(net, node)
    return (*_in(net[node[0]], silent_ways(step)), *_beyond(net, step))


def _in(flow: Flow, names: Iterable[str]) -> Iterator[Node]:
    return ((flow.name, name) for name in dict.fromkeys(names) if name in flow.steps)


def _beyond(net: Net, step: Step) -> Iterator[Node]:
    if isinstance(step, GoTo) and (other := net.get(step.flow)) is not None:
        name = step.step or other.start
        if name in other.steps:
            yield other.name, name


def reached(starts: Iterable[Node], out: Callable[[Node], Iterable[Node]]) -> frozenset[Node]:
    """Every step on the ways from these."""
    found = set(starts)
    ahead = list(found)
    while ahead:
        for node in out(ahead.pop()):
            if node not in found:
                found.add(node)
                ahead.append(node)
    return frozenset(found)


def circles(starts: Iterable[Node], out: Callable[[Node], Iterable[Node]]) -> Iterator[tuple[Node, ...]]:
    """Ways that come back to where they were, each with its first step again at its end."""
    done: set[Node] = set()
    for start in starts:
        path = {start: iter(out(start))} if start not in done else {}
        while path:
            node = next(reversed(path))
            to = next(path[node], None)
            if to is None:
                path.popitem()
                done.add(node)
            elif to in path:
                way = list(path)
                yield (*way[way.index(to) :], to)
            elif to not in done:
                path[to] = iter(out(to))
