"""What stands around the flows when they are read: hotlines, queues, and whatever else a flow may name."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from callcenter.hotlines.service import Hotlines
from callcenter.ivr.actions.action import Action
from callcenter.ivr.known import Known, NamedPrompt
from callcenter.ivr.load import read_prompts
from callcenter.ivr.named.service import NamedPrompts
from callcenter.ivr.versions import NAMED_PROMPTS, HotlineFlow


@dataclass(frozen=True)
class Around:
    """`hotlines` by number."""

    hotlines: Mapping[str, HotlineFlow]
    known: Known


async def look_around(hotlines: Hotlines, prompts: NamedPrompts, folder: Path, actions: Mapping[str, Action]) -> Around:
    """As the store has it now; while it has no prompts, those that it will begin with: the named ones of a folder."""
    queues = frozenset(queue.name for queue in await hotlines.queues())
    numbers = {one.number: HotlineFlow(one.flow, one.language, one.queue) for one in await hotlines.all()}
    named = await prompts.named() or await prompts_of(folder)
    flows = {number: one.flow for number, one in numbers.items()}
    return Around(numbers, Known(queues=queues, flows=flows, prompts=named, actions=actions))


async def prompts_of(folder: Path) -> Mapping[str, NamedPrompt]:
    """The named prompts of a folder of flows; those that nothing is wrong with."""
    texts, _findings = await asyncio.to_thread(read_prompts, folder / NAMED_PROMPTS)
    return {name: NamedPrompt(one) for name, one in texts.items()}
