"""What is wrong with a flow that can be read, and with several of them together. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from callcenter.ivr.checking.between import circles_without_keys, menus_alone, unreached, unset_slots
from callcenter.ivr.checking.beyond import flows_gone_to
from callcenter.ivr.checking.doing import actions_used
from callcenter.ivr.checking.keys_told import keys_told
from callcenter.ivr.checking.outward import people, queues_used, transfers
from callcenter.ivr.checking.slots import slots_used
from callcenter.ivr.checking.treated import several_asked, taken_for_silent
from callcenter.ivr.language.finding import Finding, at_most, errors
from callcenter.ivr.language.known import Known
from callcenter.ivr.language.load import Loaded, load
from callcenter.ivr.language.reader import text_of
from callcenter.ivr.language.steps import Flow, together

__all__ = ["Known", "check", "check_files", "check_source"]

EACH = (queues_used, people, keys_told, actions_used, transfers, flows_gone_to, taken_for_silent, several_asked)
"""What is judged of each step alone."""
WHOLE = (unreached, circles_without_keys, slots_used, unset_slots, menus_alone)
"""What is judged of how steps hang together."""


OUTSIDE = (queues_used, actions_used, transfers, flows_gone_to)
"""What may become wrong although the flow stays as it is: what it names is taken away."""


def check(flow: Flow, known: Known, *, whole: bool = True) -> tuple[Finding, ...]:
    """What is wrong, as far as anybody reads. `whole` False: some steps could not be read, so nothing is said of how they hang together."""
    rules = (*EACH, *WHOLE) if whole else EACH
    return at_most(finding for rule in rules for finding in rule(flow, known))


def is_right_in_itself(flow: Flow, known: Known) -> bool:
    """Whether no error is in a flow but of what it names outside."""
    inside = replace(known, actions=None)
    return not any(errors(rule(flow, inside)) for rule in (*EACH, *WHOLE) if rule not in OUTSIDE)


def gone(flow: Flow, known: Known) -> tuple[Finding, ...]:
    """What a flow names and is not there, or not as it names it."""
    return errors(finding for rule in OUTSIDE for finding in rule(flow, known))


def check_source(source: str, file: str, known: Known) -> Loaded:
    """Read and check one flow's text; the flow only when there is no error."""
    loaded = load(source, file, known)
    if loaded.flow is None:
        return loaded
    findings = (*loaded.findings, *check(loaded.flow, known, whole=not errors(loaded.findings)))
    return Loaded(None if errors(findings) else loaded.flow, tuple(sorted(findings)))


def check_files(paths: Iterable[Path], known: Known) -> tuple[Finding, ...]:
    """Every finding in these files, and between them: two flows of one name, hotlines whose flow is missing."""
    findings: list[Finding] = []
    sources: dict[Path, str] = {}
    for path in paths:
        try:
            sources[path] = text_of(path)
        except OSError as wrong:
            findings.append(Finding(str(path), 1, f"cannot be read: {wrong.strerror}"))
    flows = [flow for path, source in sources.items() if (flow := load(source, str(path), known).flow) is not None]
    beside = replace(known, others={**(known.others or {}), **together(flows)})
    for path, source in sources.items():
        findings += check_source(source, str(path), beside).findings
    files: dict[str, str] = {}
    for flow in flows:
        if flow.name in files:
            findings.append(Finding(flow.file, flow.line, f"the flow {flow.name!r} is already in {files[flow.name]}"))
        files.setdefault(flow.name, flow.file)
    have = ", ".join(sorted(files)) or "none"
    for hotline, name in (known.flows or {}).items():
        if name not in files:
            findings.append(Finding(f"{name}.yaml", 1, f"hotline {hotline} names the flow {name!r}; the flows are {have}"))
    return tuple(sorted(findings))
