"""Which steps of which flows say a prompt: in the versions in use, and in the drafts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping

from callcenter.ivr.language.known import NamedPrompt
from callcenter.ivr.language.load import load
from callcenter.ivr.language.ways import prompts
from callcenter.ivr.named.rules import Use
from callcenter.ivr.named.service import DIALPLAN
from callcenter.ivr.published.kept import Draft, KeptFlows, PromptsUsed, Version

REFUSALS = ("blacklisted", "nuisance", "silent")
"""Prompts that callers hear for whom no flow is."""

OUTSIDE = (*DIALPLAN, *REFUSALS)
"""Prompts that are played without any flow: by Asterisk's plan, or before a flow begins."""

Said = tuple[str, str, str]
"""A prompt's name, a flow, a step of it."""


async def uses(kept: KeptFlows, now: Mapping[str, NamedPrompt]) -> Mapping[str, tuple[Use, ...]]:
    """By the prompt's name. `now` is what the prompts say now."""
    versions, drafts = await kept.in_use(), await kept.drafts()
    return await asyncio.to_thread(_uses, versions, drafts, now)


def _uses(versions: Iterable[Version], drafts: Iterable[Draft], now: Mapping[str, NamedPrompt]) -> Mapping[str, tuple[Use, ...]]:
    published: dict[Said, tuple[str, str] | None] = {}
    waiting: set[tuple[str, str]] = set()
    for version in versions:
        published.update(_said(version.flow, version.text))
        waiting |= {(name, version.flow) for name in version.prompts if _other(version.prompts, name, now)}
    drafted = {said: title for draft in drafts for said, title in _said(draft.name, draft.text)}
    found: dict[str, list[Use]] = {}
    for said in sorted(published.keys() | drafted.keys()):
        name, flow, step = said
        in_use = said in published
        use = Use(flow, step, drafted.get(said) or published.get(said), in_use, said in drafted, in_use and (name, flow) in waiting)
        found.setdefault(name, []).append(use)
    return {name: tuple(some) for name, some in found.items()}


def _said(flow: str, text: str) -> Iterator[tuple[Said, tuple[str, str] | None]]:
    loaded = load(text, flow).flow
    for step in loaded.steps.values() if loaded else ():
        for prompt in prompts(step):
            if prompt.name:
                yield (prompt.name, flow, step.name), step.title


def _other(used: PromptsUsed, name: str, now: Mapping[str, NamedPrompt]) -> bool:
    """Whether a prompt says something else now, in the languages that the flow speaks, than when it was published."""
    texts, sounds = used[name]["texts"], used[name]["sounds"]
    here = now.get(name)
    if here is None:
        return False
    return any((here.texts.get(one), here.sounds.get(one)) != (text, sounds.get(one)) for one, text in texts.items())
