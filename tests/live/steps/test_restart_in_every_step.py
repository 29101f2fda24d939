"""The server is killed while callers are in the middle of every kind of step, and started again: each hears his step and goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.live.people import recorded
from tests.live.steps.cases import SPOKEN_S, Stage, ends, goes_to, talks, waits_in_a_queue
from tests.live.steps.ear import Book, Caller, calling
from tests.live.steps.flow import HOTLINE, OUTSIDE, text
from tests.live.steps.stage import opened

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

BACK_S = 40.0
"""The server's start, and what a starved machine adds to it."""

Part = Callable[[Stage, Caller], Awaitable[None]]


@dataclass(frozen=True)
class Step:
    """What a caller does until he is in the middle of a step, what after the restart, and the exit of his call."""

    before: Part
    after: Part
    exit: str


async def in_say(_on: Stage, he: Caller) -> None:
    await goes_to(he, "2")
    await he.hears(text("must_hear"), least_s=0.6)


async def hears_it_again(_on: Stage, he: Caller) -> None:
    await he.hears(text("must_hear"), limit_s=BACK_S)
    await he.hears(text("must_hear"), end=True)
    await he.hears(text("after_must"))
    await ends(he)


async def in_menu(_on: Stage, he: Caller) -> None:
    await goes_to(he, "")
    await he.hears(text("menu"), least_s=0.6)


async def chooses(_on: Stage, he: Caller) -> None:
    await he.hears(text("menu"), least_s=0.6, limit_s=BACK_S)
    await he.press("*")
    await he.hears(text("more"), least_s=0.6)
    await he.press("4")
    await he.hears(text("other_flow"))
    await ends(he)


async def in_ask(_on: Stage, he: Caller) -> None:
    await goes_to(he, "1")
    await he.hears(text("ask"), least_s=0.6)
    await he.press("12")


async def keys_all_of_it(_on: Stage, he: Caller) -> None:
    await he.hears(text("ask"), least_s=0.6, limit_s=BACK_S)
    await he.press("1079")
    await he.hears(text("asked").replace("{code}", "1 0 7 9"))
    await ends(he)


async def in_queue(_on: Stage, he: Caller) -> None:
    await goes_to(he, "0")
    await waits_in_a_queue(he)


async def is_answered(on: Stage, he: Caller) -> None:
    await on.agent.ready()
    rung = await talks(await (await on.desk.rings(limit_s=BACK_S)).answer())
    await rung.hang_up()
    await he.hears(text("survey"), least_s=0.6)
    await he.press("5")
    await he.hears(text("survey_thanks"))
    await ends(he)


async def in_transfer(on: Stage, he: Caller) -> None:
    await goes_to(he, "*5")
    on.rung = await on.carrier.rings(OUTSIDE)


async def is_put_through(on: Stage, he: Caller) -> None:
    assert on.rung is not None
    await talks(await on.rung.answer())
    await on.rung.hang_up()
    await he.hears(text("talked"))
    await ends(he)


async def in_message(_on: Stage, he: Caller) -> None:
    await goes_to(he, "8")
    await he.hears(text("message"))


async def speaks_again(_on: Stage, he: Caller) -> None:
    await he.hears(text("message"), limit_s=BACK_S)
    await he.ear.say(SPOKEN_S)
    await he.press("#")
    await he.hears(text("message_kept"))
    await ends(he)


async def in_callback(_on: Stage, he: Caller) -> None:
    await goes_to(he, "9")
    await he.hears(text("callback"), least_s=0.6)


async def asks_for_a_call(_on: Stage, he: Caller) -> None:
    await he.hears(text("callback"), least_s=0.6, limit_s=BACK_S)
    await he.press("1")
    await he.hears(text("callback_noted"))
    await ends(he)


async def in_survey(_on: Stage, he: Caller) -> None:
    await goes_to(he, "*1")
    await he.hears(text("survey"), least_s=0.6)


async def judges(_on: Stage, he: Caller) -> None:
    await he.hears(text("survey"), least_s=0.6, limit_s=BACK_S)
    await he.press("4")
    await he.hears(text("survey_thanks"))
    await ends(he)


async def in_action(_on: Stage, he: Caller) -> None:
    await goes_to(he, "*3")


async def is_told_that_it_failed(_on: Stage, he: Caller) -> None:
    await he.hears(text("failed"), limit_s=BACK_S)
    await ends(he)


async def in_goodbye(_on: Stage, he: Caller) -> None:
    await goes_to(he, "*4")
    await he.hears(text("bye"), least_s=0.6)


async def hears_goodbye_again(_on: Stage, he: Caller) -> None:
    await he.hears(text("bye"), limit_s=BACK_S)
    await he.is_hung_up()


WAITING = (Step(in_queue, is_answered, "answered"), Step(in_transfer, is_put_through, "transferred_out"))
"""Those who stay where they are as long as it takes."""
BRIEF = (
    Step(in_message, speaks_again, "voicemail"),
    Step(in_say, hears_it_again, "abandoned_ivr"),
    Step(in_menu, chooses, "self_served"),
    Step(in_ask, keys_all_of_it, "abandoned_ivr"),
    Step(in_callback, asks_for_a_call, "callback"),
    Step(in_survey, judges, "abandoned_ivr"),
    Step(in_action, is_told_that_it_failed, "abandoned_ivr"),
    Step(in_goodbye, hears_goodbye_again, "self_served"),
)
"""Those who would be on their way again a moment later."""


async def test_callers_go_on_in_the_step_they_were_in(tmp_path: Path) -> None:
    steps = (*WAITING, *BRIEF)
    async with opened(tmp_path) as (centre, stage, book), AsyncExitStack() as calls:

        async def come(n: int) -> Caller:
            return await calls.enter_async_context(_calling(centre.sip_port, n, book, tmp_path))

        waiting = [await come(n) for n in range(len(WAITING))]
        await asyncio.gather(*(step.before(stage, he) for step, he in zip(WAITING, waiting, strict=True)))
        brief = await asyncio.gather(*(come(n) for n in range(len(WAITING), len(steps))))
        await asyncio.gather(*(step.before(stage, he) for step, he in zip(BRIEF, brief, strict=True)))
        await centre.kill()
        await centre.start()
        everybody = (*waiting, *brief)
        found = await asyncio.gather(*(step.after(stage, he) for step, he in zip(steps, everybody, strict=True)), return_exceptions=True)
        assert [f"{he.number}: {one}" for he, one in zip(everybody, found, strict=True) if one is not None] == []
        exits = {he.number: step.exit for step, he in zip(steps, everybody, strict=True)}
        told = await recorded(centre, exits)
        wrong = [told[number] for number in exits if told[number]["exit"] != exits[number]]
        assert not wrong, wrong


def _calling(sip_port: int, n: int, book: Book, folder: Path) -> AbstractAsyncContextManager[Caller]:
    return calling(sip_port, HOTLINE, f"1397000{n:04d}", folder / f"caller-{n}", book)
