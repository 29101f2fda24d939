"""Parked callers: picked up, brought back, tired of waiting."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.live.phone.leg import Leg
from tests.live.scenarios.stage import PARK_S, Stage, Talk, left_in_flow, rest, wrapup
from tests.live.scenarios.truth import Stretch, TrueCall

PARK = "700"
FIRST_SLOT = "701"


Park = Callable[[Talk], Awaitable[int]]
"""How the agent parks his caller; when."""


async def park(talk: Talk) -> int:
    """By the phone's REFER."""
    await rest()
    assert await talk.desk_leg.refer(PARK) == 202
    sent = talk.desk_leg.at["referred"]
    await rest(0.5)
    await talk.desk_leg.hang_up()
    return sent


async def picked_up(stage: Stage, second: int) -> list[TrueCall]:
    async with stage.caller() as caller, stage.desk() as one, stage.desk(second) as two, stage.parking_one:
        talk = await stage.reach(caller, one)
        sent = await park(talk)
        await rest(1)
        taken = await (await two.phone.dial(FIRST_SLOT)).answered()
        await rest()
        await talk.leg.hang_up()
        await taken.over()
    return [_picked_up(talk, sent, two.number, taken, talk.voices(two), wrapup(two, talk.leg.at["bye"]))]


async def picked_up_after_keys(stage: Stage, second: int) -> list[TrueCall]:
    """The same, parked by the keys *7."""
    async with stage.caller() as caller, stage.desk() as one, stage.desk(second) as two, stage.parking_one:
        talk = await stage.reach(caller, one)
        await rest()
        await talk.desk_leg.press("*7")
        sent = talk.desk_leg.at["pressed"]
        await rest(1.5)
        await talk.desk_leg.hang_up()
        taken = await (await two.phone.dial(FIRST_SLOT)).answered()
        await rest()
        await talk.leg.hang_up()
        await taken.over()
    return [_picked_up(talk, sent, two.number, taken, talk.voices(two), wrapup(two, talk.leg.at["bye"]))]


def _picked_up(talk: Talk, sent: int, second: str, taken: Leg, voices: tuple[float, float], after: Stretch) -> TrueCall:
    first, got, ended = talk.desk, taken.at["answered"], talk.leg.at["bye"]
    return talk.call(
        *talk.sent_on(sent),
        Stretch("park", None, sent, got, "resumed"),
        Stretch("talk", second, got, ended, "caller_hung_up", voices=voices),
        after,
        agents=(first.number, second),
    )


async def timed_out(stage: Stage, park: Park = park) -> list[TrueCall]:
    """Nobody picks him up: he goes back to who parked him."""
    async with stage.caller() as caller, stage.desk() as one, stage.parking_one:
        talk = await stage.reach(caller, one)
        sent = await park(talk)
        back = await one.phone.rings()
        await rest(1)
        await back.answer()
        await rest()
        await back.hang_up()
        survey = await left_in_flow(talk, back.at["bye"])
    rang, answered, ended = back.at["rang"], back.at["answered"], back.at["bye"]
    assert abs(rang - sent - PARK_S * 1000) < 1500
    return [
        talk.call(
            *talk.sent_on(sent),
            Stretch("park", None, sent, rang, "transferred"),
            Stretch("ring", one.number, rang, answered, "answered"),
            Stretch("talk", one.number, answered, ended, "agent_hung_up", voices=talk.voices(one)),
            wrapup(one, ended),
            survey,
            agents=(one.number,),
        )
    ]


async def gave_up(stage: Stage) -> list[TrueCall]:
    async with stage.caller() as caller, stage.desk() as one, stage.parking_one:
        talk = await stage.reach(caller, one)
        sent = await park(talk)
        await rest(1)
        await talk.leg.hang_up()
    ended = talk.leg.at["bye"]
    return [
        talk.call(
            *talk.sent_on(sent),
            Stretch("park", None, sent, ended, "caller_hung_up"),
            agents=(one.number,),
        )
    ]
