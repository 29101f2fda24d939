"""What happens at a site whose queues ring Local channels, as the web-configured PBXs do it."""

from __future__ import annotations

from functools import partial

from tests.live.foreign import queue_calls
from tests.live.foreign.stage import Stage
from tests.live.scenarios.stage import rest

HOTLINE = "02088001"


async def through_two_doors(on: Stage) -> None:
    """A member that is a Local channel which dials a Local channel; both are optimized away in the talk."""
    caller = await on.calls("02088002")
    agent = await (await on.rings("1001")).answer()
    await rest(2)
    await caller.hang_up()
    await agent.over()
    rang, up, bye = agent.at["rang"], agent.at["answered"], caller.at["bye"]
    one = on.was(caller, "02088002", "answered", "1001")
    one.then("queue", None, "answered", rang, up).then("ring", "1001", "answered", rang, up).then("talk", "1001", "caller_hung_up", up, bye)


async def attended_completed(on: Stage) -> None:
    caller = await on.calls(HOTLINE)
    agent = await (await on.rings("1001")).answer()
    await rest(1)
    await agent.hold()
    asks = await on.seats["1001"].dial("1003")
    second = await (await on.rings("1003")).answer()
    await asks.answered()
    await rest(1.2)
    await agent.refer_to(asks)
    await agent.notified_of(200)
    await agent.hang_up()
    await asks.hang_up()
    await rest(1.2)
    await second.hang_up()
    await caller.over()
    rang, up, held, moved = agent.at["rang"], agent.at["answered"], agent.at["held"], agent.at["referred"]
    asked = second.at["answered"]
    one = on.was(caller, HOTLINE, "answered", "1001", "1003").then("queue", None, "answered", rang, up)
    one.then("ring", "1001", "answered", rang, up).then("talk", "1001", "held", up, held).then("hold", "1001", "transferred", held, moved)
    one.then("ring", "1003", "answered", second.at["rang"], asked).then("consult", "1001", "transferred", asked, moved)
    one.then("consult", "1003", "resumed", asked, moved).then("talk", "1003", "agent_hung_up", moved, second.at["bye"])


async def one_seat_calls_another(on: Stage) -> None:
    first = await on.seats["1002"].dial("1001")
    second = await (await on.rings("1001")).answer()
    await rest(1)
    await second.hang_up()
    await first.over()
    rang, up = second.at["rang"], second.at["answered"]
    one = on.was(first, "1001", "answered", "1001", direction="internal")
    one.then("ring", "1001", "answered", rang, up).then("talk", "1001", "agent_hung_up", up, second.at["bye"])


async def a_seat_calls_outside(on: Stage) -> None:
    seat = await on.seats["1003"].dial("913900000001")
    far = await (await on.outside.rings("13900000001")).answer()
    await rest(1)
    await seat.hang_up()
    await far.over()
    rang, up = far.at["rang"], far.at["answered"]
    one = on.was(seat, "13900000001", "answered", "1003", direction="outbound")
    one.then("ring", "13900000001", "answered", rang, up).then("talk", "1003", "agent_hung_up", up, seat.at["bye"])


async def click_to_call_by_a_local_channel(on: Stage) -> None:
    on.site.act("Originate", Channel="Local/1002@from-internal", Exten="913900000003", Context="from-internal", Priority="1", Async="true")
    seat = await (await on.rings("1002")).answer()
    far = await (await on.outside.rings("13900000003")).answer()
    await rest(1.5)
    await far.hang_up()
    await seat.over()
    one = on.was(seat, "13900000003", "answered", "1002", direction="outbound")
    one.then("ring", "1002", "answered", seat.at["rang"], seat.at["answered"])
    one.then("ring", "13900000003", "answered", far.at["rang"], far.at["answered"])
    one.then("talk", "1002", "caller_hung_up", far.at["answered"], far.at["bye"])


ALL = (
    partial(queue_calls.answered_caller_hangs_up, hotline=HOTLINE),
    partial(queue_calls.answered_agent_hangs_up, hotline=HOTLINE),
    partial(queue_calls.gave_up_while_it_rang, hotline=HOTLINE),
    partial(queue_calls.rang_out_then_second, hotline=HOTLINE),
    through_two_doors,
    partial(queue_calls.blind_to_a_seat, hotline=HOTLINE),
    attended_completed,
    one_seat_calls_another,
    a_seat_calls_outside,
    click_to_call_by_a_local_channel,
)
