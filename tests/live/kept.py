"""With --record-streams: what Asterisk said in a test becomes a fixture of the unit tests, with the calls as they were told."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from callcenter.telephony import tape
from tests.live.centre import Centre, until
from tests.live.record import is_complete
from tests.streams import callers


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def kept(request: pytest.FixtureRequest, centre: Centre) -> AsyncIterator[None]:
    """Import it into a module with a centre; without the option it does nothing."""
    if not request.config.getoption("--record-streams"):
        yield
        return
    before = {call["call"] for call in await centre.calls()}
    began = now()
    yield
    ended = now()
    await until("the tape is written", lambda: written(centre, ended + callers.AROUND_MS))
    every = await centre.calls()
    calls = [call for call in every if call["call"] not in before]
    assert all(is_complete(call) for call in calls)
    wrapup_s = int(centre.environ["CALLCENTER_WRAPUP_S"])
    callers.keep(request.node.name.removeprefix("test_"), centre.folder / "tape", calls, before, wrapup_s, began, ended)


def now() -> int:
    return int(time.time() * 1000)


async def written(centre: Centre, at: int) -> bool:
    return any(noted >= at for path in (centre.folder / "tape").iterdir() for noted, _ in tape.read(path))
