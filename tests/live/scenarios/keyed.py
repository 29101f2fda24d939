"""The same by keys that Asterisk listens for: ## blind, *2 with a question first, and in it *1 back, *2 through, *3 all three."""

from __future__ import annotations

from tests.live.phone.leg import Leg
from tests.live.scenarios.stage import MIDDLE, Desk, Stage, Talk, left_in_flow, rest, wrapup
from tests.live.scenarios.truth import Stretch, TrueCall

DIGIT_MS = 3000
"""How long Asterisk waits for one more digit."""


async def blind_by_keys(stage: Stage, second: int = MIDDLE) -> list[TrueCall]:
    async with stage.caller() as caller, stage.desk() as one, stage.desk(second) as two:
        talk = await stage.reach(caller, one)
        await rest()
        await talk.desk_leg.press("##")
        held = talk.desk_leg.at["pressed"]
        await rest(0.5)
        await talk.desk_leg.press(two.seat)
        taken = await two.phone.rings()
        await rest(1)
        await taken.answer()
        await talk.desk_leg.over()
        await rest()
        await talk.leg.hang_up()
        await taken.over()
    sent, answered, ended = taken.at["rang"], taken.at["answered"], talk.leg.at["bye"]
    return [
        talk.call(
            Stretch("talk", one.number, talk.answered, held, "held", voices=talk.voices(one)),
            Stretch("hold", one.number, held, sent, "transferred"),  # music, till the number is complete
            wrapup(one, sent),
            Stretch("ring", two.number, sent, answered, "answered"),
            Stretch("talk", two.number, answered, ended, "caller_hung_up", voices=talk.voices(two)),
            wrapup(two, ended),
            agents=(one.number, two.number),
        )
    ]


async def asking(talk: Talk, number: str) -> int:
    """Press *2 and the number; when the caller began to wait."""
    await rest()
    await talk.desk_leg.press("*2")
    held = talk.desk_leg.at["pressed"]
    await rest(1)
    await talk.desk_leg.press(number)
    return held


async def asked(stage: Stage, talk: Talk, other: Desk) -> tuple[int, Leg]:
    """The same, and the colleague answers; when the caller began to wait, and the colleague's leg."""
    held = await asking(talk, other.seat)
    leg = await other.phone.rings()
    await rest(1)
    await leg.answer()
    await rest()
    return held, leg


async def attended_by_keys(stage: Stage, second: int = MIDDLE, *, by: str = "hang up") -> list[TrueCall]:
    """Completed by hanging up, or by *2."""
    async with stage.caller() as caller, stage.desk(2 * MIDDLE - second) as one, stage.desk(second) as two:
        talk = await stage.reach(caller, one)
        held, leg = await asked(stage, talk, two)
        if by == "hang up":
            await talk.desk_leg.hang_up()
            done = talk.desk_leg.at["bye"]
        else:
            await talk.desk_leg.press("*2")
            done = talk.desk_leg.at["pressed"]
            await talk.desk_leg.over()
        await rest(2)
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


async def before_the_answer_by_keys(stage: Stage, second: int = MIDDLE) -> list[TrueCall]:
    async with stage.caller() as caller, stage.desk(2 * MIDDLE - second) as one, stage.desk(second) as two:
        talk = await stage.reach(caller, one)
        held = await asking(talk, two.seat)
        leg = await two.phone.rings()
        await rest(1)
        await talk.desk_leg.hang_up()
        done = talk.desk_leg.at["bye"]
        await rest(0.7)
        await leg.answer()
        await rest(2)
        await talk.leg.hang_up()
        await leg.over()
    answered, ended = leg.at["answered"], talk.leg.at["bye"]
    return [
        talk.call(
            *talk.asked(two, held, leg, done, "transferred"),
            wrapup(one, done),
            Stretch("talk", two.number, answered, ended, "caller_hung_up", voices=talk.voices(two)),
            wrapup(two, ended),
            agents=(one.number, two.number),
        )
    ]


