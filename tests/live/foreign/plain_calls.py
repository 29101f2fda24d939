"""What happens at the plain site: queue in a context of its own, seats that dial each other and outside, transfers by REFER and by keys."""

from __future__ import annotations

from functools import partial

from tests.live.foreign import queue_calls
from tests.live.foreign.queue_calls import talking
from tests.live.foreign.stage import Stage
from tests.live.scenarios.stage import rest

HOTLINE = "4008001"


async def refused_then_second(on: Stage) -> None:
    caller = await on.calls(HOTLINE)
    first = await on.rings("1001")
    first.refuse()
    second = await (await on.rings("1002")).answer()
    await rest(1)
    await second.hang_up()
    await caller.over()
    up, bye = second.at["answered"], second.at["bye"]
    one = on.was(caller, HOTLINE, "answered", "1002").then("queue", None, "answered", first.at["rang"], up)
    one.then("ring", "1001", "refused", first.at["rang"], first.at["refused"]).then("ring", "1002", "answered", second.at["rang"], up)
    one.then("talk", "1002", "agent_hung_up", up, bye)


async def nobody_takes_it_in_time(on: Stage) -> None:
    caller = await on.calls("4008005")
    first = await on.rings("1001")
    await first.over()
    await caller.over()
    one = on.was(caller, "4008005", "queue_timeout").then("queue", None, "timeout", first.at["rang"], caller.at["over"])
    one.then("ring", "1001", "rang_out", first.at["rang"], first.at["over"])


async def nobody_is_there(on: Stage) -> None:
    caller = await on.calls("4008004")
    await caller.over()
    now = caller.at["over"]
    on.was(caller, "4008004", "no_agent").then("queue", None, "no_agent", now, now)


async def menu_then_queue(on: Stage) -> None:
    caller = await (await on.calls("4008003")).answered()
    await rest(1.2)
    await caller.press("1")
    agent = await (await on.rings("1001")).answer()
    await rest(1)
    await caller.hang_up()
    await agent.over()
    rang, up, bye = agent.at["rang"], agent.at["answered"], caller.at["bye"]
    one = on.was(caller, "4008003", "answered", "1001").then("ivr", None, "went_on", caller.at["answered"], rang)
    one.then("queue", None, "answered", rang, up).then("ring", "1001", "answered", rang, up).then("talk", "1001", "caller_hung_up", up, bye)


async def gave_up_in_the_menu(on: Stage) -> None:
    caller = await (await on.calls("4008003")).answered()
    await rest(1.1)
    await caller.hang_up()
    on.was(caller, "4008003", "abandoned_ivr").then("ivr", None, "hung_up", caller.at["answered"], caller.at["bye"])


async def straight_to_a_seat(on: Stage) -> None:
    caller = await on.calls("4008002")
    agent = await (await on.rings("1001")).answer()
    await rest(1)
    await caller.hang_up()
    await agent.over()
    rang, up = agent.at["rang"], agent.at["answered"]
    one = on.was(caller, "4008002", "answered", "1001")
    one.then("ring", "1001", "answered", rang, up).then("talk", "1001", "caller_hung_up", up, caller.at["bye"])


async def one_seat_calls_another(on: Stage) -> None:
    first = await on.seats["1002"].dial("1001")
    second = await (await on.rings("1001")).answer()
    await rest(1)
    await first.hang_up()
    await second.over()
    rang, up = second.at["rang"], second.at["answered"]
    one = on.was(first, "1001", "answered", "1001", direction="internal")
    one.then("ring", "1001", "answered", rang, up).then("talk", "1001", "caller_hung_up", up, first.at["bye"])


async def a_seat_calls_outside(on: Stage) -> None:
    seat = await on.seats["1003"].dial("913900000001")
    far = await (await on.outside.rings("13900000001")).answer()
    await rest(1)
    await far.hang_up()
    await seat.over()
    rang, up = far.at["rang"], far.at["answered"]
    one = on.was(seat, "13900000001", "answered", "1003", direction="outbound")
    one.then("ring", "13900000001", "answered", rang, up).then("talk", "1003", "caller_hung_up", up, far.at["bye"])


async def outside_is_busy(on: Stage) -> None:
    seat = await on.seats["1002"].dial("913900000002")
    far = await on.outside.rings("13900000002")
    await rest(0.5)
    far.refuse()
    await seat.over()
    one = on.was(seat, "13900000002", "busy", direction="outbound")
    one.then("ring", "13900000002", "refused", far.at["rang"], far.at["refused"])


