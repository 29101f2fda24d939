"""Calls that begin at a seat: to a colleague, to a number outside, by a click."""

from __future__ import annotations

from tests.live.scenarios.stage import Desk, Stage, rest, wrapup
from tests.live.scenarios.truth import Stretch, TrueCall


async def agent_to_agent(stage: Stage, *, answer: bool = True) -> list[TrueCall]:
    """No customer: the one who answers talks."""
    async with stage.desk() as one, stage.desk() as two:
        leg = await one.phone.dial(two.seat)
        rung = await two.phone.rings()
        await rest(1)
        if not answer:
            await leg.hang_up()
            await rung.over()
            ring = Stretch("ring", two.number, rung.at["rang"], rung.at["over"], "caller_gone")
            return [TrueCall(one.seat, two.seat, "internal", "cancelled", (), (ring,))]
        await rung.answer()
        await rest()
        await leg.hang_up()
        await rung.over()
    answered, ended = rung.at["answered"], leg.at["bye"]
    return [
        TrueCall(
            one.seat,
            two.seat,
            "internal",
            "answered",
            (two.number,),
            (
                Stretch("ring", two.number, rung.at["rang"], answered, "answered"),
                Stretch("talk", two.number, answered, ended, "caller_hung_up", voices=(two.hertz, one.hertz)),
            ),
        )
    ]


async def seat_dials_outside(stage: Stage) -> list[TrueCall]:
    """The phone at a seat dials a customer by itself."""
    number = stage.number()
    async with stage.desk() as one:
        leg = await one.phone.dial(number)
        rung = await stage.carrier.rings(number)
        await rest(1)
        await rung.answer()
        await leg.answered()
        await rest()
        await rung.hang_up()
        await leg.over()
    answered, ended = rung.at["answered"], rung.at["bye"]
    theirs = _rang(number, rung.at["rang"], answered, "answered")
    return [_outbound(one, number, "answered", theirs, *_talked(one, answered, ended, "caller_hung_up", stage))]


async def dialled_by_a_click(stage: Stage, *, customer: str) -> list[TrueCall]:
    """Click to call; the customer answers, refuses, does not answer, or hangs up first. The agent's own phone rings before."""
    number = stage.number()
    async with stage.desk() as one:
        assert await one.agent.post(f"/callbacks/{await stage.owe(number)}/dial") == 204
        own = await one.phone.rings()
        await rest(0.5)
        await own.answer()
        rung = await stage.carrier.rings(number)
        await rest(1)
        mine = _rang(one.number, own.at["rang"], own.at["answered"], "answered")
        if customer == "refuses":
            rung.refuse(603, "Decline")
            await own.over()
            return [_outbound(one, number, "refused", mine, _rang(number, rung.at["rang"], rung.at["refused"], "refused"))]
        if customer == "does not answer":
            await rest(2)
            await own.hang_up()
            await rung.over()
            return [_outbound(one, number, "cancelled", mine, _rang(number, rung.at["rang"], own.at["bye"], "caller_gone"))]
        await rung.answer()
        await rest()
        first, ends = (rung, "caller_hung_up") if customer == "hangs up first" else (own, "agent_hung_up")
        await first.hang_up()
        await own.over()
        await rung.over()
    theirs = _rang(number, rung.at["rang"], rung.at["answered"], "answered")
    return [_outbound(one, number, "answered", mine, theirs, *_talked(one, rung.at["answered"], first.at["bye"], ends, stage))]


async def click_not_answered(stage: Stage) -> list[TrueCall]:
    """The agent's own phone rings, and he lets it."""
    number = stage.number()
    async with stage.desk() as one:
        assert await one.agent.post(f"/callbacks/{await stage.owe(number)}/dial") == 204
        own = await one.phone.rings()
        await rest(1)
        own.refuse()
        await rest(1)
        assert not stage.carrier.has_rung(number)
    return [_outbound(one, number, "cancelled", _rang(one.number, own.at["rang"], own.at["refused"], "refused"))]


def _rang(who: str, began: int, ended: int, reason: str) -> Stretch:
    return Stretch("ring", who, began, ended, reason)


def _talked(desk: Desk, began: int, ended: int, reason: str, stage: Stage) -> tuple[Stretch, Stretch]:
    voices = desk.hertz, stage.carrier.voice.hertz
    return Stretch("talk", desk.number, began, ended, reason, voices=voices), wrapup(desk, ended)


def _outbound(desk: Desk, number: str, exit: str, *stretches: Stretch) -> TrueCall:
    talked = any(one.kind == "talk" for one in stretches)
    return TrueCall(desk.seat, number, "outbound", exit, (desk.number,) if talked else (), stretches)
