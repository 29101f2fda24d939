"""The ledger writes what changed, keeps it while the store is away, and tells others only after the commit."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from callcenter.calls.ledger import AT_ONCE, Ledger
from callcenter.calls.rows import load_call
from callcenter.calls.service import Calls
from callcenter.calls.tables import AgentStateRow, LinkGapRow
from callcenter.floor import events as ev
from callcenter.floor.changes import CallChanged, Change, GapFilled, LinkMoved
from callcenter.floor.floor import Floor
from callcenter.people.tables import UserRow
from callcenter.store.engine import Store
from tests.floor import stories as tell
from tests.floor.stories import AGENT, CALLER, T, fold, folded

LIMIT_S = 10.0


@asynccontextmanager
async def running(ledger: Ledger) -> AsyncIterator[None]:
    task = asyncio.create_task(ledger.run())
    try:
        yield
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


class Heard(logging.Handler):
    """An event that is set when the ledger says something of this level."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.said = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.said.set()


@asynccontextmanager
async def said(level: int) -> AsyncIterator[asyncio.Event]:
    handler = Heard(level)
    logger = logging.getLogger("callcenter.calls.ledger")
    logger.addHandler(handler)
    try:
        yield handler.said
    finally:
        logger.removeHandler(handler)


@pytest.fixture
async def user(store: Store) -> None:
    """The user whom the stories' agents are."""
    async with store.transaction() as session:
        session.add(UserRow(number="2001", name="Agent", password_hash="x", roles=["agent"], language="en", active=True))


@pytest.mark.usefixtures("user")
async def test_a_call_is_written_and_then_told(store: Store) -> None:
    heard: list[Change] = []
    ledger = Ledger(store)
    ledger.listen(heard.extend)
    floor, changes = fold(tell.PLAIN)
    async with running(ledger), asyncio.timeout(LIMIT_S):
        for change in changes:
            ledger.take([change])
        await ledger.flush()
    async with store.transaction() as session:
        assert await load_call(session, CALLER) == floor.calls[CALLER]
    assert [one.after.exit for one in heard if isinstance(one, CallChanged)][-1] == "answered"
    assert (ledger.state, ledger.waiting) == ("ok", 0)


@pytest.mark.usefixtures("user")
@pytest.mark.parametrize("together", [1, 3, 100], ids=["one by one", "some together", "all together"])
@pytest.mark.parametrize("times", [1, 2], ids=["once", "again after a doubtful commit"])
async def test_an_agents_day(store: Store, together: int, times: int) -> None:
    ledger = Ledger(store)
    _, changes = fold([*tell.PLAIN, ev.WrapUpSaved(T + 15_000, "2001", CALLER), ev.AgentSignedOut(T + 20_000, "2001")])
    async with running(ledger), asyncio.timeout(LIMIT_S):
        for start in range(0, len(changes), together):
            for _ in range(times):
                ledger.take(changes[start : start + together])
                await ledger.flush()
    async with store.transaction() as session:
        rows = (await session.scalars(select(AgentStateRow).order_by(AgentStateRow.began))).all()
    assert [(row.state, row.began - T, row.ended and row.ended - T) for row in rows] == [
        ("ready", 0, 2600),
        ("ringing", 2600, 4002),
        ("talking", 4002, 9000),
        ("wrapup", 9000, 15_000),
        ("ready", 15_000, 20_000),
    ]
    assert rows[2].call == CALLER


@pytest.mark.usefixtures("user")
async def test_gaps_of_the_link(store: Store) -> None:
    ledger = Ledger(store)
    _, changes = fold(
        [ev.LinkChanged(T, "live"), ev.LinkChanged(T + 5, "lost"), ev.LinkChanged(T + 6, "connecting"), ev.LinkChanged(T + 9, "live")]
    )
    async with running(ledger), asyncio.timeout(LIMIT_S):
        ledger.take(changes)
        await ledger.flush()
    async with store.transaction() as session:
        gaps = (await session.scalars(select(LinkGapRow))).all()
    assert [(gap.began - T, gap.ended and gap.ended - T) for gap in gaps] == [(5, 9)]


@pytest.mark.usefixtures("user")
async def test_a_gap_says_what_was_told_afterwards_and_one_of_the_server_is_a_gap_too(store: Store) -> None:
    _, lost = fold([ev.LinkChanged(T, "live"), ev.LinkChanged(T + 5, "lost")])
    _, live = fold([ev.LinkChanged(T + 8, "snapshot"), ev.LinkChanged(T + 9, "live")])
    stories = [
        [GapFilled(T - 2, T - 50, None, "server", ("calls",)), *fold([ev.LinkChanged(T, "live")])[1]],
        [*lost, GapFilled(T + 8, T + 4, 3), *live],
    ]
    ledger = Ledger(store)
    async with running(ledger), asyncio.timeout(LIMIT_S):
        for story in (*stories, stories[1]):
            ledger.take(story)
            await ledger.flush()
    async with store.transaction() as session:
        gaps = (await session.scalars(select(LinkGapRow).order_by(LinkGapRow.began))).all()
    assert [(gap.began - T, gap.ended and gap.ended - T, gap.rebuilt) for gap in gaps] == [(-50, 0, None), (4, 9, 3)]
    assert [(gap.why, gap.unknown) for gap in gaps] == [("server", "calls"), ("link", "")]


