"""What happens in the queue of any site, whatever its dialplan looks like."""

from __future__ import annotations

from tests.live.foreign.stage import Stage
from tests.live.phone.leg import Leg
from tests.live.scenarios.stage import rest


async def answered_caller_hangs_up(on: Stage, hotline: str) -> None:
    caller = await on.calls(hotline)
    agent = await (await on.rings("1001")).answer()
    await rest(1.2)
    await caller.hang_up()
    await agent.over()
    rang, up, bye = agent.at["rang"], agent.at["answered"], caller.at["bye"]
    one = on.was(caller, hotline, "answered", "1001")
    one.then("queue", None, "answered", rang, up).then("ring", "1001", "answered", rang, up).then("talk", "1001", "caller_hung_up", up, bye)


async def answered_agent_hangs_up(on: Stage, hotline: str) -> None:
    caller = await on.calls(hotline)
    agent = await (await on.rings("1001")).answer()
    await rest(1)
    await agent.hang_up()
    await caller.over()
    rang, up, bye = agent.at["rang"], agent.at["answered"], agent.at["bye"]
    one = on.was(caller, hotline, "answered", "1001")
    one.then("queue", None, "answered", rang, up).then("ring", "1001", "answered", rang, up).then("talk", "1001", "agent_hung_up", up, bye)


async def gave_up_while_it_rang(on: Stage, hotline: str) -> None:
    caller = await on.calls(hotline)
    agent = await on.rings("1001")
    await rest(1.1)
    await caller.hang_up()
    await agent.over()
    rang, bye = agent.at["rang"], caller.at["bye"]
    one = on.was(caller, hotline, "abandoned_ring")
    one.then("queue", None, "abandoned", rang, bye).then("ring", "1001", "caller_gone", rang, bye)


async def rang_out_then_second(on: Stage, hotline: str) -> None:
    caller = await on.calls(hotline)
    first = await on.rings("1001")
    await first.over()
    second = await (await on.rings("1002")).answer()
    await rest(1)
    await caller.hang_up()
    await second.over()
    up, bye = second.at["answered"], caller.at["bye"]
    one = on.was(caller, hotline, "answered", "1002").then("queue", None, "answered", first.at["rang"], up)
    one.then("ring", "1001", "rang_out", first.at["rang"], first.at["over"]).then("ring", "1002", "answered", second.at["rang"], up)
    one.then("talk", "1002", "caller_hung_up", up, bye)


async def talking(on: Stage, hotline: str) -> tuple[Leg, Leg]:
    """A caller whom the first agent has answered: both legs."""
    caller = await on.calls(hotline)
    agent = await (await on.rings("1001")).answer()
    await rest(1)
    return caller, agent


async def blind_to_a_seat(on: Stage, hotline: str) -> None:
    caller, agent = await talking(on, hotline)
    await agent.refer("1002")
    second = await (await on.rings("1002")).answer()
    await rest(1)
    await caller.hang_up()
    await second.over()
    rang, up, sent = agent.at["rang"], agent.at["answered"], agent.at["referred"]
    one = on.was(caller, hotline, "answered", "1001", "1002").then("queue", None, "answered", rang, up)
    one.then("ring", "1001", "answered", rang, up).then("talk", "1001", "transferred", up, sent)
    one.then("ring", "1002", "answered", second.at["rang"], second.at["answered"])
    one.then("talk", "1002", "caller_hung_up", second.at["answered"], caller.at["bye"])
