"""What stands around the flows when they are read: hotlines, queues, and whatever else a flow may name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from callcenter.hotlines.service import Hotlines
from callcenter.ivr.language.action import Action
from callcenter.ivr.language.known import Known, NamedPrompt
from callcenter.ivr.language.load import read_prompts
from callcenter.ivr.walking.hotline_flows import NAMED_PROMPTS, HotlineFlow
from callcenter.people.service import People


@dataclass(frozen=True)
class Around:
    """`hotlines` by number."""

    hotlines: Mapping[str, HotlineFlow]
    known: Known


async def look_around(
    hotlines: Hotlines,
    people: People,
    prompts: Callable[[], Awaitable[Mapping[str, NamedPrompt]]],
    folder: Path,
    actions: Mapping[str, Action],
    may_dial: Callable[[str], bool],
) -> Around:
    """As the store has it now; while it has no `prompts`, those that it will begin with: the named ones of a folder."""
    queues = frozenset(queue.name for queue in await hotlines.queues())
    numbers = {one.number: HotlineFlow(one.flow, one.language, one.queue) for one in await hotlines.all()}
    named = await prompts() or await prompts_of(folder)
    flows = {number: one.flow for number, one in numbers.items()}
    agents = frozenset(one.number for one in await people.agents() if one.active)
    seats = frozenset(await people.seats())
    known = Known(queues=queues, flows=flows, prompts=named, actions=actions, agents=agents, seats=seats, may_dial=may_dial)
    return Around(numbers, known)


async def prompts_of(folder: Path) -> Mapping[str, NamedPrompt]:
    """The named prompts of a folder of flows; those that nothing is wrong with."""
    texts, _findings = await asyncio.to_thread(read_prompts, folder / NAMED_PROMPTS)
    return {name: NamedPrompt(one) for name, one in texts.items()}
