"""Each step of a flow on the real Asterisk with right, wrong, late and no keys and a hang-up in it; what callers hear is listened to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.live.people import recorded
from tests.live.steps.cases import ALONE, NUMBERS, SHARED, Case
from tests.live.steps.doing import Stage, does
from tests.live.steps.ear import Book, calling
from tests.live.steps.flow import HOTLINE
from tests.live.steps.stage import opened

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

AT_ONCE = 8


async def test_every_step_says_and_does_what_it_should(tmp_path: Path) -> None:
    async with opened(tmp_path) as (centre, stage, book):
        known = {"known_by_number": stage.number}
        turns = asyncio.Semaphore(AT_ONCE)
        wrong: list[str] = []
        played: dict[str, Case] = {}

        async def play(several: tuple[Case, ...]) -> None:
            async with turns:
                for case in several:
                    number = known.get(case.name, NUMBERS[case.name])
                    try:
                        await _play(centre.sip_port, case, number, stage, book, tmp_path / case.name)
                        played[number] = case
                    except AssertionError as said:
                        wrong.append(f"{case.name}: {said}")

        await asyncio.gather(*(play(several) for several in (*SHARED, *((case,) for case in ALONE))))
        assert not wrong, "\n".join(wrong)
        calls = await recorded(centre, played)
        told = {case.name: (calls[number]["exit"], tried(calls[number])) for number, case in played.items()}
        assert told == {case.name: (case.exit, case.tried) for case in played.values()}


def tried(call: Mapping[str, Any]) -> tuple[str, ...]:
    """What led on to nothing, in the order of the steps."""
    return tuple(one["keys"] for step in call["steps"] for one in step["tried"])


async def _play(sip_port: int, case: Case, number: str, stage: Stage, book: Book, folder: Path) -> None:
    async with calling(sip_port, HOTLINE, number, folder, book) as he:
        await does(case.doings, stage, he)
