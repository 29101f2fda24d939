"""The same by the agent's page: the server moves the legs, the phones do nothing but ring and be answered."""

from __future__ import annotations

from tests.live.centre import until
from tests.live.phone.leg import Leg
from tests.live.phone.rtp import now
from tests.live.scenarios.listening import hear_each_other
from tests.live.scenarios.stage import HOTLINES, MIDDLE, Desk, Stage, Talk, left_in_flow, rest, wrapup
from tests.live.scenarios.truth import Stretch, TrueCall


async def click(desk: Desk, path: str, **fields: str) -> int:
    """Click; when it was done."""
    at = now()
    status = await desk.agent.post(path, **fields)
    assert status == 204, f"{path} {fields}: {status}"
    return at


async def asking(talk: Talk, other: Desk) -> tuple[int, Leg]:
    """Ask a colleague, who answers; when the customer began to wait, and the colleague's leg."""
    await rest()
    held = await click(talk.desk, "/desk/move", act="ask", target=f"agent:{other.number}")
    leg = await other.phone.rings()
    await rest(1)
    await leg.answer()
    await rest()
    return held, leg


async def handed_over(stage: Stage, second: int = MIDDLE) -> list[TrueCall]:
    async with stage.caller() as caller, stage.desk(2 * MIDDLE - second) as one, stage.desk(second) as two:
        talk = await stage.reach(caller, one)
        held, leg = await asking(talk, two)
        done = await click(one, "/desk/consult", do="hand_over")
        await rest(2.5)
        await talk.leg.hang_up()
        await leg.over()
    ended = talk.leg.at["bye"]
    return [
        talk.call(
            *talk.asked(two, held, leg, done, "transferred"),
            *talk.handed_over(two, leg, done, ended),
            agents=(one.number, two.number),
        )
    ]


async def taken_back(stage: Stage) -> list[TrueCall]:
    async with stage.caller() as caller, stage.desk() as one, stage.desk() as two:
        talk = await stage.reach(caller, one)
        held, leg = await asking(talk, two)
        back = await click(one, "/desk/consult", do="take_back")
        await leg.over()
        await rest()
        await talk.leg.hang_up()
        await talk.desk_leg.over()
    ended = talk.leg.at["bye"]
    return [
        talk.call(
            *talk.asked(two, held, leg, back, "resumed"),
            *talk.consulted(two, leg, back, "agent_hung_up"),
            Stretch("talk", one.number, back, ended, "caller_hung_up", voices=talk.voices(one)),
            wrapup(one, ended),
            agents=(one.number,),
        )
    ]


async def toggled(stage: Stage) -> list[TrueCall]:
    """To the customer and back to the colleague, who gets him then."""
    async with stage.caller() as caller, stage.desk() as one, stage.desk() as two:
        talk = await stage.reach(caller, one)
        held, leg = await asking(talk, two)
        back = await click(one, "/desk/consult", do="toggle")
        await rest(2.5)
        again = await click(one, "/desk/consult", do="toggle")
        await rest(2.5)
        done = await click(one, "/desk/consult", do="hand_over")
        await rest(2.5)
        await talk.leg.hang_up()
        await leg.over()
    ended = talk.leg.at["bye"]
    return [
        talk.call(
            *talk.asked(two, held, leg, back, "resumed"),
            *talk.consulted(two, leg, back, "held"),
            Stretch("talk", one.number, back, again, "held", voices=talk.voices(one)),
            Stretch("hold", one.number, again, done, "transferred"),
            Stretch("consult", one.number, again, done, "transferred"),
            wrapup(one, done),
            Stretch("consult", two.number, again, done, "resumed"),
            Stretch("talk", two.number, done, ended, "caller_hung_up", voices=talk.voices(two)),
            wrapup(two, ended),
            agents=(one.number, two.number),
        )
    ]


async def together(stage: Stage) -> list[TrueCall]:
    """All three, then the first agent leaves."""
    async with stage.caller() as caller, stage.desk() as one, stage.desk() as two:
        talk = await stage.reach(caller, one)
        held, leg = await asking(talk, two)
        joined = await click(one, "/desk/consult", do="together")
        await rest(2)
        await talk.desk_leg.hang_up()
        left = talk.desk_leg.at["bye"]
        await rest(2)
        await talk.leg.hang_up()
        await leg.over()
    ended = talk.leg.at["bye"]
    return [
        talk.call(
            *talk.asked(two, held, leg, joined, "resumed"),
            *talk.consulted(two, leg, joined, "resumed"),
            Stretch("conference", one.number, joined, left, "agent_hung_up"),
            wrapup(one, left),
            Stretch("conference", two.number, joined, left, "resumed"),
            Stretch("talk", two.number, left, ended, "caller_hung_up", voices=talk.voices(two)),
            wrapup(two, ended),
            agents=(one.number, two.number),
        )
    ]


