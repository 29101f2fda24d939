"""Transfers by a phone's own buttons: REFER, with and without Replaces. `second` is the RTP sequence number of who comes into the call."""

from __future__ import annotations

import asyncio

from tests.live.phone.leg import Leg
from tests.live.scenarios.listening import hear_each_other
from tests.live.scenarios.stage import MIDDLE, RING_S, Desk, Stage, Talk, left_in_flow, rest, wrapup
from tests.live.scenarios.truth import Stretch, TrueCall


async def blind(leg: Leg, number: str) -> int:
    """Send the caller on and put the receiver down, as a phone does; when he was sent."""
    assert await leg.refer(number) == 202
    sent = leg.at["referred"]
    await rest(0.5)
    await leg.hang_up()
    return sent


async def blind_to_agent(stage: Stage, second: int = MIDDLE) -> list[TrueCall]:
    async with stage.caller() as caller, stage.desk() as one, stage.desk(second) as two:
        talk = await stage.reach(caller, one)
        await rest()
        sent = await blind(talk.desk_leg, two.seat)
        taken = await two.phone.rings()
        await rest(1)
        await taken.answer()
        await rest()
        await talk.leg.hang_up()
        await taken.over()
    ended = talk.leg.at["bye"]
    return [
        talk.call(
            *talk.sent_on(sent),
            *talk.taken(two, taken, ended, "caller_hung_up"),
            agents=(one.number, two.number),
        )
    ]


async def blind_to_queue(stage: Stage, second: int = MIDDLE) -> list[TrueCall]:
    """To the queue of the second hotline, where one agent is ready."""
    async with stage.caller() as caller, stage.desk() as one, stage.desk(second) as two:
        talk = await stage.reach(caller, one)
        await rest()
        async with stage.offering_to_one:
            await two.agent.ready()
            sent = await blind(talk.desk_leg, "6001")
            taken = await two.phone.rings()
            await rest(0.5)
            await taken.answer()
            await stage.busy(two)
        await rest()
        await taken.hang_up()
        survey = await left_in_flow(talk, taken.at["bye"])
    answered, ended = taken.at["answered"], taken.at["bye"]
    return [
        talk.call(
            survey,
            *talk.sent_on(sent),
            Stretch("queue", None, sent, answered, "answered", "complaints"),
            *talk.taken(two, taken, ended, "agent_hung_up", "complaints"),
            agents=(one.number, two.number),
        )
    ]


async def blind_to_outside(stage: Stage, second: int = MIDDLE) -> list[TrueCall]:
    """To a colleague's mobile, which the carrier rings."""
    number = stage.number()
    async with stage.caller() as caller, stage.desk() as one:
        talk = await stage.reach(caller, one)
        await rest()
        sent = await blind(talk.desk_leg, number)
        taken = await stage.carrier.rings(number)
        taken.sound.begin_at(second)
        await rest(1)
        await taken.answer()
        await rest()
        hear_each_other(talk.leg, taken)
        await taken.hang_up()
        survey = await left_in_flow(talk, taken.at["bye"])
    answered, ended = taken.at["answered"], taken.at["bye"]
    return [
        talk.call(
            survey,
            *talk.sent_on(sent),
            Stretch("ring", number, taken.at["rang"], answered, "answered"),
            Stretch("talk", number, answered, ended, "agent_hung_up"),
            agents=(one.number,),
        )
    ]


async def blind_to_refused_number(stage: Stage) -> list[TrueCall]:
    """A number that costs more than a call does: the server says no, and the caller is the next in his hotline's queue."""
    async with stage.caller() as caller, stage.desk() as one, stage.desk() as two:
        talk = await stage.reach(caller, one)
        await rest()
        async with stage.offering_to_one:
            await two.agent.ready()
            sent = await blind(talk.desk_leg, "0190123456")
            taken = await two.phone.rings()
            await taken.answer()
            await stage.busy(two)
        await rest()
        await talk.leg.hang_up()
        await taken.over()
    answered, ended = taken.at["answered"], talk.leg.at["bye"]
    return [
        talk.call(
            *talk.sent_on(sent),
            Stretch("queue", None, sent, answered, "answered", "orders"),
            *talk.taken(two, taken, ended, "caller_hung_up", "orders"),
            agents=(one.number, two.number),
        )
    ]


