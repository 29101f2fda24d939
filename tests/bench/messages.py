"""How many AMI messages a second go the whole way to the screens, beside panoramisk's bare dispatch of the same bytes."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from callcenter.telephony.ami import SUBSCRIBED
from callcenter.telephony.wire import event_name
from tests.bench.busy import FIRST_SEAT, Stream, talking
from tests.bench.figures import Figure, beside, peak_mb
from tests.bench.receiver import LATER_MS, MARK
from tests.fake_asterisk import FakeAsterisk, event

LIMIT_S = 60.0
PIECE = 1 << 18
REST_S = 0.5
"""Between two rounds: what the one left behind is done before the next begins."""

BEGIN_S = 1_800_000_000

WAYS = {
    "bare": "AMI, {}: panoramisk's bare dispatch",
    "unseen": "AMI, {}: the whole way, nobody watching",
    "whole": "AMI, {}: the whole way to {} screens",
}


@dataclass(frozen=True)
class Screen:
    """What was pushed to one that told of a mark. A screen reads on all the time, as a page does: who does not is taken for dead."""

    marked: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    async def read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            if MARK in message.data:
                self.marked.put_nowait(message.data)
        raise RuntimeError(f"a screen was closed ({socket.close_code})")

    async def shows(self, mark: str) -> None:
        while mark not in await self.marked.get():
            pass


@dataclass(frozen=True)
class Receiver:
    """A process that takes the stream. Without any screens it tells itself what it has dispatched."""

    asterisk: FakeAsterisk
    process: asyncio.subprocess.Process
    screens: list[Screen]

    async def has(self, mark: str) -> None:
        """Wait until what the mark tells has come out at the other end, on every screen."""
        if not self.screens:
            await self._line(mark)
        await asyncio.gather(*(screen.shows(mark) for screen in self.screens))

    def busy_s(self) -> float:
        """Processor time of all its threads so far."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    async def _line(self, text: str) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            if line.decode().strip() == text:
                return
        raise RuntimeError(f"the receiver ended before it told {text}")


@asynccontextmanager
async def receiver(kind: str, folder: Path, seats: Sequence[str], watchers: int) -> AsyncIterator[Receiver]:
    async with AsyncExitStack() as stack:
        asterisk = await stack.enter_async_context(FakeAsterisk())
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.receiver", kind, str(asterisk.port), str(folder), *seats, stdout=asyncio.subprocess.PIPE
        )
        stack.push_async_callback(_ended, process)
        assert process.stdout is not None
        ready = (await asyncio.wait_for(process.stdout.readline(), LIMIT_S)).decode().strip()
        await asterisk.heard("Login" if kind == "bare" else "DeviceStateList")
        session = await stack.enter_async_context(aiohttp.ClientSession())
        reading = await stack.enter_async_context(asyncio.TaskGroup())
        screens = [Screen() for _ in range(watchers)]
        for n, screen in enumerate(screens):
            url = f"http://127.0.0.1:{ready}/live?locale={'en' if n % 2 else 'zh_CN'}"
            socket = await stack.enter_async_context(session.ws_connect(url))
            await socket.send_json({"watch": ["floor"]})
            stack.callback(reading.create_task(screen.read(socket)).cancel)
        yield Receiver(asterisk, process, screens)


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


async def throughput(folder: Path, told: str, stream: Stream, *, rounds: int, watchers: int) -> list[Figure]:
    """Messages a second of each, round by round in turn: bare, whole with nobody watching, whole with so many screens open.

    Then the processor time a message of each, all threads, which a busy machine blurs less; and the peak memory of the last. All messages
    count, `told` says which: last comes how many of them we read, of the others no more than the first line.
    """
    folder.mkdir()
    rates: dict[str, list[float]] = {name: [] for name in WAYS}
    costs: dict[str, list[float]] = {name: [] for name in WAYS}
    async with (
        receiver("bare", folder, stream.seats, 0) as bare,
        receiver("whole", folder / "unseen", stream.seats, 0) as unseen,
        receiver("whole", folder / "seen", stream.seats, watchers) as whole,
    ):
        count = len(stream.messages)
        # Later than the login: the floor's clock, which lets calls that are over go, never runs backwards.
        late = max(0, int(time.time()) + LATER_MS // 1000 - stream.began)
        for round in range(-1, rounds):
            by = late + (round + 1) * (stream.ended - stream.began + 2 * LATER_MS // 1000)
            data = await asyncio.to_thread(stream.later, by)
            for name, one in zip(WAYS, (bare, unseen, whole), strict=True):
                before = one.busy_s()
                took = await _took(one, data, f"{MARK}{round + 1}-", stream.ended + by)
                if round >= 0:  # the first one warms up
                    rates[name].append(count / took)
                    costs[name].append((one.busy_s() - before) / count * 1e6)
                await asyncio.sleep(REST_S)
        peak = peak_mb(whole.process.pid)
    rate = {name: Figure(WAYS[name].format(told, watchers), rates[name], "messages/s", rate=True) for name in WAYS}
    cost = {name: Figure("  " + WAYS[name].format(told, watchers), costs[name], "µs each") for name in WAYS}
    return [
        *(beside(rate[name], rate["bare"]) for name in ("whole", "unseen")),
        rate["bare"],
        *(beside(cost[name], cost["bare"]) for name in ("whole", "unseen")),
        cost["bare"],
        Figure("  peak memory of that process", [peak], "MiB"),
        Figure(f"  AMI, {told}: messages that we read", [_read(stream) * 100], "%"),
    ]


def _read(stream: Stream) -> float:
    """Which part of the messages we subscribe to."""
    names = (event_name(message).rstrip(b"\r") for message in stream.messages)
    return sum(name in SUBSCRIBED for name in names) / len(stream.messages)


async def held(folder: Path, *, calls: int, agents: int) -> Figure:
    """The peak memory of a process that holds so many live calls and agents, a screen open; it has no database and no voice."""
    stream = await asyncio.to_thread(talking, calls, BEGIN_S)
    async with receiver("whole", folder, [str(FIRST_SEAT + n) for n in range(agents)], 1) as one:
        await _took(one, b"".join(stream.messages), MARK, BEGIN_S)
        return Figure(f"  memory with {calls} live calls, {agents} agents", [peak_mb(one.process.pid)], "MiB")


async def _took(one: Receiver, stream: bytes, mark: str, at: int) -> float:
    last = event(
        "QueueMemberAdded", Timestamp=f"{at}.000000", Queue=mark, Interface="PJSIP/2000", MemberName="2000", Paused="0", InCall="0"
    )
    parts = [*pieces(stream), last.encode()]
    began = time.perf_counter()
    async with asyncio.timeout(LIMIT_S):
        seen = asyncio.create_task(one.has(mark))
        for piece in parts:
            await one.asterisk.pour(piece, len(piece))
        await seen
    return time.perf_counter() - began


def pieces(stream: bytes) -> Iterator[bytes]:
    """Whole messages only: between two pieces the answer to a ping may come."""
    at = 0
    while at < len(stream):
        end = stream.rfind(b"\r\n\r\n", at, at + PIECE) + 4
        yield stream[at:end]
        at = end
