"""The server is killed while callers are in the middle of every kind of step, and started again: each hears his step and goes on."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.live.people import recorded
from tests.live.steps.doing import (
    SHARED_NUMBER,
    Doing,
    carrier_is_rung,
    does,
    goes_to,
    goodbye,
    hears,
    hears_music,
    hears_out,
    hears_the_second_name,
    is_answered,
    is_answered_by_him,
    is_hung_up,
    is_left_by_him,
    keys,
    manager_is_rung,
    notices,
    speaks,
    they_talk,
)
from tests.live.steps.ear import Caller, calling
from tests.live.steps.flow import HOTLINE
from tests.live.steps.stage import opened
from tests.live.steps.test_every_step import tried

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

BACK_S = 40.0
"""The server's start, and what a starved machine adds to it."""


@dataclass(frozen=True)
class Step:
    """What a caller does until he is in the middle of a step, what after the restart, the exit of his call, what he `tried` in vain.
    None: that depends on when the server dies. `number`: the one he calls from, '' for one of his own."""

    before: tuple[Doing, ...]
    after: tuple[Doing, ...]
    exit: str = "abandoned_ivr"
    tried: tuple[str, ...] | None = ()
    number: str = ""


def again(name: str) -> Doing:
    """He hears once more where he is; what he does next cuts it."""
    return notices(name, limit_s=BACK_S)


WAITING = (
    Step(
        (*goes_to("0"), hears_music),
        (is_answered(limit_s=BACK_S), notices("survey"), keys("5"), hears("survey_thanks"), *goodbye()),
        "answered",
    ),
    Step((*goes_to("*5"), carrier_is_rung), (they_talk, hears("talked"), *goodbye()), "transferred_out"),
    Step((*goes_to("7"), manager_is_rung, is_answered_by_him), (is_left_by_him, hears("talked"), *goodbye()), "answered"),
)
"""Those who stay where they are as long as it takes."""
BRIEF = (
    Step(
        (*goes_to("8"), hears("message")),
        (hears("message", limit_s=BACK_S), speaks, keys("#"), hears("message_kept"), *goodbye()),
        "voicemail",
    ),
    Step(
        (*goes_to("2"), notices("must_hear")),
        (hears("must_hear", limit_s=BACK_S), hears_out("must_hear"), hears("after_must"), *goodbye()),
    ),
    Step(
        (*goes_to("*"), notices("more"), keys("9"), hears("wrong")),
        (again("more"), keys("4"), hears("other_flow"), *goodbye()),
        "self_served",
        ("9",),
    ),
    Step((*goes_to("1"), notices("ask"), keys("12")), (again("ask"), keys("1079"), hears("asked", code="1 0 7 9"), *goodbye()), tried=None),
    Step((*goes_to("9"), notices("callback")), (again("callback"), keys("1"), hears("callback_noted"), *goodbye()), "callback"),
    Step((*goes_to("*1"), notices("survey")), (again("survey"), keys("4"), hears("survey_thanks"), *goodbye())),
    Step(
        (*goes_to("5"), notices("which")),
        (again("which"), keys("2"), hears_the_second_name, *goodbye("en")),
        number=SHARED_NUMBER,
    ),
    Step(goes_to("*3"), (hears("failed", limit_s=BACK_S), *goodbye())),
    Step((*goes_to("*4"), notices("bye")), (hears("bye", limit_s=BACK_S), is_hung_up), "self_served"),
)
"""Those who would be on their way again a moment later."""


async def test_callers_go_on_in_the_step_they_were_in(tmp_path: Path) -> None:
    steps = (*WAITING, *BRIEF)
    async with opened(tmp_path) as (centre, stage, book), AsyncExitStack() as calls:

        async def come(n: int) -> Caller:
            return await calls.enter_async_context(calling(centre.sip_port, HOTLINE, numbers[n], tmp_path / f"caller-{n}", book))

        numbers = [step.number or f"1397000{n:04d}" for n, step in enumerate(steps)]
        waiting = [await come(n) for n in range(len(WAITING))]
        await asyncio.gather(*(does(step.before, stage, he) for step, he in zip(WAITING, waiting, strict=True)))
        brief = await asyncio.gather(*(come(n) for n in range(len(WAITING), len(steps))))
        await asyncio.gather(*(does(step.before, stage, he) for step, he in zip(BRIEF, brief, strict=True)))
        await centre.kill()
        await centre.start()
        everybody = (*waiting, *brief)
        found = await asyncio.gather(
            *(does(step.after, stage, he) for step, he in zip(steps, everybody, strict=True)), return_exceptions=True
        )
        assert [f"{he.number}: {one}" for he, one in zip(everybody, found, strict=True) if one is not None] == []
        told = await recorded(centre, numbers)
        exits = {number: told[number]["exit"] for number in numbers}
        assert exits == {number: step.exit for number, step in zip(numbers, steps, strict=True)}
        expected = {number: step.tried for number, step in zip(numbers, steps, strict=True) if step.tried is not None}
        assert {number: tried(told[number]) for number in expected} == expected