async def blind_to_flow(stage: Stage) -> list[TrueCall]:
    """To the English hotline's flow, whose menu he leaves."""
    async with stage.caller() as caller, stage.desk() as one:
        talk = await stage.reach(caller, one)
        await rest()
        sent = await blind(talk.desk_leg, "8000000003")
        await rest(3)
        await talk.leg.hang_up()
    ended = talk.leg.at["bye"]
    return [
        talk.call(
            *talk.sent_on(sent),
            Stretch("ivr", None, sent, ended, "hung_up"),
            agents=(one.number,),
        )
    ]


async def blind_to_nobody(stage: Stage) -> list[TrueCall]:
    """The colleague's phone rings out; the caller waits in his hotline's queue and gives up."""
    async with stage.caller() as caller, stage.desk() as one, stage.desk() as two:
        talk = await stage.reach(caller, one)
        await rest()
        async with stage.offering_to_one:
            sent = await blind(talk.desk_leg, two.seat)
            rung = await two.phone.rings()
            await rung.over()
            await rest(2)
            await talk.leg.hang_up()
    rang_out, ended = rung.at["over"], talk.leg.at["bye"]
    assert abs(rang_out - rung.at["rang"] - RING_S * 1000) < 1000
    return [
        talk.call(
            *talk.sent_on(sent),
            Stretch("ring", two.number, rung.at["rang"], rang_out, "rang_out"),
            Stretch("queue", None, rang_out, ended, "abandoned", "orders"),
            agents=(one.number,),
        )
    ]


async def consulting(stage: Stage, talk: Talk, other: Desk, *, answer: bool = True) -> tuple[Leg, Leg]:
    """Hold the caller and dial a colleague; our leg to him and his."""
    await rest()
    await talk.desk_leg.hold()
    asking = await talk.desk.phone.dial(other.seat)
    asked = await other.phone.rings()
    await rest(1)
    if answer:
        await asked.answer()
        await asking.answered()
        await rest()
    return asking, asked


async def attended(stage: Stage, second: int = MIDDLE) -> list[TrueCall]:
    async with stage.caller() as caller, stage.desk(2 * MIDDLE - second) as one, stage.desk(second) as two:
        talk = await stage.reach(caller, one)
        asking, asked = await consulting(stage, talk, two)
        assert await talk.desk_leg.refer_to(asking) == 202
        done = talk.desk_leg.at["referred"]
        await rest(0.5)
        await asyncio.gather(talk.desk_leg.hang_up(), asking.hang_up())
        await rest(2)
        await talk.leg.hang_up()
        await asked.over()
    ended = talk.leg.at["bye"]
    return [
        talk.call(
            *talk.asked(two, talk.desk_leg.at["held"], asked, done, "transferred"),
            *talk.handed_over(two, asked, done, ended),
            agents=(one.number, two.number),
        )
    ]


async def attended_before_the_answer(stage: Stage, second: int = MIDDLE) -> list[TrueCall]:
    async with stage.caller() as caller, stage.desk(2 * MIDDLE - second) as one, stage.desk(second) as two:
        talk = await stage.reach(caller, one)
        asking, asked = await consulting(stage, talk, two, answer=False)
        assert await talk.desk_leg.refer_to(asking) == 202
        done = talk.desk_leg.at["referred"]
        await asking.over()
        await talk.desk_leg.hang_up()
        await asked.answer()
        await rest(2)
        await asked.hang_up()
        await talk.leg.over()  # he took the place of the asking leg, which is no caller in a flow
    answered, ended = asked.at["answered"], asked.at["bye"]
    return [
        talk.call(
            *talk.asked(two, talk.desk_leg.at["held"], asked, done, "transferred"),
            wrapup(one, done),
            Stretch("talk", two.number, answered, ended, "agent_hung_up", voices=talk.voices(two)),
            wrapup(two, ended),
            agents=(one.number, two.number),
        )
    ]


