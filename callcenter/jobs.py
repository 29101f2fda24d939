"""What runs by the clock: name, how often, function; and the one runner."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """`every_s` seconds pass between two beginnings; a run that takes longer delays the next one."""

    name: str
    every_s: float
    run: Callable[[], Awaitable[object]]


async def run(jobs: Sequence[Job]) -> None:
    """Run all jobs until cancelled."""
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(_repeat(job), name=f"job {job.name}")


async def _repeat(job: Job) -> None:
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        try:
            await job.run()
        except Exception:  # a job that fails once must run again at its next time
            log.exception("job %s failed", job.name)
        due = max(due + job.every_s, loop.time())
        await asyncio.sleep(due - loop.time())
