"""Who sits where, and what he asked to be."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from sqlalchemy.exc import IntegrityError

from callcenter.hotlines.tables import QueueRow
from callcenter.people.passwords import Passwords
from callcenter.people.service import People
from callcenter.people.tables import SeatRow
from callcenter.store.engine import Store
from callcenter.web.user import User

HERE = "127.0.0.1"


@pytest.fixture
async def people(store: Store) -> People:
    async with store.transaction() as session:
        session.add_all([QueueRow(name=n, zh=n, en=n, strategy="rrmemory") for n in ("orders", "complaints")])
        session.add_all([SeatRow(name="1001", kind="browser"), SeatRow(name="1002", kind="desk")])
    people = People(store, idle_ms=1_000_000, passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))
    await people.add(number="2001", name="王芳", password="a", roles={"agent"}, language="zh_CN", queues=["orders", "complaints"])
    await people.add(number="2002", name="李强", password="b", roles={"agent"}, language="zh_CN")
    await people.add(number="3001", name="赵敏", password="c", roles={"supervisor"}, language="zh_CN")
    return people


@pytest.fixture
async def wang(people: People) -> User:
    return await people.check("2001", "a", HERE)


@pytest.fixture
async def li(people: People) -> User:
    return await people.check("2002", "b", HERE)


async def test_agents_and_seats_are_listed(people: People) -> None:
    assert [(a.number, a.queues) for a in await people.agents()] == [("2001", ("complaints", "orders")), ("2002", ())]
    assert await people.agent("3001") is None
    assert await people.seats() == {"1001": "browser", "1002": "desk"}


async def test_one_sits_down_paused(people: People, wang: User) -> None:
    seated = await people.sit(wang, "1001")
    assert (seated.seat, seated.ready, seated.queues) == ("1001", False, ("complaints", "orders"))
    assert await people.seated() == [seated]
    assert (await people.check("2001", "a", HERE)).seat == "1001"


async def test_what_he_wants_outlives_a_restart(people: People, wang: User, store: Store) -> None:
    await people.sit(wang, "1001")
    await people.want(wang, ready=True)
    await people.sit(wang, "1001")
    (there,) = await People(store, idle_ms=1).seated()
    assert there.ready
    await people.want(wang, ready=False, reason="meal")
    (there,) = await People(store, idle_ms=1).seated()
    assert (there.ready, there.reason) == (False, "meal")


async def test_a_seat_takes_one(people: People, wang: User, li: User) -> None:
    await people.sit(wang, "1001")
    with pytest.raises(IntegrityError):
        await people.sit(li, "1001")
    await people.stand(wang)
    assert (await people.sit(li, "1001")).number == "2002"


async def test_one_who_moves_leaves_his_seat(people: People, wang: User, li: User) -> None:
    await people.sit(wang, "1001")
    await people.sit(wang, "1002")
    await people.sit(li, "1001")
    assert [(s.number, s.seat) for s in await people.seated()] == [("2002", "1001"), ("2001", "1002")]


async def test_one_whose_new_seat_is_taken_keeps_the_old(people: People, wang: User, li: User) -> None:
    await people.sit(wang, "1001")
    await people.sit(li, "1002")
    with pytest.raises(IntegrityError):
        await people.sit(wang, "1002")
    assert [(s.number, s.seat) for s in await people.seated()] == [("2001", "1001"), ("2002", "1002")]


async def test_there_is_no_such_seat(people: People, wang: User) -> None:
    with pytest.raises(IntegrityError):
        await people.sit(wang, "1999")


async def test_the_dismissed_sit_nowhere(people: People, wang: User, li: User) -> None:
    await people.sit(wang, "1001")
    await people.dismiss("2001")
    assert await people.seated() == []
    assert (await people.sit(li, "1001")).number == "2002"
