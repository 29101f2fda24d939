"""Playing scenarios, several at once, and holding what was told against what was true."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from callcenter.telephony import tape
from tests.live.centre import Centre, until
from tests.live.phone.rtp import now
from tests.live.record import is_complete
from tests.live.scenarios import SCENARIOS
from tests.live.scenarios.listening import unheard
from tests.live.scenarios.stage import House, Stage
from tests.live.scenarios.truth import TrueCall, differences, ms, told_of


@dataclass(frozen=True)
class Played:
    """A scenario that was played from `began` to `ended` (ms). `failed`: what went wrong on the stage itself, '' when nothing did."""

    name: str
    true: Sequence[TrueCall]
    stage: Stage
    began: int
    ended: int
    failed: str = ""


async def play(house: House, names: Iterable[str], lanes: int, say: Callable[[Played], None] = lambda _: None) -> list[Played]:
    """Play them, so many at once; `say` hears of each when it is over."""
    waiting = list(names)[::-1]
    played: list[Played] = []

    async def lane() -> None:
        while waiting:
            played.append(await _play_one(house, waiting.pop()))
            say(played[-1])

    await asyncio.gather(*(lane() for _ in range(lanes)))
    return played


async def _play_one(house: House, name: str) -> Played:
    stage, began = Stage(house), now()
    [true] = await asyncio.gather(SCENARIOS[name](stage), return_exceptions=True)  # one that fails keeps no other from being played
    if isinstance(true, BaseException):
        return Played(name, (), stage, began, now(), "".join(traceback.format_exception(true, limit=-3, chain=False)))
    return Played(name, true, stage, began, now())


async def told(centre: Centre, played: Sequence[Played]) -> list[dict[str, Any]]:
    """Every call of the record, once all that were played are whole in it, or 15 s later."""
    wanted = sum(len(one.true) for one in played)

    async def look() -> list[dict[str, Any]]:
        calls = await centre.calls()
        whole = sum(any(is_complete(call) for call in told_of(true, calls)) for one in played for true in one.true)
        return calls if whole == wanted else []

    try:
        return list(await until("all calls in the record", look, 15))
    except AssertionError:
        return await centre.calls()


async def replayed(centre: Centre, until_ms: int) -> list[dict[str, Any]]:
    """Every call as the tapes of a centre tell it, which are written up to that time."""

    async def written() -> bool:
        return any(noted >= until_ms for path in tapes(centre) for noted, _ in tape.read(path))

    await until("the tape is written", written, 20)
    lines = [await centre.command("replay", str(path), "--json") for path in tapes(centre)]
    return [json.loads(line) for text in lines for line in text.splitlines()]


def tapes(centre: Centre) -> list[Any]:
    return sorted(path for path in (centre.folder / "tape").iterdir() if path.is_file())


def of_stage(one: Played, calls: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The calls that began while it was played, from its people or to them."""
    theirs = one.stage.outside | one.stage.seats
    return [
        call
        for call in calls
        if one.began - 1000 <= (ms(call["started"]) or 0) <= one.ended and theirs & {call["from"], str(call["to"]).removeprefix("+86")}
    ]


def found_wrong(one: Played, calls: Iterable[dict[str, Any]]) -> list[str]:
    """Each difference between what was told and what was true; [] when all was told as it went."""
    if one.failed:
        return [f"{one.name}: could not be played\n{one.failed}"]
    there = of_stage(one, calls)
    found = [f"{one.name}: {len(there)} calls told, were {len(one.true)}"] if len(there) != len(one.true) else []
    for true in one.true:
        same = told_of(true, there)
        if len(same) != 1:
            found.append(f"{one.name}: {len(same)} calls told from {true.number}, was one")
        found += [f"{one.name}: {line}" for call in same[:1] for line in differences(true, call)]
    return found


def not_heard(one: Played, calls: Iterable[dict[str, Any]], centre: Centre) -> list[str]:
    """Each talk whose recording lacks a voice."""
    calls = list(calls)
    return [
        f"{one.name}: {line}"
        for true in one.true
        for call in told_of(true, of_stage(one, calls))[:1]
        for line in unheard(true, call, centre.folder / "recordings")
    ]
