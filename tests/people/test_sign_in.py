"""Who may sign in, how often he may guess, and when his session is over."""

from __future__ import annotations

import asyncio
from typing import Literal

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from callcenter.audit.service import verify
from callcenter.audit.tables import AuditRow
from callcenter.people.passwords import Passwords, invented
from callcenter.people.rules import GUESSES, WINDOW_MS, wait_s
from callcenter.people.service import People
from callcenter.people.sign_in import MOST_WAITING
from callcenter.people.tables import SessionRow, TryRow, UserRow
from callcenter.store.engine import Store
from callcenter.web.user import BadPassword, TooManyTries, User
from tests.clock import Time

HOUR = 3_600_000
HERE = "127.0.0.1"


@pytest.fixture
async def people(store: Store, time: Time) -> People:
    cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    people = People(store, idle_ms=14 * HOUR, passwords=cheap, clock=time)
    await people.add(number="2001", name="王芳", password="right", roles={"agent"}, language="zh_CN")
    return people


async def test_the_right_password_opens_a_session(people: People, store: Store) -> None:
    user = await people.check("2001", "right", HERE)
    assert (user.number, user.name, user.roles, user.seat) == ("2001", "王芳", frozenset({"agent"}), None)
    token = await people.open(user, HERE)
    found = await people.find(token)
    assert found is not None
    assert found[0] == user
    async with store.transaction() as session:
        row = (await session.scalars(select(SessionRow))).one()
    assert token not in (row.token_hash, row.csrf)
    await people.close(token)
    assert await people.find(token) is None


@pytest.mark.parametrize(("number", "password"), [("2001", "wrong"), ("2999", "right"), ("", ""), ("2001", "")])
async def test_a_wrong_one_does_not(people: People, number: str, password: str) -> None:
    with pytest.raises(BadPassword):
        await people.check(number, password, HERE)


