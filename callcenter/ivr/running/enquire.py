"""What others are asked for a caller: hours, who is on duty, who he is, named actions. While they are away he goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial

from callcenter.hotlines.calendar import is_open
from callcenter.ivr.language.action import Asked
from callcenter.ivr.running.walker import Walk, asked, key_of
from callcenter.ivr.walking.answered import Emergency, Looked
from callcenter.ivr.walking.commands import Act, AskHours, LookUp
from callcenter.ivr.walking.moves.at import CUSTOMER_SLOT
from callcenter.ivr.walking.place import Place


async def hours(walk: Walk, command: AskHours) -> str:
    """open, closed, holiday or emergency."""
    if command.plan is not None:
        return "open" if is_open(command.plan, walk.now(), walk.services.zone) else "closed"
    # Nobody knows better while the store is away than to let the caller through.
    opening = asked(walk, "its hours", partial(walk.services.opening, walk.line.hotline), default="open")
    emergency, now = await asyncio.gather(emergency_now(walk), opening)
    return "emergency" if emergency and emergency.closed else now


async def emergency_now(walk: Walk) -> Emergency | None:
    """What is on at his hotline now."""
    return await asked(walk, "whether there is an emergency", partial(walk.services.emergency, walk.line.hotline), default=None)


async def duty(walk: Walk, queue: str) -> str:
    """Is anybody on duty: yes or no."""
    return "yes" if await asked(walk, f"who is on duty in {queue}", partial(walk.services.on_duty, queue), default=True) else "no"


async def look_up(walk: Walk, command: LookUp) -> tuple[str, Mapping[str, str]]:
    """Who he is, and the slots that this fills."""
    if not command.value:
        return "unknown", {}
    ask = partial(walk.services.lookup, command.kind, command.value, walk.line.call)
    found = await asked(walk, f"who he is by {command.kind}", ask, default=Looked("unknown"))
    return got(found)


def got(found: Looked) -> tuple[str, Mapping[str, str]]:
    """The result, and the slots that it fills."""
    if found.result != "known" or found.customer is None:
        return found.result, {}
    return "known", {CUSTOMER_SLOT: str(found.customer), **slots_of(found)}


def slots_of(found: Looked) -> dict[str, str]:
    """What a lookup that found somebody fills."""
    return {"name": found.name, "open_case": found.open_case, "manager": found.manager, "language": found.language}


async def act(walk: Walk, place: Place, command: Act) -> tuple[str, Mapping[str, str]]:
    """A named action's result, and the slots that it fills."""
    asking = Asked(
        call=walk.line.call,
        hotline=walk.line.hotline,
        customer=walk.customer(place),
        number=walk.caller.number,
        language=place.language,
        inputs=command.inputs,
        key=key_of(walk, place),
    )
    answer = await walk.services.do(command.action, asking)
    return answer.result, answer.slots
