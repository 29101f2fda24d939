"""An act that changes something is done once for its key, also when the server dies in the middle of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from callcenter.ivr.actions.tables import ActRow
from callcenter.ivr.language.action import Answer, Asked
from callcenter.store.clock import Clock, now_ms
from callcenter.store.engine import Store


class Acts:
    """The acts that were begun, by their keys. All methods raise one of the store's AWAY."""

    def __init__(self, store: Store, *, clock: Clock = now_ms) -> None:
        self._store = store
        self._clock = clock

    async def begin(self, action: str, asked: Asked) -> bool:
        """Note that the act begins; False when it was begun before."""
        row = ActRow(key=asked.key, action=action, call=asked.call, began=self._clock(), result=None, slots=None)
        try:
            async with self._store.transaction() as session:
                session.add(row)
        except IntegrityError:
            return False
        return True

    async def answer(self, key: str) -> Answer | None:
        """What came of an act; None when nobody knows."""
        async with self._store.transaction() as session:
            row = (await session.execute(select(ActRow.result, ActRow.slots).where(ActRow.key == key))).one_or_none()
        return None if row is None or row.result is None else Answer(row.result, MappingProxyType(row.slots or {}))

    async def ended(self, key: str, result: str, slots: Mapping[str, str]) -> None:
        """Note what came of an act."""
        async with self._store.transaction() as session:
            await session.execute(update(ActRow).where(ActRow.key == key).values(result=result, slots=dict(slots)))

    async def forget(self, before: int) -> None:
        """Drop the acts begun before this moment (ms): no call lasts that long."""
        async with self._store.transaction() as session:
            await session.execute(delete(ActRow).where(ActRow.began < before))
