"""All scenarios on the real Asterisk: told live, told again from the tape, heard in the recordings; the fixtures are written anew."""

from __future__ import annotations

from pathlib import Path

from callcenter.telephony import tape
from tests.live.scenarios import SCENARIOS
from tests.live.scenarios.playing import Played, found_wrong, not_heard, of_stage, play, replayed, tapes, told
from tests.live.scenarios.stage import WRAPUP_MS, opened
from tests.streams import scenarios as streams

LANES = 4
"""A scenario takes three desks at most."""
AFTER_MS = 3000


async def prove(folder: Path, seed: int, rounds: int) -> bool:
    """`seed` and `rounds` mean nothing here."""
    async with opened(folder / "centre") as house:
        played = await play(house, SCENARIOS, LANES, say=lambda one: print(f"     {one.name} {one.failed}", flush=True))
        live = await told(house.centre, played)
        again = await replayed(house.centre, max(one.ended for one in played) + AFTER_MS)
        wrong = {one.name: (found_wrong(one, live), found_wrong(one, again), not_heard(one, live, house.centre)) for one in played}
        noted = [message for path in tapes(house.centre) for message in tape.read(path)]
        for one in played:
            _say(one, wrong[one.name])
            if not one.failed:
                when = range(one.began - 500, one.ended + AFTER_MS)
                content = {
                    "wrapup_s": WRAPUP_MS // 1000,
                    "true": [call.as_json() for call in one.true],
                    "told": of_stage(one, live),
                }
                streams.keep(one.name, streams.cut(noted, one.stage.agents, one.stage.seats, one.stage.outside, when), content)
    held = sum(not any(found) for found in wrong.values())
    print(f"{held} of {len(played)} scenarios are told live and from the tape as they were played, both voices in each recording")
    return held == len(SCENARIOS)


def _say(one: Played, found: tuple[list[str], list[str], list[str]]) -> None:
    print(f"{'ok  ' if not any(found) else 'FAIL'} {one.name} ({(one.ended - one.began) / 1000:.0f} s)")
    for kind, lines in zip(("live", "tape", "sound"), found, strict=True):
        for line in lines:
            print(f"       {kind}: {line}")
