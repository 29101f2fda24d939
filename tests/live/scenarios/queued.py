"""Callers who wait: offers that fail, callers who give up, two who are offered at once, one who is passed on to another queue."""

from __future__ import annotations

import asyncio

from tests.live.centre import until
from tests.live.console import console
from tests.live.phone.rtp import now
from tests.live.scenarios.stage import HOTLINES, OVERFLOW_S, RING_S, Stage, left_in_flow, rest, wrapup
from tests.live.scenarios.truth import Stretch, TrueCall

HOTLINE = "8000000001"
QUEUE = HOTLINES[HOTLINE]


def inbound(number: str, exit: str, *stretches: Stretch, agents: tuple[str, ...] = ()) -> TrueCall:
    return TrueCall(number, HOTLINE, "inbound", exit, agents, stretches, HOTLINE)


async def hold(stage: Stage) -> list[TrueCall]:
    """Held twice; the second time the caller's phone says hold, too: that is no hold of ours."""
    async with stage.caller() as caller, stage.desk() as one:
        talk = await stage.reach(caller, one)
        await rest()
        await talk.desk_leg.hold()
        first = talk.desk_leg.at["held"]
        await rest()
        await talk.desk_leg.unhold()
        back = talk.desk_leg.at["unheld"]
        await rest()
        await talk.leg.hold()
        await rest(0.7)
        await talk.desk_leg.hold()
        second = talk.desk_leg.at["held"]
        await rest(0.7)
        await talk.leg.unhold()
        await rest()
        await talk.leg.hang_up()
        await talk.desk_leg.over()
    ended = talk.leg.at["bye"]
    return [
        talk.call(
            Stretch("talk", one.number, talk.answered, first, "held", voices=talk.voices(one)),
            Stretch("hold", one.number, first, back, "resumed"),
            Stretch("talk", one.number, back, second, "held"),
            Stretch("hold", one.number, second, ended, "caller_hung_up"),
            wrapup(one, ended),
            agents=(one.number,),
        )
    ]


async def agent_hangs_up_while_holding(stage: Stage) -> list[TrueCall]:
    async with stage.caller() as caller, stage.desk() as one:
        talk = await stage.reach(caller, one)
        await rest()
        await talk.desk_leg.hold()
        held = talk.desk_leg.at["held"]
        await rest()
        await talk.desk_leg.hang_up()
        ended = talk.desk_leg.at["bye"]
        survey = await left_in_flow(talk, ended)
    return [
        talk.call(
            Stretch("talk", one.number, talk.answered, held, "held", voices=talk.voices(one)),
            Stretch("hold", one.number, held, ended, "agent_hung_up"),
            wrapup(one, ended),
            survey,
            agents=(one.number,),
        )
    ]


async def offers_fail(stage: Stage) -> list[TrueCall]:
    """The first phone rings out, the second refuses, the third cannot be reached, the fourth answers."""
    async with stage.caller() as caller, stage.desk() as one, stage.desk() as two, stage.desk() as four, stage.offering_to_one:
        await one.agent.ready()
        leg = await stage.dial_in(caller)
        silent = await one.phone.rings()
        await silent.over()
        await stage.busy(one)
        await two.agent.ready()
        no = await two.phone.rings()
        await rest(0.5)
        no.refuse()
        await stage.busy(two)
        await four.agent.ready()
        taken = await (await four.phone.rings()).answer()
        await stage.busy(four)
        await rest()
        await leg.hang_up()
        await taken.over()
    rang, answered, ended = silent.at["rang"], taken.at["answered"], leg.at["bye"]
    assert abs(silent.at["over"] - rang - RING_S * 1000) < 1500
    return [
        inbound(
            caller.user,
            "answered",
            Stretch("ivr", None, leg.at["answered"], rang, "went_on"),
            Stretch("queue", None, rang, answered, "answered", QUEUE),
            Stretch("ring", one.number, rang, silent.at["over"], "rang_out", QUEUE),
            Stretch("ring", two.number, no.at["rang"], no.at["refused"], "refused", QUEUE),
            Stretch("ring", four.number, taken.at["rang"], answered, "answered", QUEUE),
            Stretch("talk", four.number, answered, ended, "caller_hung_up", voices=(four.hertz, caller.voice.hertz)),
            wrapup(four, ended),
            agents=(four.number,),
        )
    ]


