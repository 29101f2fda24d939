"""A draft is judged, published, or refused with all that is wrong; an earlier version is put back. Page and command do it alike."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from callcenter.ivr.checking.check import check, check_source
from callcenter.ivr.language.finding import Finding, at_most, errors
from callcenter.ivr.language.steps import Flow, GoTo, together
from callcenter.ivr.published.around import Around
from callcenter.ivr.published.in_use import InUse
from callcenter.ivr.published.kept import Draft, KeptFlows, NoSuchFlow, Version, before
from callcenter.ivr.published.read_all import Source, file_of, known_to, linked, prompts_used, source_of, walks_of
from callcenter.ivr.scripts.script import Script, differences, read_scripts, walk_script
from callcenter.ivr.scripts.walked import Walked


@dataclass(frozen=True)
class WalkedScript:
    """One walk of those beside a flow, and what came otherwise than it expects."""

    script: Script
    walked: Walked
    differences: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """`flow` is None when it cannot be used. `findings` are those in its text and in its walks, the walks' differences among them.
    `together`: drafts that have to be published with it."""

    flow: Flow | None
    findings: tuple[Finding, ...]
    walks: tuple[WalkedScript, ...] = ()
    together: tuple[Draft, ...] = ()

    @property
    def good(self) -> bool:
        return self.flow is not None and not errors(self.findings)


class Refused(Exception):
    """It is not published; `findings` say why, errors and warnings."""

    def __init__(self, name: str, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(f"{name} is not published: " + "; ".join(map(str, errors(self.findings))))


class NothingBefore(Exception):
    """There is no earlier version to go back to."""


def judge(name: str, text: str, walks: str, around: Around, others: Mapping[str, Flow]) -> Judged:
    """A draft beside the flows in use: its text, then every walk of its scripts."""
    source = Source(name, text)
    loaded = check_source(text, file_of(name), known_to(source, around.known, others))
    if loaded.flow is None:
        return Judged(None, loaded.findings)
    flow = together([*(flow for flow in others.values() if flow.name != name), loaded.flow])[loaded.flow.name]
    named = tuple(_named(flow, name))
    if not walks.strip():
        return Judged(flow, (*loaded.findings, *named))
    of, scripts, findings = read_scripts(walks, walks_of(name))
    if not findings and of != name:
        findings = (Finding(walks_of(name), 1, f"the walks are through the flow {of!r}; this flow is {name!r}"),)
    walked = () if findings else tuple(_walk(flow, script) for script in scripts)
    wrong = at_most(Finding(walks_of(name), one.script.line, f"{one.script.it}: {what}") for one in walked for what in one.differences)
    return Judged(flow, (*loaded.findings, *named, *findings, *wrong), walked)


def judge_beside(draft: Draft | Version, around: Around, others: Mapping[str, Flow], now: Mapping[str, Flow], walks: str) -> Judged:
    """As `judge`, and whether it breaks one of the others, that goes on in it. `now`: those in use, as they are without it."""
    name = draft.flow if isinstance(draft, Version) else draft.name
    judged = judge(name, draft.text, walks, around, others)
    if judged.flow is None:
        return judged
    beside = together([*(flow for flow in others.values() if flow.name != name), judged.flow])
    known = replace(around.known, others=beside)
    there = [flow for flow in beside.values() if any(isinstance(step, GoTo) and step.flow == name for step in flow.steps.values())]
    without = replace(around.known, others=now)
    broken = [one for flow in there if flow.name != name for one in errors(check(flow, known)) if one not in check(flow, without)]
    return replace(judged, findings=(*judged.findings, *broken))


async def judge_draft(in_use: InUse, draft: Draft) -> Judged:
    """A draft beside the flows in use and the drafts that it needs, off the loop and one after the other: however many are typing, calls go
    on."""
    async with in_use.judging:
        around = await in_use.around_now()
        together = await needed(in_use, draft)
        others = {**linked([Source(one.name, one.text) for one in together], around.known), **in_use.flows.by_name}
        judged = await asyncio.to_thread(judge, draft.name, draft.text, draft.walks, around, others)
        return replace(judged, together=together)


async def publish(in_use: InUse, draft: Draft, *, by: str, note: str = "") -> Version:
    """New callers walk this draft from now on, with the prompts as they are now. Raise Refused, Overtaken, NothingNew, NoSuchFlow."""
    [version] = await publish_together(in_use, [draft], by=by, note=note)
    return version


async def needed(in_use: InUse, draft: Draft) -> tuple[Draft, ...]:
    """The drafts of flows that callers do not walk now and that this one goes on in, itself or through another: they have to be published
    together with it."""
    known = (await in_use.around_now()).known
    found: dict[str, Draft] = {}
    ahead = [draft]
    while ahead:
        one = ahead.pop()
        read = (await asyncio.to_thread(linked, [Source(one.name, one.text)], known)).values()
        led_to = {step.flow for flow in read for step in flow.steps.values() if isinstance(step, GoTo)}
        for name in sorted(led_to - in_use.flows.by_name.keys() - found.keys() - {draft.name}):
            try:
                found[name] = await in_use.kept.draft(name)
            except NoSuchFlow:
                continue
            ahead.append(found[name])
    return tuple(found.values())


async def publish_together(in_use: InUse, drafts: Sequence[Draft], *, by: str, note: str = "") -> list[Version]:
    """As `publish`, all of these or none: flows that lead to each other are right only together."""
    await in_use.look(again=True)
    around = in_use.around
    now = in_use.flows.by_name
    there = {**now, **linked([Source(draft.name, draft.text) for draft in drafts], around.known)}
    judged = {draft.name: await asyncio.to_thread(judge_beside, draft, around, there, now, draft.walks) for draft in drafts}
    wrong = {name: one for name, one in judged.items() if not one.good}
    if wrong:
        raise Refused(", ".join(wrong), [finding for one in wrong.values() for finding in one.findings])
    used = {draft.name: (draft.revision, prompts_used(flow)) for draft in drafts if (flow := judged[draft.name].flow)}
    versions = await in_use.kept.publish_together(used, by=by, note=note)
    await in_use.look()
    return versions


async def publish_again(in_use: InUse, name: str, *, by: str, note: str = "") -> Version:
    """The version in use, with its prompts as they are now; an unfinished draft stays where it is. Raise as `publish`."""
    await in_use.look(again=True)
    version = next((one for one in await in_use.kept.in_use() if one.flow == name), None)
    if version is None:
        raise NoSuchFlow(f"{name} in use")
    judged = await asyncio.to_thread(judge_beside, version, in_use.around, in_use.flows.by_name, in_use.flows.by_name, version.walks)
    if judged.flow is None or not judged.good:
        raise Refused(name, judged.findings)
    version = await in_use.kept.publish_again(version, prompts_used(judged.flow), by=by, note=note)
    await in_use.look()
    return version


async def roll_back(in_use: InUse, name: str, to: int | None, *, by: str, note: str = "") -> Version:
    """Put an earlier version back in use, None: the one before. Raise Refused when it does not fit any more, NothingBefore, NoSuchFlow."""
    await in_use.look()
    number = await _before(in_use.kept, name) if to is None else to
    version = await in_use.kept.version(name, number)
    around = Around(in_use.around.hotlines, known_to(source_of(version), in_use.around.known, {}))
    judged = await asyncio.to_thread(judge_beside, version, around, in_use.flows.by_name, in_use.flows.by_name, "")
    if not judged.good:
        raise Refused(f"{name} version {number}", judged.findings)
    await in_use.kept.roll_back(name, number, by=by, note=note)
    await in_use.look()
    return version


async def _before(kept: KeptFlows, name: str) -> int:
    history = await kept.history((await kept.draft(name)).name)
    number = before(history) if history else None
    if number is None:
        raise NothingBefore(f"{name}: no other version was in use before")
    return number


def _named(flow: Flow, name: str) -> Iterator[Finding]:
    if flow.name != name:
        yield Finding(file_of(name), flow.line, f"expected the name {name!r}, got {flow.name!r}: a flow keeps its name")


def _walk(flow: Flow, script: Script) -> WalkedScript:
    walked = walk_script(flow, script)
    return WalkedScript(script, walked, tuple(differences(script, walked)))