async def sent_to_agent(stage: Stage, second: int = MIDDLE) -> list[TrueCall]:
    async with stage.caller() as caller, stage.desk() as one, stage.desk(second) as two:
        talk = await stage.reach(caller, one)
        await rest()
        sent = await click(one, "/desk/move", act="send", target=f"agent:{two.number}")
        taken = await two.phone.rings()
        await rest(0.7)
        await taken.answer()
        await rest()
        await talk.leg.hang_up()
        await taken.over()
    return [_sent(talk, one, sent, two, taken, None)]


async def sent_to_queue(stage: Stage, second: int = MIDDLE) -> list[TrueCall]:
    async with stage.caller() as caller, stage.desk() as one, stage.desk(second) as two:
        talk = await stage.reach(caller, one)
        await rest()
        async with stage.offering_to_one:
            await two.agent.ready()
            sent = await click(one, "/desk/move", act="send", target="queue:complaints")
            taken = await two.phone.rings()
            await rest(0.5)
            await taken.answer()
            await stage.busy(two)
        await rest()
        await talk.leg.hang_up()
        await taken.over()
    return [_sent(talk, one, sent, two, taken, HOTLINES["8000000002"])]


def _sent(talk: Talk, one: Desk, sent: int, two: Desk, taken: Leg, queue: str | None) -> TrueCall:
    answered, ended = taken.at["answered"], talk.leg.at["bye"]
    waited = [Stretch("queue", None, sent, answered, "answered", queue)] if queue else []
    return talk.call(
        *talk.sent_on(sent),
        *waited,
        *talk.taken(two, taken, ended, "caller_hung_up", queue),
        agents=(one.number, two.number),
    )


async def sent_to_outside(stage: Stage, second: int = MIDDLE) -> list[TrueCall]:
    number = stage.number()
    async with stage.caller() as caller, stage.desk() as one:
        talk = await stage.reach(caller, one)
        await rest()
        sent = await click(one, "/desk/move", act="send", target=f"outside:{number}")
        taken = await stage.carrier.rings(number)
        taken.sound.begin_at(second)
        await rest(0.7)
        await taken.answer()
        await rest()
        hear_each_other(talk.leg, taken)
        await talk.leg.hang_up()
        await taken.over()
    answered, ended = taken.at["answered"], talk.leg.at["bye"]
    return [
        talk.call(
            *talk.sent_on(sent),
            Stretch("ring", number, taken.at["rang"], answered, "answered"),
            Stretch("talk", number, answered, ended, "caller_hung_up"),
            agents=(one.number,),
        )
    ]


async def sent_to_flow(stage: Stage) -> list[TrueCall]:
    async with stage.caller() as caller, stage.desk() as one:
        talk = await stage.reach(caller, one)
        await rest()
        sent = await click(one, "/desk/move", act="send", target="flow:8000000003")
        await rest(3)
        await talk.leg.hang_up()
    return [
        talk.call(
            *talk.sent_on(sent),
            Stretch("ivr", None, sent, talk.leg.at["bye"], "hung_up"),
            agents=(one.number,),
        )
    ]


async def park(talk: Talk) -> int:
    """When."""
    await rest()
    return await click(talk.desk, "/desk/park")


async def parked_and_picked_up(stage: Stage) -> list[TrueCall]:
    async with stage.caller() as caller, stage.desk() as one, stage.desk() as two, stage.parking_one:
        talk = await stage.reach(caller, one)
        sent = await park(talk)
        await rest(1)
        call = await until("the parked call is told", lambda: _call_of(stage, caller.user))
        await click(two, "/desk/pick-up", call=call)
        rung = await two.phone.rings()
        await rest(0.5)
        await rung.answer()
        await rest()
        await rung.hang_up()
        survey = await left_in_flow(talk, rung.at["bye"])
    got, ended = rung.at["answered"], rung.at["bye"]
    return [
        talk.call(
            *talk.sent_on(sent),
            Stretch("park", None, sent, got, "resumed"),
            *talk.taken(two, rung, ended, "agent_hung_up"),
            survey,
            agents=(one.number, two.number),
        )
    ]


async def _call_of(stage: Stage, number: str) -> str:
    return next((str(call["call"]) for call in await stage.centre.calls() if call["from"] == number), "")
