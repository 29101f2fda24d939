"""Keeping what callers answered."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from callcenter.crm.surveys.tables import AnswerRow
from callcenter.store.clock import Clock, now_ms
from callcenter.store.engine import Store


@dataclass(frozen=True)
class Answer:
    """`answer` is None when the caller was asked and pressed nothing."""

    call: str
    step: str
    answer: str | None
    at: int


class Surveys:
    def __init__(self, store: Store, *, clock: Clock = now_ms) -> None:
        self._store = store
        self._clock = clock

    async def note(self, call: str, step: str, answer: str | None, *, key: str) -> None:
        """Keep one answer. The same `key` counts once, the first time. Raise IntegrityError for a call that is not there."""
        if await self._known(key):
            return
        try:
            async with self._store.transaction() as session:
                session.add(AnswerRow(call=call, step=step, answer=answer, at=self._clock(), key=key))
        except IntegrityError:
            if not await self._known(key):
                raise

    async def of_call(self, call: str) -> list[Answer]:
        """In the order they were given."""
        async with self._store.transaction() as session:
            rows = await session.scalars(select(AnswerRow).where(AnswerRow.call == call).order_by(AnswerRow.id))
            return [Answer(r.call, r.step, r.answer, r.at) for r in rows]

    async def _known(self, key: str) -> bool:
        async with self._store.transaction() as session:
            return await session.scalar(select(AnswerRow.id).where(AnswerRow.key == key)) is not None
