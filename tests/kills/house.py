"""A server as a process of its own in front of the fake Asterisk, with agents at their seats."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import insert

from callcenter.hotlines.tables import HotlineRow, QueueRow
from callcenter.people.tables import AgentQueueRow, SeatRow, SeatSessionRow, UserRow
from callcenter.settings import read
from callcenter.store.engine import Store
from callcenter.telephony.secrets import secrets
from tests.fake_asterisk.exchange import Site
from tests.live.centre import STOP_LIMIT_S, Centre, until

SITE = Site({"8000000001": "orders", "8000000002": "complaints"}, ("orders", "complaints"), ring_s=3.0)
FLOW = """
name: {name}
languages: [zh]
start: menu
person: person
steps:
  menu:
    do: menu
    title: {{zh: 菜单, en: Menu}}
    prompt: {{zh: 人工服务请按1。}}
    choices: {{1: person, 9: note}}
    tries: 1
    timeout_s: 5
    otherwise: person
  person:
    do: queue
    title: {{zh: 人工服务, en: Person}}
    queue: {name}
    timeout_s: 60
    answered: end
    timeout: end
    nobody: end
  note:
    do: message
    title: {{zh: 留言, en: Message}}
    prompt: {{zh: 请留言。}}
    queue: {name}
    next: end
  end:
    do: end
    title: {{zh: 结束, en: End}}
"""
FIRST_SEAT = 1001
START_LIMIT_S = 60.0


def seats(agents: int) -> Mapping[str, str]:
    """Seat -> the number of who sits there."""
    return {str(FIRST_SEAT + n): str(FIRST_SEAT + 1000 + n) for n in range(agents)}


async def furnish(folder: Path, template: Path, agents: int, site: Site = SITE) -> str:
    """An installation whose agents sit at their seats and are ready; the secret of its manager."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(template, folder / "centre.sqlite")
    flows = folder / "flows"
    flows.mkdir()
    for queue in site.queues:
        (flows / f"{queue}.yaml").write_text(FLOW.format(name=queue), encoding="utf-8")
    (flows / "prompts.yaml").write_text("{}\n", encoding="utf-8")
    store = Store(f"sqlite+aiosqlite:///{folder / 'centre.sqlite'}")
    now, there = int(time.time() * 1000), seats(agents)
    users = [
        {"id": n, "number": number, "name": number, "password_hash": "-", "roles": ["agent"], "language": "zh_CN", "active": True}
        for n, number in enumerate(there.values(), 1)
    ]
    sitting = [{"user": n, "seat": seat, "since": now, "until": None, "ready": True, "reason": ""} for n, seat in enumerate(there, 1)]
    async with store.transaction() as session:
        await session.execute(insert(QueueRow), [{"name": q, "zh": q, "en": q, "strategy": "rrmemory"} for q in site.queues])
        lines = [
            {"number": number, "zh": queue, "en": queue, "language": "zh_CN", "flow": queue, "queue": queue}
            for number, queue in site.hotlines.items()
        ]
        await session.execute(insert(HotlineRow), lines)
        await session.execute(insert(UserRow), users)
        serving = [{"user": user["id"], "queue": site.queues[n % len(site.queues)]} for n, user in enumerate(users)]
        await session.execute(insert(AgentQueueRow), serving)
        await session.execute(insert(SeatRow), [{"name": seat, "kind": "desk"} for seat in there])
        await session.execute(insert(SeatSessionRow), sitting)
    await store.close()
    return secrets(read({}, {"data_dir": folder})).ami


class Served(Centre):
    """The server alone: its Asterisk is the fake one."""

    def __init__(self, folder: Path, ami_port: int, **settings: str) -> None:
        flows = str(folder / "flows")
        super().__init__(folder, asterisk="external", demo="false", ami_port=str(ami_port), flows_dir=flows, wrapup_s="1", **settings)

    async def start(self) -> None:
        """Start it and wait until it says that all is well."""
        with (self.folder / "serve.out").open("ab") as out:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "callcenter", "serve", env=self.environ, stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out
            )
        await until("a healthy server", self.healthy, START_LIMIT_S)

    async def stop(self) -> None:
        """End it in peace, if it runs."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(self.process.wait(), STOP_LIMIT_S)

    def freeze(self) -> None:
        """It gets no processor, until `thaw`: what comes waits to be read."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    @property
    def processor_s(self) -> float:
        """Processor time it has used so far: seconds of the clock say more about what else the machine does."""
        assert self.process is not None
        stat = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory_mb(self) -> float:
        """What it holds."""
        assert self.process is not None
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
