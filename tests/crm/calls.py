"""Rows of other rooms that the CRM's rows point at."""

from __future__ import annotations

from callcenter.calls.tables import CallRow
from callcenter.people.tables import UserRow
from callcenter.store.engine import Store


async def add_calls(store: Store, *calls: str) -> None:
    """Inbound calls of these ids."""
    async with store.transaction() as session:
        for call in calls:
            session.add(
                CallRow(
                    id=call,
                    direction="inbound",
                    number="13800138000",
                    to="8000000001",
                    began=1,
                    outcome="",
                    customer_name="",
                    tier="",
                    keys="",
                )
            )


async def add_users(store: Store, *numbers: str) -> list[int]:
    """Agents of these numbers; return their ids."""
    rows = [UserRow(number=n, name=n, password_hash="", roles=["agent"], language="zh_CN", active=True) for n in numbers]
    async with store.transaction() as session:
        session.add_all(rows)
        await session.flush()
        return [row.id for row in rows]
