"""A process at the other end of an AMI stream: `bare`, panoramisk with one callback, or `whole`, our link with everything behind it.

What is whole: bytes cut, messages read, put on the tape, told in the floor's words, folded by the keeper, shown on the floor's screen and
in the agents' bars, pushed by the hub over real WebSockets to those who watch the floor, half of them in each language. Nobody watches the
agents' bars. Not in it: the record's rows and the flows, which have tasks of their own.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from panoramisk import Manager

from callcenter.floor import events as ev
from callcenter.floor.changes import Change, QueueChanged
from callcenter.floor.floor import Floor
from callcenter.live.bar import Bars
from callcenter.live.garbage import look_seldom
from callcenter.live.keeper import Keeper
from callcenter.live.screens import Screens
from callcenter.live.words import Words
from callcenter.settings import read
from callcenter.telephony.ami import Link
from callcenter.telephony.lines import Lines
from callcenter.telephony.tape import Tape
from callcenter.web.hub import HUB, Hub
from callcenter.web.sockets import live
from callcenter.web.user import User

MARK = "mark-"
"""The stream's last message of a round is about a queue of this name."""

LATER_MS = 3_600_000
SETTLING_S = 0.2


async def bare(port: int) -> None:
    manager = Manager(host="127.0.0.1", port=port, username="callcenter", secret="secret")

    def told(_: Manager, event: Any) -> None:
        if event.queue.startswith(MARK):
            print(event.queue, flush=True)

    manager.register_event("*", told)
    await manager.connect()
    print("ready", flush=True)
    await asyncio.Event().wait()


async def whole(port: int, folder: Path, seats: Sequence[str]) -> None:
    settings = read({}, {"data_dir": folder, "language": "zh_CN"})
    keeper, hub, words = Keeper(Floor()), Hub(), Words()
    for listener in (Bars(lambda: keeper.floor, hub, settings, words).listen, Screens(lambda: keeper.floor, hub, settings, words).listen):
        keeper.listen(listener)
    keeper.listen(lambda changes: clear_after_mark(keeper, changes))
    for n, seat in enumerate(seats):
        keeper.put(ev.AgentSignedIn(0, seat, f"Agent {n}", seat, ("orders",), n))
        keeper.put(ev.AgentWants(0, seat, ready=True))
    app = web.Application(middlewares=[as_supervisor])
    app[HUB] = hub
    app.router.add_get("/live", live)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    tape = Tape(folder / "tapes", 1)
    link = Link("127.0.0.1", port, "callcenter", "secret", ticking(keeper), tape, Lines(lambda line: None))
    async with asyncio.TaskGroup() as group:
        group.create_task(keeper.run())
        group.create_task(link.run())
        look_seldom()
        print(runner.addresses[0][1], flush=True)


def ticking(keeper: Keeper) -> Callable[[ev.Event], None]:
    """Offer an event, and before it a tick when another second of the stream is over: the jobs' clock is too slow for it."""
    second = 0

    def offer(event: ev.Event) -> None:
        nonlocal second
        if event.at // 1000 > second:
            second = event.at // 1000
            keeper.put(ev.Tick(second * 1000))
        keeper.offer(event)

    return offer


def clear_after_mark(keeper: Keeper, changes: Sequence[Change]) -> None:
    """When a round is over it is told, and its calls leave the floor as they do by the clock."""
    for change in changes:
        if isinstance(change, QueueChanged) and change.after.name.startswith(MARK):
            print(change.after.name, flush=True)
            later = ev.Tick(change.at + LATER_MS)
            asyncio.get_running_loop().call_later(SETTLING_S, keeper.put, later)


@web.middleware
async def as_supervisor(request: web.Request, handler: Handler) -> web.StreamResponse:
    request["user"] = User(1, "3001", "Supervisor", frozenset({"supervisor"}), "zh_CN")
    request["locale"] = request.query["locale"]
    return await handler(request)


if __name__ == "__main__":
    kind, ami_port, own, *signed_in = sys.argv[1:]
    asyncio.run(bare(int(ami_port)) if kind == "bare" else whole(int(ami_port), Path(own), signed_in))
