"""All flows read and judged together, as they are in use, and what is wrong with them. Pure.

One that names what is not there any more is walked all the same, around what is missing; one that is wrong in itself is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from callcenter.ivr.checking.check import check_source, is_right_in_itself
from callcenter.ivr.language.finding import Finding, errors
from callcenter.ivr.language.known import Known, NamedPrompt
from callcenter.ivr.language.load import load
from callcenter.ivr.language.steps import Callback, Flow, GoTo, Message, Queue, together
from callcenter.ivr.language.ways import prompts
from callcenter.ivr.published.around import Around
from callcenter.ivr.published.kept import PromptsUsed, Version
from callcenter.ivr.walking.hotline_flows import WALKS, Flows


@dataclass(frozen=True)
class Source:
    """A flow's text. `version` is its number, '' for a draft; `prompts` are those that it was published with, None: as they are now."""

    name: str
    text: str
    version: str = ""
    prompts: PromptsUsed | None = None


def source_of(version: Version) -> Source:
    return Source(version.flow, version.text, str(version.number), version.prompts)


def file_of(name: str) -> str:
    """What findings, exported files and downloads call a flow's text."""
    return f"{name}.yaml"


def walks_of(name: str) -> str:
    """What findings, exported files and downloads call a flow's walking scripts."""
    return f"{name}{WALKS}"


def read_all(sources: Iterable[Source], around: Around) -> tuple[Flows, tuple[Finding, ...]]:
    """The flows that can be walked, and every finding: in them, between them, and hotlines whose flow is missing."""
    sources = list(sources)
    others = linked(sources, around.known)
    findings: list[Finding] = []
    good: list[Flow] = []
    for source in sources:
        known = known_to(source, around.known, others)
        loaded = check_source(source.text, file_of(source.name), known)
        findings += loaded.findings
        if flow := loaded.flow or _around_what_is_missing(source, around, known):
            good.append(numbered(flow, source))
    flows = together(good)
    findings += _missing(around, flows)
    return Flows(flows, MappingProxyType(dict(around.hotlines)), around.known.prompts or {}), tuple(sorted(findings))


def _around_what_is_missing(source: Source, around: Around, known: Known) -> Flow | None:
    """A flow that was right when it was published, without what was taken away. None: it cannot be walked."""
    loaded = load(source.text, file_of(source.name), known)
    flow = loaded.flow
    if flow is None or errors(loaded.findings) or not is_right_in_itself(flow, known):
        return None
    return led_around(flow, around, known)


def led_around(flow: Flow, around: Around, known: Known) -> Flow | None:
    """A flow as its callers walk it without what it names and is gone. None: somebody would be hung up, or there is no queue at all.

    Their hotline's queue takes them instead of one that is gone; an action goes its way `failed`, a transfer its way `refused`, and instead
    of another flow comes the person.
    """
    if not _goes_on_somewhere(flow, known):
        return None
    there = known.queues or frozenset()
    instead = next((one.queue for one in around.hotlines.values() if one.flow == flow.name), min(there, default=""))
    steps = {
        name: replace(step, queue=instead) if isinstance(step, Queue | Message | Callback) and step.queue not in there else step
        for name, step in flow.steps.items()
    }
    return replace(flow, steps=MappingProxyType(steps)) if instead else None


def _goes_on_somewhere(flow: Flow, known: Known) -> bool:
    """Whether nobody is hung up where another flow is missing."""
    others = {flow.name, *(known.others or {})}
    return flow.person is not None or all(step.flow in others for step in flow.steps.values() if isinstance(step, GoTo))


def linked(sources: Iterable[Source], known: Known) -> Mapping[str, Flow]:
    """What could be read of these flows, right or wrong, so that each can be judged beside the others."""
    read = (load(source.text, file_of(source.name), known_to(source, known, {})).flow for source in sources)
    return together(flow for flow in read if flow is not None)


def known_to(source: Source, known: Known, others: Mapping[str, Flow]) -> Known:
    """What a flow may name: the prompts are those that it was published with."""
    if source.prompts is not None:
        named = {name: NamedPrompt(one["texts"], one["sounds"]) for name, one in source.prompts.items()}
        known = replace(known, prompts=MappingProxyType(named))
    return replace(known, others=others)


def numbered(flow: Flow, source: Source) -> Flow:
    return replace(flow, version=source.version) if source.version else flow


def prompts_used(flow: Flow) -> PromptsUsed:
    """The named prompts that a flow says, as they are now: what is kept with its version."""
    used = (prompt for step in flow.steps.values() for prompt in prompts(step) if prompt.name)
    return {prompt.name: {"texts": dict(prompt.texts), "sounds": dict(prompt.sounds)} for prompt in used}


def _missing(around: Around, flows: Mapping[str, Flow]) -> Iterator[Finding]:
    for number, hotline in around.hotlines.items():
        if hotline.flow not in flows:
            have = ", ".join(sorted(flows)) or "none"
            what = f"hotline {number} names the flow {hotline.flow!r}, which is not in use: its callers go straight to the queue"
            yield Finding(file_of(hotline.flow), 1, f"{what} {hotline.queue}; the flows in use are {have}")
