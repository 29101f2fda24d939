"""What is wrong between steps: nobody reaches them, circles, slots spoken too early, menus that leave callers alone. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from callcenter.ivr.checking.net import Net, Node, circles, everywhere, net_of, reached, silently, step_at
from callcenter.ivr.checking.slots import unset_from
from callcenter.ivr.language.finding import Finding
from callcenter.ivr.language.known import Known
from callcenter.ivr.language.steps import Callback, Flow, GoTo, Hours, Menu, Message, Queue


def unreached(flow: Flow, known: Known) -> Iterator[Finding]:
    """Steps to which no way leads, neither from the start nor from another flow."""
    net = net_of(flow, known)
    begun = {(flow.name, flow.start), *(node for node in _gone_to(net) if node[0] == flow.name)}
    found = reached(begun, lambda node: (to for to in everywhere(net, node) if to[0] == flow.name))
    for name, step in flow.steps.items():
        if (flow.name, name) not in found:
            yield Finding(flow.file, step.line, f"no way leads to step {name!r}")


def _gone_to(net: Net) -> Iterator[Node]:
    """Where other flows are begun in their middle."""
    for flow in net.values():
        for step in flow.steps.values():
            if isinstance(step, GoTo) and step.step is not None and step.step in getattr(net.get(step.flow), "steps", ()):
                yield step.flow, step.step


def circles_without_keys(flow: Flow, known: Known) -> Iterator[Finding]:
    """Ways, through other flows too, on which a caller who presses nothing never comes to an end."""
    net = net_of(flow, known)
    for circle in circles(((flow.name, name) for name in flow.steps), partial(silently, net)):
        if circle[0][0] == flow.name:
            way = " → ".join(name if of == flow.name else f"{of}/{name}" for of, name in circle)
            yield Finding(flow.file, step_at(net, circle[0]).line, f"a caller who presses nothing goes round and round: {way}")


def unset_slots(flow: Flow, known: Known) -> Iterator[Finding]:
    """Slots spoken, or given to an action, on some way on which nothing has filled them, with the shortest such way."""
    for (slot, way), line in unset_from(flow, flow.start, known).items():
        what = f"step {way[-1]!r}: {{{slot}}} is not filled yet on the way {' → '.join(way)}"
        yield Finding(flow.file, line, what)


def menus_alone(flow: Flow, known: Known) -> Iterator[Finding]:
    """Menus from which, with everything closed and nobody on duty, no way leads to a message or a callback."""
    net = net_of(flow, known)
    nodes = reached(((flow.name, name) for name in flow.steps), partial(everywhere, net))
    came: dict[Node, list[Node]] = {}
    for node in nodes:
        for to in _closed_ways(net, node):
            came.setdefault(to, []).append(node)
    good = reached((node for node in nodes if _helps(net, node)), lambda node: came.get(node, ()))
    for name, step in flow.steps.items():
        if isinstance(step, Menu) and (flow.name, name) not in good:
            yield Finding(
                flow.file, step.line, f"menu {name!r}: when it is closed or nobody is on duty, no way leads to a message or a callback"
            )


def _helps(net: Net, node: Node) -> bool:
    """A message, a callback, or a flow that nothing is known of."""
    step = step_at(net, node)
    return isinstance(step, Message | Callback) or (isinstance(step, GoTo) and step.flow not in net)


def _closed_ways(net: Net, node: Node) -> tuple[Node, ...]:
    match step_at(net, node):
        case Hours() as step:
            return ((node[0], step.closed),)
        case Queue() as step:
            return ((node[0], step.nobody),)
    return everywhere(net, node)