async def phone_unreachable(stage: Stage) -> list[TrueCall]:
    """A phone whose power is cut: Asterisk still rings it, nobody hears it; the next one answers."""
    async with stage.caller() as caller, stage.desk() as one, stage.desk() as two, stage.offering_to_one:
        await one.agent.ready()
        one.phone.pull_the_plug()
        leg = await stage.dial_in(caller)
        offered = await until("the dead phone is rung", lambda: _offered(stage, one.seat), 20)
        await rest(RING_S - 1)
        await two.agent.ready()
        taken = await (await two.phone.rings()).answer()
        await stage.busy(two)
        await rest()
        await leg.hang_up()
        await taken.over()
        await stage.busy(one)
    answered, ended = taken.at["answered"], leg.at["bye"]
    return [
        inbound(
            caller.user,
            "answered",
            Stretch("ivr", None, leg.at["answered"], offered, "went_on"),
            Stretch("queue", None, offered, answered, "answered", QUEUE),
            Stretch("ring", one.number, offered, offered + RING_S * 1000, "rang_out", QUEUE),
            Stretch("ring", two.number, taken.at["rang"], answered, "answered", QUEUE),
            Stretch("talk", two.number, answered, ended, "caller_hung_up", voices=(two.hertz, caller.voice.hertz)),
            wrapup(two, ended),
            agents=(two.number,),
        )
    ]


async def _offered(stage: Stage, seat: str) -> int:
    shown = await console(stage.centre, "core show channels concise")
    return now() if f"PJSIP/{seat}-" in shown else 0


async def two_at_once(stage: Stage) -> list[TrueCall]:
    """Two callers, two agents, ready at the same time: each gets one."""
    async with stage.caller() as a, stage.caller() as b, stage.desk() as one, stage.desk() as two, stage.offering_to_one:
        legs = await asyncio.gather(stage.dial_in(a), stage.dial_in(b))
        await rest(5)
        await asyncio.gather(one.agent.ready(), two.agent.ready())
        rung = await asyncio.gather(one.phone.rings(), two.phone.rings())
        await rest(0.5)
        await asyncio.gather(*(leg.answer() for leg in rung))
        await asyncio.gather(stage.busy(one), stage.busy(two))
        await rest()
        await asyncio.gather(*(leg.hang_up() for leg in legs))
        await asyncio.gather(*(leg.over() for leg in rung))
    calls = []
    for caller, leg in zip((a, b), legs, strict=True):
        desk, taken = next((d, r) for d, r in zip((one, two), rung, strict=True) if r.heard_from == caller.user)
        answered, ended = taken.at["answered"], leg.at["bye"]
        calls.append(
            inbound(
                caller.user,
                "answered",
                Stretch("ivr", None, leg.at["answered"], None, "went_on"),
                Stretch("queue", None, None, answered, "answered", QUEUE),
                Stretch("ring", desk.number, taken.at["rang"], answered, "answered", QUEUE),
                Stretch("talk", desk.number, answered, ended, "caller_hung_up", voices=(desk.hertz, caller.voice.hertz)),
                wrapup(desk, ended),
                agents=(desk.number,),
            )
        )
    return calls


async def gives_up_in_the_menu(stage: Stage) -> list[TrueCall]:
    async with stage.caller() as caller:
        leg = await (await caller.dial(HOTLINE)).answered()
        await rest()
        await leg.hang_up()
    return [inbound(caller.user, "abandoned_ivr", Stretch("ivr", None, leg.at["answered"], leg.at["bye"], "hung_up"))]


async def gives_up_in_the_queue(stage: Stage) -> list[TrueCall]:
    """An agent is there, and not ready."""
    async with stage.caller() as caller, stage.desk(), stage.offering_to_one:
        leg = await stage.dial_in(caller)
        await rest(7)
        await leg.hang_up()
    return [
        inbound(
            caller.user,
            "abandoned_queue",
            Stretch("ivr", None, leg.at["answered"], None, "went_on"),
            Stretch("queue", None, None, leg.at["bye"], "abandoned", QUEUE),
        )
    ]


