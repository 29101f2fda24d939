"""An agent who has two callers at his telephone connects them with each other and leaves."""

from __future__ import annotations

import asyncio

from tests.live.scenarios.listening import hear_each_other
from tests.live.scenarios.referred import blind
from tests.live.scenarios.stage import Stage, left_in_flow, rest, wrapup
from tests.live.scenarios.truth import Stretch, TrueCall


async def two_callers(stage: Stage) -> list[TrueCall]:
    """The first is on hold when a colleague sends him the second: two came in, two are told, each with whom it was connected to."""
    async with stage.caller() as first, stage.caller() as second, stage.desk() as one, stage.desk() as two:
        talk = await stage.reach(first, one)
        other = await stage.reach(second, two)
        await rest()
        await talk.desk_leg.hold()
        sent = await blind(other.desk_leg, one.seat)
        taken = await one.phone.rings()
        await rest(0.5)
        await taken.answer()
        await rest()
        assert await talk.desk_leg.refer_to(taken) == 202
        done = talk.desk_leg.at["referred"]
        await rest(0.5)
        await asyncio.gather(talk.desk_leg.hang_up(), taken.hang_up())
        await rest(2)
        hear_each_other(talk.leg, other.leg)
        await talk.leg.hang_up()
        survey = await left_in_flow(other, talk.leg.at["bye"])
    held, ended = talk.desk_leg.at["held"], talk.leg.at["bye"]
    rang, answered = taken.at["rang"], taken.at["answered"]
    return [
        talk.call(
            Stretch("talk", one.number, talk.answered, held, "held", voices=talk.voices(one)),
            Stretch("hold", one.number, held, done, "transferred"),
            Stretch("talk", second.user, done, ended, "caller_hung_up"),
            wrapup(one, done),
            agents=(one.number,),
        ),
        other.call(
            *other.sent_on(sent),
            Stretch("ring", one.number, rang, answered, "answered"),
            Stretch("talk", one.number, answered, done, "transferred", voices=other.voices(one)),
            Stretch("talk", first.user, done, ended, "agent_hung_up"),
            survey,
            wrapup(one, done),
            agents=(two.number, one.number),
        ),
    ]