async def taken_back_by_keys(stage: Stage) -> list[TrueCall]:
    """*1: the colleague is hung up on, the agent is with the caller again."""
    async with stage.caller() as caller, stage.desk() as one, stage.desk() as two:
        talk = await stage.reach(caller, one)
        held, leg = await asked(stage, talk, two)
        await talk.desk_leg.press("*1")
        back = talk.desk_leg.at["pressed"]
        await leg.over()
        await rest()
        await talk.desk_leg.hang_up()
        survey = await left_in_flow(talk, talk.desk_leg.at["bye"])
    ended = talk.desk_leg.at["bye"]
    return [
        talk.call(
            survey,
            *talk.asked(two, held, leg, back, "resumed"),
            *talk.consulted(two, leg, back, "agent_hung_up"),
            Stretch("talk", one.number, back, ended, "agent_hung_up", voices=talk.voices(one)),
            wrapup(one, ended),
            agents=(one.number,),
        )
    ]


async def given_up_by_keys(stage: Stage) -> list[TrueCall]:
    """The colleague refuses; the agent is with the caller again by itself."""
    async with stage.caller() as caller, stage.desk() as one, stage.desk() as two:
        talk = await stage.reach(caller, one)
        held = await asking(talk, two.seat)
        leg = await two.phone.rings()
        await rest(1)
        leg.refuse()
        back = leg.at["refused"]
        await rest(2)
        await talk.leg.hang_up()
        await talk.desk_leg.over()
    ended = talk.leg.at["bye"]
    return [
        talk.call(
            Stretch("talk", one.number, talk.answered, held, "held", voices=talk.voices(one)),
            Stretch("hold", one.number, held, back, "resumed"),
            Stretch("ring", two.number, leg.at["rang"], back, "refused"),
            Stretch("talk", one.number, back, ended, "caller_hung_up", voices=talk.voices(one)),
            wrapup(one, ended),
            agents=(one.number,),
        )
    ]


async def three_way(stage: Stage, *, leaves: str) -> list[TrueCall]:
    """*3: all three talk; then the first agent, the second or the caller leaves."""
    async with stage.caller() as caller, stage.desk() as one, stage.desk() as two:
        talk = await stage.reach(caller, one)
        held, leg = await asked(stage, talk, two)
        await talk.desk_leg.press("*3")
        joined = talk.desk_leg.at["pressed"]
        await rest(2)
        goes = {"first": talk.desk_leg, "second": leg, "caller": talk.leg}[leaves]
        await goes.hang_up()
        left = goes.at["bye"]
        await rest(2)
        if leaves == "caller":
            await talk.desk_leg.hang_up()
        await talk.leg.hang_up()
        await leg.over()
        await talk.desk_leg.over()
    ended = talk.leg.at["bye"]
    meeting = (
        *talk.asked(two, held, leg, joined, "resumed"),
        *talk.consulted(two, leg, joined, "resumed"),
    )
    if leaves == "caller":
        alone = talk.desk_leg.at["bye"]
        after = [
            *(Stretch("conference", desk.number, joined, left, "caller_hung_up") for desk in (one, two)),
            *(Stretch("consult", desk.number, left, alone, "agent_hung_up") for desk in (one, two)),
            *(Stretch("wrapup", desk.number, left, None, "timed_out") for desk in (one, two)),
        ]
    else:
        after = _leaving(talk, *((one, two) if leaves == "first" else (two, one)), joined, left, ended)
    return [talk.call(*meeting, *after, agents=(one.number, two.number))]


def _leaving(talk: Talk, goes: Desk, stays: Desk, joined: int, left: int, ended: int) -> list[Stretch]:
    return [
        Stretch("conference", goes.number, joined, left, "agent_hung_up"),
        wrapup(goes, left),
        Stretch("conference", stays.number, joined, left, "resumed"),
        Stretch("talk", stays.number, left, ended, "caller_hung_up", voices=talk.voices(stays)),
        wrapup(stays, ended),
    ]
