"""What is wrong with transfers: agents, seats and numbers that there are not, or that may not be dialled. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from callcenter.ivr.finding import Finding
from callcenter.ivr.known import Known
from callcenter.ivr.steps import Flow, Transfer
from callcenter.ivr.words import meant


def transfers(flow: Flow, known: Known) -> Iterator[Finding]:
    """Every transfer leads to somebody."""
    for step in flow.steps.values():
        if isinstance(step, Transfer):
            yield from (Finding(flow.file, step.line, f"step {step.name!r}: {wrong}") for wrong in _wrong(step, known))


def _wrong(step: Transfer, known: Known) -> Iterator[str]:
    if step.agent and known.agents is not None and step.agent not in known.agents:
        yield f"there is no agent {step.agent!r}{meant(step.agent, known.agents, 'agents')}"
    if step.seat and known.seats is not None and step.seat not in known.seats:
        yield f"there is no seat {step.seat!r}{meant(step.seat, known.seats, 'seats')}"
    if step.number and known.may_dial is not None and not known.may_dial(step.number):
        yield f"{step.number} may not be dialled: expected an ordinary number of the country, or of those in the setting dialled_countries"