@pytest.mark.usefixtures("user")
async def test_a_process_that_is_killed_before_it_wrote_of_its_gap_leaves_it_to_the_next_one(store: Store, tmp_path: Path) -> None:
    calls = Calls(store, tmp_path)
    assert await calls.gap_open_since(T) == T
    assert await calls.gap_open_since(T + 40) == T
    ledger = Ledger(store)
    async with running(ledger), asyncio.timeout(LIMIT_S):
        ledger.take([GapFilled(T + 50, T, 2, "server"), *fold([ev.LinkChanged(T + 60, "live")])[1]])
        await ledger.flush()
    assert [(gap.began - T, gap.ended and gap.ended - T, gap.rebuilt) for gap in await calls.gaps()] == [(0, 60, 2)]
    assert await calls.gap_open_since(T + 90) == T + 90


@pytest.mark.usefixtures("user")
async def test_many_calls_are_written_in_the_order_in_which_they_began_and_what_else_happened_with_the_last(store: Store) -> None:
    told: list[Sequence[Change]] = []
    ledger = Ledger(store)
    ledger.listen(told.append)
    ledger.take(fold([ev.LinkChanged(T + 60, "live")])[1])
    for n in reversed(range(2 * AT_ONCE + 1)):
        ledger.take(fold(tell.arrives(n, f"a1-9.{n}"))[1])
    async with running(ledger), asyncio.timeout(LIMIT_S):
        await ledger.flush()
    began = [[one.after.began for one in part if isinstance(one, CallChanged)] for part in told]
    assert [len(part) for part in began] == [AT_ONCE, AT_ONCE, 1]
    assert [one for part in began for one in part] == [T + n for n in range(2 * AT_ONCE + 1)]
    assert [isinstance(part[-1], LinkMoved) for part in told] == [False, False, True]


@pytest.mark.usefixtures("user")
async def test_whose_rows_are_still_to_be_written_is_known_so_that_a_gap_does_not_tell_him_again(store: Store, tmp_path: Path) -> None:
    """The floor lets go of a call that is over by its clock, however far behind the store is."""
    ledger, legs = Ledger(store), {CALLER, AGENT, "a1-9.9"}
    ledger.take(fold(tell.PLAIN)[1])
    assert ledger.holds(legs) == {CALLER, AGENT}
    async with running(ledger), asyncio.timeout(LIMIT_S):
        await ledger.flush()
    assert ledger.holds(legs) == frozenset()
    assert await Calls(store, tmp_path).recorded(legs) == {CALLER, AGENT}


async def test_nothing_is_lost_while_the_store_is_away(tmp_path: Path, sqlite_template: Path) -> None:
    """There is no database at first; then there is."""
    folder = tmp_path / "later"
    store = Store(f"sqlite+aiosqlite:///{folder / 'centre.sqlite'}")
    heard: list[Change] = []
    ledger = Ledger(store)
    ledger.listen(heard.extend)
    story = [*tell.arrives(), *tell.queues(500)]
    floor, changes = fold(story)
    async with running(ledger), said(logging.ERROR) as away:
        ledger.take(changes)
        async with asyncio.timeout(LIMIT_S):
            await away.wait()
        assert ledger.state == "away"
        assert heard == []
        floor, more = fold(tell.goes(900), floor)
        ledger.take(more)
        folder.mkdir()
        (folder / "centre.sqlite").write_bytes(sqlite_template.read_bytes())
        async with asyncio.timeout(LIMIT_S):
            await ledger.flush()
    async with store.transaction() as session:
        assert await load_call(session, CALLER) == floor.calls[CALLER]
    assert ledger.state == "ok"
    assert [one.before for one in heard if isinstance(one, CallChanged)] == [None]
    await store.close()


async def test_what_the_store_refuses_does_not_keep_the_others_out(store: Store) -> None:
    ledger = Ledger(store)
    other = "a1-8.1"
    _, changes = fold([*tell.arrives(), *tell.arrives(5, other), ev.CallerKnown(T + 50, other, 4711, "nobody's id")])
    async with running(ledger), asyncio.timeout(LIMIT_S):
        ledger.take(changes)
        await ledger.flush()
    async with store.transaction() as session:
        assert await load_call(session, CALLER) is not None
        theirs = await load_call(session, other)
    assert theirs is not None
    assert theirs.customer is None, "the customer is unknown, the call is not lost"
    assert ledger.counts["refused"] == 1


async def test_a_listener_that_fails_keeps_nobody_from_hearing(store: Store) -> None:
    heard: list[Change] = []

    def fails(_changes: Sequence[Change]) -> None:
        raise KeyError("mine")

    ledger = Ledger(store)
    ledger.listen(fails)
    ledger.listen(heard.extend)
    async with running(ledger), asyncio.timeout(LIMIT_S):
        ledger.take(fold(tell.arrives())[1])
        await ledger.flush()
    assert heard
    assert ledger.counts["listener_errors"] == 1


async def test_close_writes_what_is_left(store: Store) -> None:
    ledger = Ledger(store)
    floor = folded(tell.arrives())
    ledger.take([CallChanged(T, None, floor.calls[CALLER])])
    await ledger.close()
    async with store.transaction() as session:
        assert await load_call(session, CALLER) == floor.calls[CALLER]


async def test_what_was_loaded_at_the_start_goes_on(store: Store) -> None:
    first = Ledger(store)
    *before, second_try, pressed, left = tell.FUMBLED[:-5]
    floor, changes = fold(before, Floor())
    first.take(changes)
    await first.close()
    second = Ledger(store, stored=list(floor.calls.values()))
    floor, changes = fold([second_try, pressed, left, *tell.goes(9000)], floor)
    second.take(changes)
    await second.close()
    async with store.transaction() as session:
        call = await load_call(session, CALLER)
    assert call == floor.calls[CALLER]
    assert [one.keys for one in call.steps[0].tried] == ["7", ""]