async def gives_up_while_it_rings(stage: Stage) -> list[TrueCall]:
    async with stage.caller() as caller, stage.desk() as one, stage.offering_to_one:
        await one.agent.ready()
        leg = await stage.dial_in(caller)
        rung = await one.phone.rings()
        await rest()
        await leg.hang_up()
        await rung.over()
        await stage.busy(one)
    rang, ended = rung.at["rang"], leg.at["bye"]
    return [
        inbound(
            caller.user,
            "abandoned_ring",
            Stretch("ivr", None, leg.at["answered"], rang, "went_on"),
            Stretch("queue", None, rang, ended, "abandoned", QUEUE),
            Stretch("ring", one.number, rang, ended, "caller_gone", QUEUE),
        )
    ]


async def picked_up_by_a_colleague(stage: Stage) -> list[TrueCall]:
    """It rings at the first agent's; the second one dials *8."""
    async with stage.caller() as caller, stage.desk() as one, stage.desk() as two, stage.offering_to_one:
        await one.agent.ready()
        leg = await stage.dial_in(caller)
        rung = await one.phone.rings()
        await rest(1)
        taken = await (await two.phone.dial("*8")).answered()
        await rung.over()
        await stage.busy(one)
        await rest()
        await leg.hang_up()
        await taken.over()
    rang, answered, ended = rung.at["rang"], taken.at["answered"], leg.at["bye"]
    return [
        inbound(
            caller.user,
            "answered",
            Stretch("ivr", None, leg.at["answered"], rang, "went_on"),
            Stretch("queue", None, rang, answered, "answered", QUEUE),
            Stretch("ring", one.number, rang, answered, "elsewhere", QUEUE),
            Stretch("talk", two.number, answered, ended, "caller_hung_up", voices=(two.hertz, caller.voice.hertz)),
            wrapup(two, ended),
            agents=(two.number,),
        )
    ]


async def reload_in_the_middle(stage: Stage) -> list[TrueCall]:
    """Asterisk reads all its files again while an agent talks."""
    async with stage.caller() as caller, stage.desk() as one:
        talk = await stage.reach(caller, one)
        await rest(1)
        await console(stage.centre, "core reload")
        await rest(2)
        await talk.leg.hang_up()
        await talk.desk_leg.over()
    ended = talk.leg.at["bye"]
    return [
        talk.call(
            Stretch("talk", one.number, talk.answered, ended, "caller_hung_up", voices=talk.voices(one)),
            wrapup(one, ended),
            agents=(one.number,),
        )
    ]


async def passed_on_to_another_queue(stage: Stage) -> list[TrueCall]:
    """Nobody is free for complaints in time: the flow takes him to the queue for orders."""
    hotline = "8000000002"
    async with stage.caller() as caller, stage.desk() as one, stage.offering_to_one:
        leg = await stage.dial_in(caller, hotline)
        waits = await until("he waits in the second queue", lambda: _waits_for(stage, "orders"), 25)
        await one.agent.ready()
        taken = await (await one.phone.rings()).answer()
        await stage.busy(one)
        await rest()
        await leg.hang_up()
        await taken.over()
    answered, ended = taken.at["answered"], leg.at["bye"]
    stretches = (
        Stretch("ivr", None, leg.at["answered"], waits - OVERFLOW_S * 1000, "went_on"),
        Stretch("queue", None, waits - OVERFLOW_S * 1000, waits, "timeout", "complaints"),
        Stretch("ivr", None, waits, waits, "went_on"),
        Stretch("queue", None, waits, answered, "answered", "orders"),
        Stretch("ring", one.number, taken.at["rang"], answered, "answered", "orders"),
        Stretch("talk", one.number, answered, ended, "caller_hung_up", voices=(one.hertz, caller.voice.hertz)),
        wrapup(one, ended),
    )
    return [TrueCall(caller.user, hotline, "inbound", "answered", (one.number,), stretches, hotline)]


async def _waits_for(stage: Stage, queue: str) -> int:
    shown = await console(stage.centre, f"queue show {queue}")
    return now() if "Callers:" in shown else 0
