"""The measuring itself works: small sizes, and nothing asked of the numbers but that they are numbers."""

from __future__ import annotations

import asyncio
import math
import socket
import time
from pathlib import Path

import pytest

from callcenter.floor.floor import Floor, advance
from callcenter.telephony.translate import Marks, translate
from callcenter.telephony.wire import Splitter, parse
from tests.bench.busy import busy
from tests.bench.figures import Figure, beside
from tests.bench.rtp import Handset, handset
from tests.bench.run import SMALL, measured


@pytest.mark.live
@pytest.mark.timeout(300)
async def test_every_figure_has_its_line(tmp_path: Path) -> None:
    figures = [figure async for figure in measured(tmp_path, SMALL)]
    assert [figure.unit for figure in figures] == ["messages/s"] * 3 + ["µs each"] * 3 + [
        *("MiB", "%", "MiB", "calls/s", "messages/s", "ms", "MiB"),
        *["ms", "ms"] * (2 * len(SMALL.callers)),
        *("callers/s", "MiB", "ms CPU", "ms", "ms", "ms"),
    ]
    for figure in figures:
        assert figure.values
        assert all(math.isfinite(value) and value > 0 for value in figure.values)
        assert figure.line.startswith(figure.name)
        assert figure.unit in figure.line
    beside_others = {figure.name for figure in figures if figure.ratio is not None}
    assert {figure.name for figure in figures if figure.name.startswith("key to the next prompt")} <= beside_others
    assert len(beside_others) >= 4 + 2 * len(SMALL.callers)


def test_a_busy_stream_folds_to_as_many_whole_calls() -> None:
    floor, marks, misfits = Floor(link="live"), Marks(), []
    for message in Splitter().feed(b"".join(busy(21, 5, 1_800_000_000).messages)):
        for event in translate(parse(message), 0, marks):
            floor, changes = advance(floor, event)
            misfits += [change for change in changes if hasattr(change, "why")]
    assert misfits == []
    assert len(floor.calls) == 21
    assert all(call.ended is not None for call in floor.calls.values())


async def test_a_packet_is_dated_when_it_came_and_not_when_it_is_read() -> None:
    """The kernel begins to date packets a moment after it was first asked to."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
        async with handset(speaking=False) as phone, asyncio.timeout(10):
            while not await _is_dated_right(phone, far):
                pass


async def _is_dated_right(phone: Handset, far: socket.socket) -> bool:
    """Whether a packet that is read long after it came is told to have come nearer to its coming."""
    heard = asyncio.create_task(phone.sound())
    await asyncio.sleep(0)
    sent = time.perf_counter()
    far.sendto(b"sound", ("127.0.0.1", phone.port))
    while time.perf_counter() < sent + 0.2:
        pass
    return abs(await heard - sent) < 0.1


def test_percentiles_are_values_that_were_measured() -> None:
    times = Figure("time", list(range(1, 101)), "ms")
    assert [times.at(p) for p in (50, 95, 99)] == [50, 95, 99]
    rates = Figure("rate", list(range(1, 101)), "messages/s", rate=True)
    assert [rates.at(p) for p in (50, 95, 99)] == [51, 6, 2]
    against = beside(times, Figure("other", [100.0], "ms"))
    assert (against.ratio, against.tail) == (0.5, 0.95)
    assert against.line.split() == ["time", "50.0", "95.0", "99.0", "ms", "0.50", "0.95"]
    assert Figure("time", [0.8], "ms").line.split() == ["time", "0.80", "0.80", "0.80", "ms"]
