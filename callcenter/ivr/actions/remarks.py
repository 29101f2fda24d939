"""Remarks: what a flow notes about a call, for whoever talks to the caller and for whoever looks at the call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from callcenter.ivr.actions.kept import once_kept
from callcenter.ivr.actions.tables import RemarkRow
from callcenter.ivr.language.action import Action, Answer, Asked, Input
from callcenter.store.clock import Clock, now_ms
from callcenter.store.engine import Store


@dataclass(frozen=True)
class Remark:
    """`at` is ms."""

    call: str
    at: int
    text: str


class Remarks:
    def __init__(self, store: Store, *, clock: Clock = now_ms) -> None:
        self._store = store
        self._clock = clock

    async def add(self, call: str, text: str, *, key: str) -> None:
        """Note something about a call; the same `key` counts once. Raise IntegrityError for a call that is not there."""
        if await self._known(key):
            return
        try:
            async with self._store.transaction() as session:
                session.add(RemarkRow(call=call, at=self._clock(), text=text, key=key))
        except IntegrityError:
            if not await self._known(key):
                raise

    async def of_calls(self, calls: Sequence[str]) -> dict[str, list[Remark]]:
        """The remarks on each of these calls, in order."""
        found: dict[str, list[Remark]] = {}
        async with self._store.transaction() as session:
            for row in await session.scalars(select(RemarkRow).where(RemarkRow.call.in_(calls)).order_by(RemarkRow.id)):
                found.setdefault(row.call, []).append(Remark(row.call, row.at, row.text))
        return found

    async def of_call(self, call: str) -> list[Remark]:
        return (await self.of_calls([call])).get(call, [])

    async def _known(self, key: str) -> bool:
        async with self._store.transaction() as session:
            return await session.scalar(select(RemarkRow.id).where(RemarkRow.key == key)) is not None


def note_action(remarks: Remarks) -> Action:
    """`note`."""

    async def note(asked: Asked) -> Answer:
        await once_kept(partial(remarks.add, asked.call, asked.inputs["text"], key=asked.key))
        return Answer("noted")

    return Action(
        name="note",
        title=("备注来电", "Note on the call"),
        what="Notes something about the call; the agent who talks to the caller sees it.",
        inputs={"text": Input(what="what is noted")},
        results=("noted",),
        called={"noted": ("已备注", "noted")},
        effect=True,
        same_again=True,
        run=note,
    )