async def test_nobody_can_tell_whether_an_account_exists_by_the_work_done(store: Store) -> None:
    done = []

    class Counted(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            done.append(password)
            return super().verify(hash, password)

    people = People(store, idle_ms=HOUR, passwords=Passwords(Counted(time_cost=1, memory_cost=8, parallelism=1)))
    with pytest.raises(BadPassword):
        await people.check("2999", "guess", HERE)
    assert done == ["guess"]


async def test_passwords_are_kept_as_argon2id(people: People, store: Store) -> None:
    async with store.transaction() as session:
        assert (await session.scalars(select(UserRow.password_hash))).one().startswith("$argon2id$")


async def test_an_account_takes_ten_guesses_from_anywhere(people: People, time: Time) -> None:
    for n in range(GUESSES):
        with pytest.raises(BadPassword):
            await people.check("2001", "wrong", f"10.0.0.{n}")
    with pytest.raises(TooManyTries) as refused:
        await people.check("2001", "right", "10.0.1.1")
    time.now += refused.value.retry_s * 1000
    assert (await people.check("2001", "right", "10.0.1.1")).number == "2001"


async def test_an_address_has_ten_guesses_at_any_accounts(people: People) -> None:
    for n in range(GUESSES):
        with pytest.raises(BadPassword):
            await people.check(f"3{n}", "wrong", HERE)
    with pytest.raises(TooManyTries):
        await people.check("2001", "right", HERE)
    assert (await people.check("2001", "right", "10.0.0.1")).number == "2001"


async def test_guesses_at_once_are_counted_like_guesses_in_turn(people: People) -> None:
    results = await asyncio.gather(*(people.check("2001", "wrong", HERE) for _ in range(GUESSES + 5)), return_exceptions=True)
    assert sum(isinstance(r, BadPassword) for r in results) == GUESSES
    assert sum(isinstance(r, TooManyTries) for r in results) == 5


async def test_a_shift_that_signs_in_at_once_from_one_address_is_let_in(people: People) -> None:
    shift = [f"21{n:02}" for n in range(3 * GUESSES)]
    for number in shift:
        await people.add(number=number, name=number, password="right", roles={"agent"}, language="zh_CN")
    users = await asyncio.gather(*(people.check(number, "right", "10.0.0.9") for number in shift))
    assert [user.number for user in users] == shift


async def test_of_a_flood_from_one_address_only_some_may_wait(people: People, store: Store) -> None:
    begin = asyncio.Event()

    class Slow(Passwords):
        async def fits(self, password: str, hash: str | None) -> bool:
            await begin.wait()
            return await super().fits(password, hash)

    slow = People(store, idle_ms=HOUR, passwords=Slow(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))
    flood = {asyncio.create_task(slow.check("2001", "right", HERE)) for _ in range(GUESSES + MOST_WAITING + 3)}
    refused = set[asyncio.Task[User]]()
    async with asyncio.timeout(10):
        while len(refused) < 3:
            refused = (await asyncio.wait(flood, return_when=asyncio.FIRST_COMPLETED))[0]
        begin.set()
        results = await asyncio.gather(*flood, return_exceptions=True)
    assert [one.retry_s for one in results if isinstance(one, TooManyTries)] == [1, 1, 1]
    assert sum(isinstance(one, User) for one in results) == GUESSES + MOST_WAITING


async def test_the_right_password_forgets_the_wrong_ones(people: People, store: Store) -> None:
    for _ in range(GUESSES - 1):
        with pytest.raises(BadPassword):
            await people.check("2001", "wrong", HERE)
    await people.check("2001", "right", HERE)
    async with store.transaction() as session:
        assert (await session.scalars(select(TryRow))).all() == []


async def test_a_session_not_used_is_over(people: People, time: Time) -> None:
    token = await people.open(await people.check("2001", "right", HERE), HERE)
    for _ in range(3):
        time.now += 13 * HOUR
        assert await people.find(token) is not None
    time.now += 14 * HOUR
    assert await people.find(token) is None


async def test_a_dismissed_user_is_out_at_once(people: People, store: Store, time: Time) -> None:
    token = await people.open(await people.check("2001", "right", HERE), HERE)
    assert await people.find(token) is not None
    await people.dismiss("2001")
    assert await people.find(token) is None
    with pytest.raises(BadPassword):
        await people.check("2001", "right", HERE)


async def test_one_dismissed_by_another_process_is_out_within_a_second(people: People, store: Store, time: Time) -> None:
    token = await people.open(await people.check("2001", "right", HERE), HERE)
    await people.find(token)
    await People(store, idle_ms=HOUR).dismiss("2001")
    time.now += 1_000
    assert await people.find(token) is None


async def test_a_new_password_ends_the_sessions_of_the_old(people: People) -> None:
    token = await people.open(await people.check("2001", "right", HERE), HERE)
    await people.set_password("2001", "newer")
    assert await people.find(token) is None
    assert (await people.check("2001", "newer", HERE)).number == "2001"


async def test_a_language_chosen_shows_at_once_and_stays(people: People, time: Time) -> None:
    user = await people.check("2001", "right", HERE)
    token = await people.open(user, HERE)
    await people.find(token)
    await people.set_language(user, "en")
    for _ in range(2):
        found = await people.find(token)
        assert found is not None
        assert found[0].language == "en"
        time.now += 2_000


@given(st.lists(st.integers(0, 2 * WINDOW_MS)), st.integers(0, 2 * WINDOW_MS))
def test_after_the_wait_a_guess_is_looked_at(tries: list[int], now: int) -> None:
    tries = [t for t in tries if t <= now]
    wait = wait_s(tries, now)
    assert wait_s(tries, now + wait * 1000) == 0
    assert (wait == 0) == (sum(now - t < WINDOW_MS for t in tries) < GUESSES)


def test_invented_passwords_differ() -> None:
    assert len({invented() for _ in range(100)}) == 100


async def test_the_trail_tells_who_came_and_went(people: People, store: Store) -> None:
    token = await people.open(await people.check("2001", "right", HERE), HERE)
    await people.close(token)
    await people.close(token)
    await people.set_password("2001", "newer", by="9001")
    await people.dismiss("2001", by="9001")
    async with store.transaction() as session:
        lines = [(row.who, row.act, row.what) for row in await session.scalars(select(AuditRow).order_by(AuditRow.seq))]
    assert lines == [
        ("", "user_added", "2001 agent"),
        ("2001", "signed_in", ""),
        ("2001", "signed_out", ""),
        ("9001", "password_set", "2001"),
        ("9001", "user_dismissed", "2001"),
    ]
    assert await verify(store) is None
