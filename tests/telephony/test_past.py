"""What happened while nobody listened is told at a login, each call once, and the gap is said."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from callcenter.floor.changes import GapFilled
from callcenter.floor.events import LegAppeared
from callcenter.floor.floor import Floor
from callcenter.telephony.history import NEVER, Heard, told
from callcenter.telephony.past import BEFORE_END_MS, Past
from tests.telephony.test_history import END, LINES, TEXT, fold

MIDDLE = next(line.at for line in LINES if line.number == "13911110005") - 1
"""Between the first callers and the others."""


class Centre:
    """What the past needs to know of the rest of the house."""

    def __init__(self, folder: Path, floor: Floor | None = None, recorded: Collection[str] = ()) -> None:
        self.gaps: list[GapFilled] = []
        self.now = floor or Floor()
        self.kept = frozenset(recorded)
        self.cel = folder / "cel.csv"

    async def floor(self) -> Floor:
        return self.now

    async def recorded(self, calls: Collection[str]) -> frozenset[str]:
        return self.kept & frozenset(calls)

    def past(self, newest: int | None = None, alive: int | None = None) -> Past:
        return Past(self.cel, self.floor, self.recorded, self.gaps.append, newest=newest, alive=alive)


def with_record(centre: Centre) -> Centre:
    centre.cel.write_text(TEXT, encoding="utf-8")
    return centre


async def test_the_first_start_of_all_has_no_gap(tmp_path: Path) -> None:
    centre = with_record(Centre(tmp_path))
    assert await centre.past().since(None, END) == []
    assert centre.gaps == []


async def test_without_a_record_the_gap_is_said_to_be_unfilled(tmp_path: Path) -> None:
    centre = Centre(tmp_path)
    assert await centre.past(newest=5, alive=7).since(None, END) == []
    assert centre.gaps == [GapFilled(END, 7, None)]


async def test_after_a_restart_what_began_and_ended_is_told_and_what_is_stored_is_not(tmp_path: Path) -> None:
    stored = frozenset(line.leg for line in LINES if line.event == "CHAN_START" and line.at <= MIDDLE)
    centre = with_record(Centre(tmp_path, recorded=stored))
    events = await centre.past(newest=MIDDLE, alive=MIDDLE).since(None, END)
    floor, misfits = fold(events)
    assert misfits == []
    assert sorted(call.number for call in floor.calls.values()) == [f"139111100{n}" for n in ("05", "06", "11", "12", "13")]
    assert centre.gaps == [GapFilled(END, MIDDLE, 5)]


async def test_a_process_that_died_before_it_wrote_anything_of_a_call_tells_it_again(tmp_path: Path) -> None:
    centre = with_record(Centre(tmp_path))
    events = await centre.past(newest=MIDDLE, alive=MIDDLE).since(None, END)
    began = [event for event in events if isinstance(event, LegAppeared) and event.at <= MIDDLE]
    assert began
    assert all(event.at > MIDDLE - BEFORE_END_MS for event in began)


async def test_after_a_lost_link_only_what_came_since_is_told(tmp_path: Path) -> None:
    before, _ = fold(told(LINES, Heard(0, {}), MIDDLE))
    centre = with_record(Centre(tmp_path, before))
    events = await centre.past(newest=1, alive=1).since(MIDDLE, END)
    after, misfits = fold(events, before)
    assert misfits == []
    assert after.calls == fold(told(LINES, Heard(0, {}), END))[0].calls
    assert centre.gaps == [GapFilled(END, MIDDLE, len(after.calls) - len(before.calls))]
    assert await with_record(Centre(tmp_path, after)).past().since(END, NEVER) == []