async def given_up(stage: Stage) -> list[TrueCall]:
    """The colleague does not answer; the agent hangs up on him and goes on with the caller."""
    async with stage.caller() as caller, stage.desk() as one, stage.desk() as two:
        talk = await stage.reach(caller, one)
        asking, asked = await consulting(stage, talk, two, answer=False)
        await asking.hang_up()
        await talk.desk_leg.unhold()
        await rest()
        await talk.leg.hang_up()
        await talk.desk_leg.over()
    held, back, ended = talk.desk_leg.at["held"], talk.desk_leg.at["unheld"], talk.leg.at["bye"]
    return [
        talk.call(
            Stretch("talk", one.number, talk.answered, held, "held", voices=talk.voices(one)),
            Stretch("hold", one.number, held, back, "resumed"),
            Stretch("ring", two.number, asked.at["rang"], asked.at["over"], "caller_gone"),
            Stretch("talk", one.number, back, ended, "caller_hung_up", voices=talk.voices(one)),
            wrapup(one, ended),
            agents=(one.number,),
        )
    ]


async def taken_back(stage: Stage) -> list[TrueCall]:
    """The colleague has answered and says no; the agent goes on with the caller."""
    async with stage.caller() as caller, stage.desk() as one, stage.desk() as two:
        talk = await stage.reach(caller, one)
        asking, asked = await consulting(stage, talk, two)
        await asked.hang_up()
        await asking.over()
        await rest(0.5)
        await talk.desk_leg.unhold()
        await rest()
        await talk.desk_leg.hang_up()
        survey = await left_in_flow(talk, talk.desk_leg.at["bye"])
    no, back, ended = asked.at["bye"], talk.desk_leg.at["unheld"], talk.desk_leg.at["bye"]
    return [
        talk.call(
            survey,
            *talk.asked(two, talk.desk_leg.at["held"], asked, back, "resumed"),
            *talk.consulted(two, asked, no, "agent_hung_up"),
            Stretch("talk", one.number, back, ended, "agent_hung_up", voices=talk.voices(one)),
            wrapup(one, ended),
            agents=(one.number,),
        )
    ]


async def caller_gone_while_asked(stage: Stage) -> list[TrueCall]:
    """The caller hangs up while the agent asks a colleague; they talk on and hang up."""
    async with stage.caller() as caller, stage.desk() as one, stage.desk() as two:
        talk = await stage.reach(caller, one)
        asking, asked = await consulting(stage, talk, two)
        await talk.leg.hang_up()
        await talk.desk_leg.over()
        await rest()
        await asking.hang_up()
        await asked.over()
    gone, ended = talk.leg.at["bye"], asking.at["bye"]
    return [
        talk.call(
            *talk.asked(two, talk.desk_leg.at["held"], asked, gone, "caller_hung_up"),
            *talk.consulted(two, asked, ended, "agent_hung_up"),
            Stretch("wrapup", one.number, None, None, "timed_out"),
            agents=(one.number,),
        )
    ]


async def three_agents(stage: Stage) -> list[TrueCall]:
    """One sends him to the second, the second to the third."""
    async with stage.caller() as caller, stage.desk() as one, stage.desk() as two, stage.desk() as three:
        talk = await stage.reach(caller, one)
        await rest()
        first = await blind(talk.desk_leg, two.seat)
        second_leg = await (await two.phone.rings()).answer()
        await rest()
        second = await blind(second_leg, three.seat)
        third_leg = await (await three.phone.rings()).answer()
        await rest()
        await third_leg.hang_up()
        survey = await left_in_flow(talk, third_leg.at["bye"])
    ended = third_leg.at["bye"]
    return [
        talk.call(
            survey,
            *talk.sent_on(first),
            *talk.taken(two, second_leg, second, "transferred"),
            *talk.taken(three, third_leg, ended, "agent_hung_up"),
            agents=(one.number, two.number, three.number),
        )
    ]
