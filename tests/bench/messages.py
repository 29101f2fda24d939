"""How many AMI messages a second go the whole way to the screens, beside panoramisk's bare dispatch of the same bytes."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.bench.busy import busy
from tests.bench.figures import Figure, beside, peak_mb
from tests.bench.receiver import LATER_MS, MARK
from tests.fake_asterisk import FakeAsterisk, event

LIMIT_S = 60.0
REST_S = 0.5
"""Between two rounds: what the one left behind is done before the next begins."""

BEGIN_S = 1_800_000_000


@dataclass
class Receiver:
    """A process that takes the stream. `watchers` are its screens; without any it tells itself what it has dispatched."""

    asterisk: FakeAsterisk
    process: asyncio.subprocess.Process
    watchers: list[aiohttp.ClientWebSocketResponse]

    async def has(self, mark: str) -> None:
        """Wait until what the mark tells has come out at the other end, on every screen."""
        if not self.watchers:
            await self._line(mark)
        await asyncio.gather(*(_shows(watcher, mark) for watcher in self.watchers))

    async def _line(self, text: str) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            if line.decode().strip() == text:
                return
        raise RuntimeError(f"the receiver ended before it told {text}")


async def _shows(watcher: aiohttp.ClientWebSocketResponse, mark: str) -> None:
    async for message in watcher:
        if mark in message.data:
            return
    raise RuntimeError(f"a screen was closed ({watcher.close_code}) before it showed {mark}")


@asynccontextmanager
async def receiver(kind: str, folder: Path, agents: int, watchers: int) -> AsyncIterator[Receiver]:
    async with AsyncExitStack() as stack:
        asterisk = await stack.enter_async_context(FakeAsterisk())
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.receiver", kind, str(asterisk.port), str(folder), str(agents), stdout=asyncio.subprocess.PIPE
        )
        stack.push_async_callback(_ended, process)
        assert process.stdout is not None
        ready = (await asyncio.wait_for(process.stdout.readline(), LIMIT_S)).decode().strip()
        await asterisk.heard("Login" if kind == "bare" else "DeviceStateList")
        session = await stack.enter_async_context(aiohttp.ClientSession())
        screens = []
        for n in range(watchers if kind == "whole" else 0):
            url = f"http://127.0.0.1:{ready}/live?locale={'en' if n % 2 else 'zh_CN'}"
            screen = await stack.enter_async_context(session.ws_connect(url))
            await screen.send_json({"watch": ["floor"]})
            screens.append(screen)
        yield Receiver(asterisk, process, screens)


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


async def throughput(folder: Path, *, rounds: int, calls: int, at_once: int, watchers: int) -> list[Figure]:
    """Messages a second of each, round by round in turn: bare, whole with nobody watching, whole with so many screens open.

    And the peak memory of the last.
    """
    rates: dict[str, list[float]] = {"bare": [], "unseen": [], "whole": []}
    async with (
        receiver("bare", folder, at_once, 0) as bare,
        receiver("whole", folder / "unseen", at_once, 0) as unseen,
        receiver("whole", folder / "seen", at_once, watchers) as whole,
    ):
        for round in range(-1, rounds):
            at = BEGIN_S + (round + 1) * 2 * LATER_MS // 1000
            stream = busy(calls, at_once, at, first=(round + 1) * calls)
            for name, one in (("bare", bare), ("unseen", unseen), ("whole", whole)):
                took = await _took(one, b"".join(stream), f"{MARK}{round + 1}-", at)
                if round >= 0:  # the first one warms up
                    rates[name].append(len(stream) / took)
                await asyncio.sleep(REST_S)
        peak = peak_mb(whole.process.pid)
    panoramisk = Figure("AMI messages, panoramisk's bare dispatch", rates["bare"], "messages/s", rate=True)
    unwatched = Figure("AMI messages, the whole way, nobody watching", rates["unseen"], "messages/s", rate=True)
    watched = Figure(f"AMI messages, the whole way to {watchers} screens", rates["whole"], "messages/s", rate=True)
    return [beside(watched, panoramisk), beside(unwatched, panoramisk), panoramisk, Figure("  peak memory of that process", [peak], "MiB")]


async def _took(one: Receiver, stream: bytes, mark: str, at: int) -> float:
    last = event(
        "QueueMemberAdded", Timestamp=f"{at}.000000", Queue=mark, Interface="PJSIP/2000", MemberName="2000", Paused="0", InCall="0"
    )
    began = time.perf_counter()
    async with asyncio.timeout(LIMIT_S):
        seen = asyncio.create_task(one.has(mark))
        await one.asterisk.pour(stream + last.encode())
        await seen
    return time.perf_counter() - began
