"""Asking Asterisk itself, over its console: whether the server lives or not."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from callcenter.settings import Settings, read
from callcenter.telephony import pbx
from tests.live.centre import Centre


@dataclass(frozen=True)
class Channel:
    """A line of `core show channels concise`; bridge is empty for who talks to nobody."""

    name: str
    context: str
    application: str
    number: str
    bridge: str


def asterisk_of(centre: Centre) -> Settings:
    return read(centre.environ)


async def console(centre: Centre, command: str) -> str:
    """What Asterisk's console answers."""
    return await asyncio.to_thread(pbx.ordered, asterisk_of(centre), command)


async def channels(centre: Centre) -> dict[str, Channel]:
    """All channels, by the number that calls."""
    lines = [line.split("!") for line in (await console(centre, "core show channels concise")).splitlines()]
    return {line[7]: Channel(line[0], line[1], line[5], line[7], line[12]) for line in lines if len(line) > 12}


async def talks(centre: Centre, number: str) -> bool:
    channel = (await channels(centre)).get(number)
    return channel is not None and channel.bridge != ""


async def waits(centre: Centre, number: str) -> bool:
    """He is in a queue, and nobody has answered him."""
    channel = (await channels(centre)).get(number)
    return channel is not None and channel.application == "Queue" and channel.bridge == ""


async def pauses(centre: Centre, seat: str) -> bool:
    """Asterisk offers this seat no caller, in no queue."""
    members = [line for line in (await console(centre, "queue show")).splitlines() if f"PJSIP/{seat}" in line]
    return bool(members) and all("(paused" in line for line in members)


async def in_fallback(centre: Centre, number: str) -> bool:
    """He is in a queue to which the dialplan took him by itself."""
    channel = (await channels(centre)).get(number)
    return channel is not None and channel.application == "Queue" and channel.context == "cc-fallback"


async def forsaken(centre: Centre) -> bool:
    """Whether the server's heartbeat is so old that who dials now is sent to the fallback."""
    beat = (await console(centre, "dialplan show globals")).partition("CC_BEAT=")[2].split()[0]
    return time.time() - int(beat) > 4


async def at_step(centre: Centre, number: str, step: str) -> bool:
    """Whether the mark on his channel says that he is at this step of his flow."""
    channel = (await channels(centre)).get(number)
    return channel is not None and f"/{step}/" in (await console(centre, f"core show channel {channel.name}")).partition("CC_AT=")[2][:80]


async def registered(centre: Centre, *seats: str) -> bool:
    """Whether Asterisk knows a way to each of these seats."""
    contacts = await console(centre, "pjsip show contacts")
    return all(f"  {seat}/sip:" in contacts for seat in seats)
