"""What is wrong with whom a flow leads to: queues, agents, seats and numbers that there are not, or may not be dialled. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from callcenter.ivr.language.finding import Finding
from callcenter.ivr.language.known import Known
from callcenter.ivr.language.steps import Callback, Flow, Menu, Message, Queue, Transfer
from callcenter.ivr.language.words import meant


def queues_used(flow: Flow, known: Known) -> Iterator[Finding]:
    """Every queue is one there is."""
    if known.queues is None:
        return
    for step in flow.steps.values():
        if isinstance(step, Queue | Message | Callback) and step.queue not in known.queues:
            what = f"step {step.name!r}: there is no queue {step.queue!r}{meant(step.queue, known.queues, 'queues')}"
            yield Finding(flow.file, step.line, what)


def people(flow: Flow, _known: Known) -> Iterator[Finding]:
    """Key 0 of every menu leads to a queue."""
    menus = [step for step in flow.steps.values() if isinstance(step, Menu)]
    if menus and flow.person is None:
        yield Finding(flow.file, menus[0].line, "a flow with a menu needs 'person': the queue step that key 0 leads to")
    person = flow.steps.get(flow.person or "")
    if person is not None and not isinstance(person, Queue):
        yield Finding(flow.file, person.line, f"'person' names {flow.person!r}: expected a queue step")


def transfers(flow: Flow, known: Known) -> Iterator[Finding]:
    """Every transfer leads to somebody."""
    for step in flow.steps.values():
        if isinstance(step, Transfer):
            yield from (Finding(flow.file, step.line, f"step {step.name!r}: {what}", level) for what, level in _wrong(step, known))


def _wrong(step: Transfer, known: Known) -> Iterator[tuple[str, str]]:
    """What is wrong, and how much: people come and go, and a flow is not put out of use by it."""
    if step.agent and known.agents is not None and step.agent not in known.agents:
        yield f"there is no agent {step.agent!r}{meant(step.agent, known.agents, 'agents')}", "warning"
    if step.seat and known.seats is not None and step.seat not in known.seats:
        yield f"there is no seat {step.seat!r}{meant(step.seat, known.seats, 'seats')}", "warning"
    if step.number and known.may_dial is not None and not known.may_dial(step.number):
        what = "expected an ordinary number of the country, or of those in the setting dialled_countries"
        yield f"{step.number} may not be dialled: {what}", "error"
