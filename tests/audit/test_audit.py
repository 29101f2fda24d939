"""Every change to the trail is found, and where."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from callcenter.audit import service
from callcenter.audit.service import append, verify
from callcenter.store.engine import Store


async def lines(store: Store, count: int) -> None:
    for n in range(count):
        async with store.transaction() as session:
            await append(session, at=1_000 + n, who="9001", act="listened", what=f"录音 {n}", address="127.0.0.1")


async def break_off(store: Store) -> None:
    async with store.transaction() as session:
        await append(session, at=1, who="", act="changed", what="x")
        raise ZeroDivisionError


async def test_an_empty_trail_is_whole(store: Store) -> None:
    assert await verify(store) is None


async def test_lines_form_a_chain(store: Store) -> None:
    await lines(store, 5)
    assert await verify(store) is None


async def test_a_trail_that_others_write_meanwhile_is_whole(store: Store) -> None:
    await lines(store, 30)
    writing = asyncio.create_task(lines(store, 60))
    while not writing.done():
        assert await verify(store) is None
    assert await verify(store) is None


async def test_its_lines_are_told_of_a_time(store: Store) -> None:
    await lines(store, 5)
    told = [(line.at, line.who, line.act, line.what, line.address) async for line in service.lines(store, 1_001, 1_003)]
    assert told == [(at, "9001", "listened", f"录音 {at - 1_000}", "127.0.0.1") for at in (1_001, 1_002)]
    assert [line.seq async for line in service.lines(store)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("harm", "where"),
    [
        ("update audit set what = 'nothing' where seq = 3", 3),
        ("update audit set at = at + 1 where seq = 1", 1),
        ("update audit set hash = prev where seq = 2", 2),
        ("delete from audit where seq = 1", 1),
        ("delete from audit where seq = 4", 4),
        ("delete from audit where seq = 5", 5),
        ("delete from audit", 1),
        ("delete from audit_end", 6),
    ],
)
async def test_harm_is_found(store: Store, harm: str, where: int) -> None:
    await lines(store, 5)
    async with store.transaction() as session:
        await session.execute(text(harm))
    broken = await verify(store)
    assert broken is not None
    assert broken.seq == where


async def test_a_line_goes_with_what_it_tells_of(store: Store) -> None:
    await lines(store, 1)
    with pytest.raises(ZeroDivisionError):
        await break_off(store)
    await lines(store, 1)
    assert await verify(store) is None


async def test_lines_added_at_once_stand_in_one_chain(store: Store) -> None:
    await lines(store, 1)
    await asyncio.gather(*(lines(store, 3) for _ in range(4)))
    assert await verify(store) is None
    async with store.transaction() as session:
        assert (await session.execute(text("select max(seq), count(*) from audit"))).one() == (13, 13)
