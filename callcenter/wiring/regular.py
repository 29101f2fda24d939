"""What a centre does by the clock."""

from __future__ import annotations

import asyncio
from functools import partial

from callcenter.floor.events import Tick
from callcenter.ivr.named.unused import fixed_words, forget_unused
from callcenter.ivr.seen.count_days import CountDays
from callcenter.ivr.sounds.prompts import fixed_texts
from callcenter.jobs import Job
from callcenter.store.clock import now_ms
from callcenter.telephony.pbx import rotate_logs
from callcenter.wiring.onlookers import Onlookers
from callcenter.wiring.parts import Ground, Parts

ACTS_MS = 7 * 86_400_000
"""How long it is remembered that a flow did something: far longer than any call goes on."""


def regular(ground: Ground, parts: Parts, looking: Onlookers) -> list[Job]:
    settings, rooms = ground.settings, ground.rooms

    async def tick() -> None:
        parts.keeper.put(Tick(now_ms(), parts.link.heard))

    async def compare_members() -> None:
        looking.members.look()

    async def compare_phones() -> None:
        looking.seat_phones.look()

    async def look_at_disk() -> None:
        await looking.disk.look(now_ms())

    async def measure() -> None:
        await rooms.calls.measure_ended(now_ms())

    async def forget_acts() -> None:
        await rooms.actions.forget(now_ms() - ACTS_MS)

    async def forget_sounds() -> None:
        await forget_unused(rooms.store, now_ms())
        texts = fixed_texts(ground.flows.flows.by_name.values())
        await asyncio.to_thread(ground.prompts.forget_unused, [*texts, *fixed_words(await rooms.prompts.named())])

    async def shorten() -> None:
        await ground.record.shorten(now_ms(), settings.tape_days)
        if settings.asterisk != "external":
            await asyncio.to_thread(rotate_logs, settings)

    return [
        Job("clock", 1, tick),
        Job("queue members", 5, compare_members),
        Job("phones at seats", 30, compare_phones),
        Job("absent agents", 30, looking.absent.look),
        Job("the floor beside Asterisk's picture", 30, looking.watch.look),
        Job("the record beside Asterisk's own", 60, looking.nightly.look),
        Job("flows in use", 1, ground.flows.look),
        Job("flows that callers do not walk", 1, looking.alarm.look),
        Job("flows beside what stands around them", 60, partial(ground.flows.look, again=True)),
        Job("dismissed users", 1, looking.dismissed.look),
        Job("recordings", 2, measure),
        Job("disk", 30, look_at_disk),
        Job("passing prompts", 3600, partial(asyncio.to_thread, ground.prompts.forget_passing)),
        Job("sounds that nothing plays", 24 * 3600, forget_sounds),
        Job("prompts of Asterisk's plan", 30, looking.spoken.look),
        Job("acts of flows", 3600, forget_acts),
        Job("days that are over", 10, CountDays(rooms.store, settings.zone).look),
        Job("Asterisk's own record", 3600, shorten),
    ]
