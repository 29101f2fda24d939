"""Two agents take one seat at the same instant."""

from __future__ import annotations

import asyncio

import pytest
from argon2 import PasswordHasher

from callcenter.floor.events import AgentSignedIn, Event
from callcenter.floor.floor import Floor
from callcenter.live.agents import Agents, SeatTaken
from callcenter.people.passwords import Passwords
from callcenter.people.service import People
from callcenter.people.tables import SeatRow
from callcenter.store.engine import Store


async def test_one_sits_and_the_other_is_told_who(store: Store) -> None:
    async with store.transaction() as session:
        session.add(SeatRow(name="1001", kind="browser"))
    people = People(store, idle_ms=1_000_000, passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))
    for number, name in (("2001", "王芳"), ("2002", "李强")):
        await people.add(number=number, name=name, password="a", roles={"agent"}, language="zh_CN")
    both = [await people.check(number, "a", "127.0.0.1") for number in ("2001", "2002")]
    told: list[Event] = []
    agents = Agents(people, Floor, told.append, lambda: 1)
    outcomes = await asyncio.gather(*(agents.sit(user, "1001") for user in both), return_exceptions=True)
    (seated,) = [event for event in told if isinstance(event, AgentSignedIn)]
    (refused,) = [outcome for outcome in outcomes if outcome is not None]
    assert isinstance(refused, SeatTaken)
    assert refused.who == f"{seated.agent} {seated.name}"
    with pytest.raises(SeatTaken):
        await agents.sit(both[0] if seated.agent == "2002" else both[1], "1001")
