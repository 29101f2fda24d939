"""Recordings that do not fit the record: files that no talk claims, talks whose sound is not there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from callcenter.calls.belonging import HEARD, segments_of
from callcenter.calls.measure import leg_of
from callcenter.calls.rows import AT_ONCE, load_calls
from callcenter.calls.tables import CallRow, RecordingRow
from callcenter.floor.call import Call
from callcenter.store.engine import Store

YOUNG_MS = 60_000
"""A file so young may belong to a talk that is just being told."""

PAGE = 200


@dataclass(frozen=True)
class Stray:
    """A file in the folder of recordings that no recording of the record claims: its name, size, and when it was last written (ms)."""

    file: str
    bytes: int
    written: int


@dataclass(frozen=True)
class Mute:
    """Something said without sound to it. `state`: unrecorded (no recording was begun), missing (its files are gone), short."""

    call: str
    leg: str
    who: str | None
    began: int
    state: str


@dataclass(frozen=True)
class Orphans:
    strays: tuple[Stray, ...] = ()
    mutes: tuple[Mute, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.strays or self.mutes)

    def told(self) -> dict[str, Any]:
        """Plain values: times are ms."""
        return {"strays": [asdict(one) for one in self.strays], "mutes": [asdict(one) for one in self.mutes]}


async def orphans(store: Store, folder: Path, since: int, until: int, claimed: Collection[str] = ()) -> Orphans:
    """What does not fit among the files last written, and the calls begun, from `since` to before `until` (ms).

    `claimed`: names of files in the folder that are no recordings of talks but somebody's all the same, such as callers' messages.
    """
    files = [one for one in await asyncio.to_thread(_files, folder) if since <= one.written < until and one.file not in claimed]
    known = await _known(store, {leg for one in files if (leg := leg_of(one.file))})
    strays = tuple(one for one in files if leg_of(one.file) not in known)
    mutes = [mute async for call, states in _calls(store, since, until) for mute in mutes_of(call, states)]
    return Orphans(strays, tuple(mutes))


def mutes_of(call: Call, states: dict[str, str]) -> list[Mute]:
    """What was said in a call that is over and cannot be heard; `states` are those of its recordings by their id."""
    if call.ended is None or call.direction == "internal":
        return []
    sounding = [one for one in call.segments if one.kind in HEARD - {"consult"} and not call.is_joined_in(one)]
    heard = {segment.n for one in call.recordings for segment in segments_of(call, one.leg, one.started)}
    lost = [Mute(call.id, one.leg, one.who, one.began, "unrecorded") for one in sounding if one.n not in heard]
    bad = [(one, state) for one in call.recordings if (state := states.get(one.id, "")) in ("missing", "short")]
    return lost + [Mute(call.id, one.leg, _who(call, one.leg), one.started, state) for one, state in bad]


def _who(call: Call, leg: str) -> str | None:
    return next((one.who for one in call.segments if one.leg == leg and one.who), None)


def _files(folder: Path) -> list[Stray]:
    if not folder.is_dir():
        return []
    found = []
    for path in sorted(folder.glob("*.wav")):
        about = path.stat()
        found.append(Stray(path.name, about.st_size, int(about.st_mtime * 1000)))
    return found


async def _known(store: Store, legs: Iterable[str]) -> frozenset[str]:
    wanted, known = sorted(legs), set[str]()
    async with store.transaction() as session:
        for start in range(0, len(wanted), AT_ONCE):
            some = select(RecordingRow.leg).where(RecordingRow.leg.in_(wanted[start : start + AT_ONCE]))
            known |= set(await session.scalars(some))
    return frozenset(known)


async def _calls(store: Store, since: int, until: int) -> AsyncIterator[tuple[Call, dict[str, str]]]:
    last = ""
    while True:
        page = select(CallRow).where(CallRow.began >= since, CallRow.began < until, CallRow.id > last).order_by(CallRow.id).limit(PAGE)
        async with store.transaction() as session:
            calls = await load_calls(session, page)
            ids = [call.id for call in calls]
            rows = (await session.scalars(select(RecordingRow).where(RecordingRow.call.in_(ids)))).all()
        states = {row.id: row.state for row in rows}
        for call in calls:
            yield call, {one.id: states.get(one.id, "") for one in call.recordings}
        if len(calls) < PAGE:
            return
        last = ids[-1]
