"""What is wrong with how a flow treats its callers, though it could be walked: one who speaks taken for silent, one of several
customers not asked. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from callcenter.ivr.language.finding import Finding
from callcenter.ivr.language.known import Known
from callcenter.ivr.language.steps import SILENT, Ask, End, Flow, Lookup, Menu


def taken_for_silent(flow: Flow, _known: Known) -> Iterator[Finding]:
    """Menus and questions whose `otherwise` makes a silent call of everybody who has no keys."""
    for step in flow.steps.values():
        if not isinstance(step, Menu | Ask):
            continue
        end = flow.steps.get(step.otherwise)
        if isinstance(end, End) and end.outcome == SILENT:
            what = f"who speaks but presses nothing is taken for silent, too: expected 'silent: {end.name}', and a person 'otherwise'"
            yield Finding(flow.file, step.line, f"step {step.name!r}: {what}", "warning")


def several_asked(flow: Flow, _known: Known) -> Iterator[Finding]:
    """Lookups by number that treat one whose number several customers have as if he were nobody's."""
    for step in flow.steps.values():
        if isinstance(step, Lookup) and step.by == "number" and step.which is None and step.several is None:
            what = "several customers may have his number: expected 'which' (he is asked for whom he calls) or 'several' (a step)"
            yield Finding(flow.file, step.line, f"step {step.name!r}: {what}", "warning")
