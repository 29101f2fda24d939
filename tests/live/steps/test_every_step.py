"""Each step of a flow on the real Asterisk with right, wrong, late and no keys and a hang-up in it; what callers hear is listened to."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.live.people import recorded
from tests.live.steps.cases import ALONE, NUMBERS, SHARED, Case, Stage
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
        exits: dict[str, str] = {}

        async def play(several: tuple[Case, ...]) -> None:
            async with turns:
                for case in several:
                    name = getattr(case, "__name__", "")
                    number = known.get(name, NUMBERS[case])
                    try:
                        exits[number] = await _one(centre.sip_port, case, number, stage, book, tmp_path / name)
                    except AssertionError as said:
                        wrong.append(f"{name}: {said}")

        await asyncio.gather(*(play(several) for several in (*SHARED, *((case,) for case in ALONE))))
        assert not wrong, "\n".join(wrong)
        calls = await recorded(centre, exits)
        assert {number: calls[number]["exit"] for number in exits if calls[number]["exit"] != exits[number]} == {}, exits


async def _one(sip_port: int, case: Case, number: str, stage: Stage, book: Book, folder: Path) -> str:
    async with calling(sip_port, HOTLINE, number, folder, book) as he:
        return await case(stage, he)
