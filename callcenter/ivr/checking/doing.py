"""What is wrong with the actions that a flow asks for: names, inputs, results without a way. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from callcenter.ivr.language.action import Action
from callcenter.ivr.language.finding import Finding
from callcenter.ivr.language.known import Known
from callcenter.ivr.language.steps import SLOT, Do, Flow
from callcenter.ivr.language.words import meant


def actions_used(flow: Flow, known: Known) -> Iterator[Finding]:
    """Every action is one there is, gets what it needs, and each of its results has a way."""
    if known.actions is None:
        return
    for step in flow.steps.values():
        if not isinstance(step, Do):
            continue
        action = known.actions.get(step.action)
        wrong = _wrong(step, action) if action else [f"there is no action {step.action!r}{meant(step.action, known.actions, 'actions')}"]
        yield from (Finding(flow.file, step.line, f"step {step.name!r}: {what}") for what in wrong)


def _wrong(step: Do, action: Action) -> Iterator[str]:
    for name, text in step.given.items():
        if name not in action.inputs:
            yield f"action {action.name!r} has no input {name!r}{meant(name, action.inputs, 'inputs')}"
        elif not SLOT.search(text) and (wrong := action.inputs[name].wrong(text)):
            yield f"input {name!r}: {wrong}"
    for name, one in action.inputs.items():
        if one.needed and name not in step.given:
            yield f"action {action.name!r} needs {name!r} under 'with'"
    for result in step.results:
        if result not in action.outcomes:
            yield f"action {action.name!r} has no result {result!r}{meant(result, action.outcomes, 'results')}"
    for result in action.outcomes:
        if result not in step.results:
            yield f"action {action.name!r} may answer {result!r}, which has no way under 'results'"
