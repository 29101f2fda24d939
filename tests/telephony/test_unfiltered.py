"""A manager user without filters is told six times as much as ours: what comes of it is the same, and all of it is on the tape."""

from __future__ import annotations

import asyncio
from pathlib import Path

from callcenter.floor import events as ev
from callcenter.floor.changes import Misfit
from callcenter.floor.floor import Floor, advance_all
from callcenter.telephony import tape
from callcenter.telephony.ami import SUBSCRIBED, Link
from callcenter.telephony.lines import Lines
from callcenter.telephony.wire import HEAD
from tests.bench.busy import as_recorded, everything, ours
from tests.bench.messages import pieces
from tests.fake_asterisk import FakeAsterisk, event

MANY = 40_000
"""Messages of the recording: some three hundred calls."""
LIMIT_S = 20.0
OVER = "over"
"""The queue that the last message names."""


async def test_the_floor_is_the_same_without_the_filters(tmp_path: Path) -> None:
    told = [one for one in everything() if HEAD.match(one)][:MANY]
    filtered = list(ours().told(told))
    assert len(filtered) < len(told) / 5
    without, with_filters = await heard(told, tmp_path / "all"), await heard(filtered, tmp_path / "filtered")
    whole, same = folded(without), folded(with_filters)
    assert len(whole.calls) > 250
    assert (whole.calls, whole.agents, whole.queues, whole.devices) == (same.calls, same.agents, same.queues, same.devices)
    assert noted(tmp_path / "all") == told


def test_every_kind_that_is_filtered_means_nothing_to_the_floor() -> None:
    kept = set(ours().told(told := list(everything())[:MANY]))
    left_out = {found[1] for one in told if one not in kept for found in [HEAD.match(one)] if found}
    assert left_out & SUBSCRIBED.keys() == {b"DeviceStateChange"}
    assert {b"VarSet", b"Newexten", b"RTCPSent"} <= left_out


async def heard(messages: list[bytes], folder: Path) -> list[ev.Event]:
    """What the link makes of them, once it is live."""
    events, live, over = list[ev.Event](), asyncio.Event(), asyncio.Event()

    def put(one: ev.Event) -> None:
        if isinstance(one, ev.LinkChanged):
            live.set() if one.state == "live" else live.clear()
        elif isinstance(one, ev.MemberChanged) and one.queue == OVER:
            over.set()
        elif live.is_set():
            events.append(one)

    last = event("QueueMemberAdded", Queue=OVER, Interface="PJSIP/1001", MemberName="1001", Paused="0", InCall="0")
    kept = tape.Tape(folder, 1)
    async with FakeAsterisk() as asterisk:
        link = Link("127.0.0.1", asterisk.port, "callcenter", "secret", put, kept, Lines(lambda line: None))
        running = asyncio.create_task(link.run())
        await asyncio.wait_for(live.wait(), LIMIT_S)
        for piece in pieces(b"".join(as_recorded(messages).messages)):
            await asterisk.pour(piece, len(piece))
        await asterisk.pour(last.encode())
        await asyncio.wait_for(over.wait(), LIMIT_S)
        await link.close()
        assert running.done()
    kept.close()
    return events


def folded(events: list[ev.Event]) -> Floor:
    floor, changes = advance_all(Floor(link="live"), events)
    assert not [change for change in changes if isinstance(change, Misfit)]
    return floor


def noted(folder: Path) -> list[bytes]:
    """The events of the tape that Asterisk stamped, but for the last."""
    told = [one for path in tape.of_days(folder, None, None) for _, one in tape.read(path) if HEAD.match(one)]
    return [one for one in told if b"\nQueue: over\n" not in one]
