"""A running centre: every part is built, told of the others, and set to work; and ended in the opposite order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from aiohttp import web

from callcenter import jobs
from callcenter.ivr.published.in_use import InUse
from callcenter.ivr.sounds.prompts import Prompts
from callcenter.rooms import Rooms
from callcenter.settings import Settings
from callcenter.telephony.record import opened
from callcenter.telephony.secrets import Secrets
from callcenter.wiring.application import application
from callcenter.wiring.listeners import listen
from callcenter.wiring.onlookers import Onlookers, onlookers
from callcenter.wiring.parts import Ground, Parts, build
from callcenter.wiring.regular import regular


@asynccontextmanager
async def running(settings: Settings, secrets: Secrets, rooms: Rooms, flows: InUse, prompts: Prompts) -> AsyncIterator[web.Application]:
    """The whole centre at work; it is ended in the opposite order. The store is migrated and Asterisk is started by whoever calls."""
    async with AsyncExitStack() as stack:
        record = await stack.enter_async_context(opened(settings))
        await stack.enter_async_context(rooms.web)
        ground = Ground(settings, secrets, rooms, flows, prompts, record)
        parts = await build(ground)
        looking = onlookers(ground, parts)
        listen(settings, parts, looking)
        close_at_the_end(stack, parts, looking)
        app = application(ground, parts, looking)
        async with asyncio.TaskGroup() as group:
            # One that fails takes the process down, to be started again: half a centre is none.
            tasks = [group.create_task(run, name=name) for name, run in work(ground, parts, looking).items()]
            try:
                yield app
            finally:
                for task in tasks:
                    task.cancel()


def close_at_the_end(stack: AsyncExitStack, parts: Parts, looking: Onlookers) -> None:
    """The last is closed first: no caller is walked any more when the ledger writes what is left."""
    for close in (parts.tape.close, looking.screens.close, looking.flows_now.close):
        stack.callback(close)
    for finish in (
        looking.unanswered.close,
        parts.desk.close,
        parts.moves.close,
        parts.outside.close,
        parts.recogniser.close,
        parts.ledger.close,
        parts.walks.close,
    ):
        stack.push_async_callback(finish)


def work(ground: Ground, parts: Parts, looking: Onlookers) -> dict[str, Coroutine[Any, Any, None]]:
    """The tasks of the centre, by name."""
    return {
        "ledger": parts.ledger.run(),
        "callbacks": looking.callbacks.run(),
        "keeper": parts.keeper.run(),
        "members": looking.members.run(),
        "phones at seats": looking.seat_phones.run(),
        "jobs": jobs.run(regular(ground, parts, looking)),
        "link": parts.link.run(),
    }