async def attended_completed(on: Stage) -> None:
    caller, agent = await talking(on, HOTLINE)
    await agent.hold()
    asks = await on.seats["1001"].dial("1002")
    second = await (await on.rings("1002")).answer()
    await asks.answered()
    await rest(1.2)
    await agent.refer_to(asks)
    await agent.notified_of(200)
    await agent.hang_up()
    await asks.hang_up()
    await rest(1.2)
    await caller.hang_up()
    await second.over()
    rang, up, held, moved = agent.at["rang"], agent.at["answered"], agent.at["held"], agent.at["referred"]
    asked = second.at["answered"]
    one = on.was(caller, HOTLINE, "answered", "1001", "1002").then("queue", None, "answered", rang, up)
    one.then("ring", "1001", "answered", rang, up).then("talk", "1001", "held", up, held).then("hold", "1001", "transferred", held, moved)
    one.then("ring", "1002", "answered", second.at["rang"], asked).then("consult", "1001", "transferred", asked, moved)
    one.then("consult", "1002", "resumed", asked, moved).then("talk", "1002", "caller_hung_up", moved, caller.at["bye"])


async def held(on: Stage) -> None:
    caller, agent = await talking(on, HOTLINE)
    await agent.hold()
    await rest(1.2)
    await agent.unhold()
    await rest(1)
    await caller.hang_up()
    await agent.over()
    rang, up, since, until = agent.at["rang"], agent.at["answered"], agent.at["held"], agent.at["unheld"]
    one = on.was(caller, HOTLINE, "answered", "1001").then("queue", None, "answered", rang, up).then("ring", "1001", "answered", rang, up)
    one.then("talk", "1001", "held", up, since).then("hold", "1001", "resumed", since, until)
    one.then("talk", "1001", "caller_hung_up", until, caller.at["bye"])


async def parked_and_picked_up(on: Stage) -> None:
    caller, agent = await talking(on, HOTLINE)
    await agent.refer("700")
    await rest(0.3)
    await agent.hang_up()
    await rest(1.2)
    second = await (await on.seats["1002"].dial("701")).answered()
    await rest(1)
    await caller.hang_up()
    await second.over()
    rang, up, sent, taken = agent.at["rang"], agent.at["answered"], agent.at["referred"], second.at["answered"]
    one = on.was(caller, HOTLINE, "answered", "1001", "1002").then("queue", None, "answered", rang, up)
    one.then("ring", "1001", "answered", rang, up).then("talk", "1001", "transferred", up, sent)
    one.then("park", None, "resumed", sent, taken).then("talk", "1002", "caller_hung_up", taken, caller.at["bye"])


async def click_to_call(on: Stage) -> None:
    on.site.act("Originate", Channel="PJSIP/1003", Exten="913900000003", Context="default", Priority="1", Async="true", CallerID="1003")
    seat = await (await on.rings("1003")).answer()
    far = await (await on.outside.rings("13900000003")).answer()
    await rest(1)
    await seat.hang_up()
    await far.over()
    one = on.was(seat, "13900000003", "answered", "1003", direction="outbound")
    one.then("ring", "1003", "answered", seat.at["rang"], seat.at["answered"])
    one.then("ring", "13900000003", "answered", far.at["rang"], far.at["answered"])
    one.then("talk", "1003", "agent_hung_up", far.at["answered"], seat.at["bye"])


ALL = (
    partial(queue_calls.answered_caller_hangs_up, hotline=HOTLINE),
    partial(queue_calls.answered_agent_hangs_up, hotline=HOTLINE),
    partial(queue_calls.gave_up_while_it_rang, hotline=HOTLINE),
    partial(queue_calls.rang_out_then_second, hotline=HOTLINE),
    refused_then_second,
    nobody_takes_it_in_time,
    nobody_is_there,
    menu_then_queue,
    gave_up_in_the_menu,
    straight_to_a_seat,
    one_seat_calls_another,
    a_seat_calls_outside,
    outside_is_busy,
    partial(queue_calls.blind_to_a_seat, hotline=HOTLINE),
    attended_completed,
    held,
    parked_and_picked_up,
    click_to_call,
)
