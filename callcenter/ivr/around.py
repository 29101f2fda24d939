"""What stands around the flows when they are read: hotlines, queues, and whatever else a flow may name."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from callcenter.hotlines.service import Hotlines
from callcenter.ivr.known import Known, NamedPrompt
from callcenter.ivr.load import read_prompts
from callcenter.ivr.versions import NAMED_PROMPTS, HotlineFlow


@dataclass(frozen=True)
class Around:
    """`hotlines` by number."""

    hotlines: Mapping[str, HotlineFlow]
    known: Known


async def look_around(hotlines: Hotlines, folder: Path) -> Around:
    """As the store has it now, with the named prompts of a folder."""
    queues = frozenset(queue.name for queue in await hotlines.queues())
    numbers = {one.number: HotlineFlow(one.flow, one.language, one.queue) for one in await hotlines.all()}
    named, _findings = await asyncio.to_thread(read_prompts, folder / NAMED_PROMPTS)
    prompts = {name: NamedPrompt(texts) for name, texts in named.items()}
    return Around(numbers, Known(queues=queues, flows={number: one.flow for number, one in numbers.items()}, prompts=prompts))
