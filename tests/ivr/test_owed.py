"""What a caller was promised and the store did not take is tried again, and never forgotten without a word."""

from __future__ import annotations

import asyncio

import pytest

from callcenter.ivr.running import owed
from callcenter.ivr.running.owed import Owed


class Shelf:
    """Takes nothing while it is away."""

    def __init__(self) -> None:
        self.wrong: Exception | None = TimeoutError()
        self.taken = 0
        self.tried = asyncio.Event()

    async def put(self) -> None:
        self.tried.set()
        if self.wrong is not None:
            raise self.wrong
        self.taken += 1


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owed, "PAUSES_S", (0.0, 0.0, 0.0))


async def test_what_the_store_takes_at_once_is_done_once() -> None:
    shelf, mine = Shelf(), Owed("c1")
    shelf.wrong = None
    await mine.do("the callback to 139", shelf.put)
    await mine.settle()
    assert shelf.taken == 1


@pytest.mark.usefixtures("at_once")
async def test_what_the_store_did_not_take_is_tried_until_it_does(caplog: pytest.LogCaptureFixture) -> None:
    shelf, mine = Shelf(), Owed("c1")
    await mine.do("the callback to 139", shelf.put)
    assert shelf.taken == 0
    shelf.wrong = None
    await mine.settle()
    mine.give_up()
    assert shelf.taken == 1
    assert "by hand" not in caplog.text


@pytest.mark.usefixtures("at_once")
async def test_a_failure_of_another_kind_is_no_reason_to_forget(caplog: pytest.LogCaptureFixture) -> None:
    shelf, mine = Shelf(), Owed("c1")
    await mine.do("the callback to 139", shelf.put)
    await mine.do("the answer 5", shelf.put)
    shelf.wrong = KeyError("a fault of ours")
    with pytest.raises(KeyError):
        await mine.settle()
    mine.give_up()
    assert all(f"never took {what}: do it by hand" in caplog.text for what in ("the callback to 139", "the answer 5"))


async def test_what_is_left_when_the_server_stops_is_said(caplog: pytest.LogCaptureFixture) -> None:
    shelf, mine = Shelf(), Owed("c1")
    await mine.do("the callback to 139", shelf.put)
    settling = asyncio.create_task(mine.settle())
    shelf.tried.clear()
    await shelf.tried.wait()
    settling.cancel()
    await asyncio.gather(settling, return_exceptions=True)
    mine.give_up()
    assert "the store never took the callback to 139: do it by hand" in caplog.text
