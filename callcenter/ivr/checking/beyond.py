"""What is wrong with going on in another flow: flows, steps and languages that are not there. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from callcenter.ivr.checking.slots import unset_from
from callcenter.ivr.language.finding import Finding
from callcenter.ivr.language.known import Known
from callcenter.ivr.language.steps import Flow, GoTo
from callcenter.ivr.language.words import meant


def flows_gone_to(flow: Flow, known: Known) -> Iterator[Finding]:
    """Every flow that this one goes to is there, and can be begun where it is begun."""
    if known.others is None:
        return
    names = {*known.others, flow.name}
    for step in flow.steps.values():
        if isinstance(step, GoTo):
            other = flow if step.flow == flow.name else known.others.get(step.flow)
            found = (
                _wrong(flow, step, other, known)
                if other
                else [(f"there is no flow {step.flow!r}{meant(step.flow, names, 'flows')}", "error")]
            )
            yield from (Finding(flow.file, step.line, f"step {step.name!r}: {what}", level) for what, level in found)


def _wrong(flow: Flow, step: GoTo, other: Flow, known: Known) -> Iterator[tuple[str, str]]:
    """What is wrong, and how much."""
    if step.step is not None and step.step not in other.steps:
        yield f"the flow {other.name!r} has no step {step.step!r}{meant(step.step, other.steps, 'steps')}", "error"
        return
    for slot, way in unset_from(other, step.step or other.start, known) if step.step else ():
        yield f"begun at {step.step!r}, the flow {other.name!r} speaks {{{slot}}} at {way[-1]!r} before anything fills it", "error"
    for language in flow.languages:
        if language not in other.languages:
            yield f"the flow {other.name!r} has no {language!r}: its callers hear {other.languages[0]!r} from there on", "warning"
