"""The wrap-up's note on a call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from callcenter.desk.tables import CallNoteRow
from callcenter.store.clock import Clock, now_ms
from callcenter.store.engine import Store


@dataclass(frozen=True)
class CallNote:
    """`user` is the id of who wrote it; `disposition` a code, or None where none was chosen."""

    call: str
    user: int
    note: str
    disposition: str | None
    saved: int


class Notes:
    def __init__(self, store: Store, *, clock: Clock = now_ms) -> None:
        self._store = store
        self._clock = clock

    async def save_wrapup(self, call: str, user: int, note: str, disposition: str | None) -> CallNote:
        """Keep what the agent wrote; saving again replaces it. Raise IntegrityError for a call or a disposition that is not there."""
        try:
            return await self._save(call, user, note, disposition)
        except IntegrityError:
            # Saved twice at the same instant; now the first one's row is seen. A fault of another kind is raised again.
            return await self._save(call, user, note, disposition)

    async def of_calls(self, calls: Sequence[str]) -> dict[str, list[CallNote]]:
        """The notes on each of these calls, in the order they were saved."""
        found: dict[str, list[CallNote]] = {}
        async with self._store.transaction() as session:
            query = select(CallNoteRow).where(CallNoteRow.call.in_(calls)).order_by(CallNoteRow.saved, CallNoteRow.user)
            for row in await session.scalars(query):
                found.setdefault(row.call, []).append(_note(row))
        return found

    async def of_call(self, call: str) -> list[CallNote]:
        return (await self.of_calls([call])).get(call, [])

    async def _save(self, call: str, user: int, note: str, disposition: str | None) -> CallNote:
        async with self._store.transaction() as session:
            return _note(await session.merge(CallNoteRow(call=call, user=user, note=note, disposition=disposition, saved=self._clock())))


def _note(row: CallNoteRow) -> CallNote:
    return CallNote(row.call, row.user, row.note, row.disposition, row.saved)
