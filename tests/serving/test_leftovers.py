"""A centre that is ended leaves nothing behind: no task, no timer, no thread, and nothing of the record unwritten."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from callcenter.app import running
from callcenter.hotlines.tables import HotlineRow, QueueRow
from callcenter.ivr.published.in_use import InUse
from callcenter.ivr.sounds.prompts import Prompts
from callcenter.ivr.sounds.speech import Voice
from callcenter.live.keys import FLOOR
from callcenter.rooms import Rooms, rooms
from callcenter.settings import read
from callcenter.telephony.secrets import secrets
from tests.fake_asterisk import FakeAsterisk, event

LIMIT_S = 20.0
LEG = "1.1"
CALLER = {"Uniqueid": LEG, "Channel": "PJSIP/trunk-00000001", "CallerIDNum": "13800138000", "Exten": "8000000001", "Context": "cc-in"}


@asynccontextmanager
async def served(folder: Path, asterisk: FakeAsterisk) -> AsyncIterator[tuple[TestClient[web.Request, web.Application], Rooms]]:
    settings = read({}, {"data_dir": folder, "asterisk": "external", "ami_port": asterisk.port})
    async with AsyncExitStack() as stack:
        house = rooms(settings)
        stack.push_async_callback(house.store.close)
        async with house.store.transaction() as session:
            session.add(QueueRow(name="orders", zh="订货", en="Orders", strategy="rrmemory"))
            await session.flush()
            session.add(HotlineRow(number="8000000001", zh="咨询", en="Orders", language="zh_CN", flow="none", queue="orders"))
        await house.people.add(number="3001", name="赵敏", password="secret", roles={"supervisor"}, language="zh_CN")
        voice = await stack.enter_async_context(Voice())
        prompts = Prompts(settings.prompts, voice)
        flows = InUse(house.flows, house.around, lambda _flows: asyncio.sleep(0))
        await flows.read()
        known = replace(secrets(settings), ami=asterisk.secret)
        app = await stack.enter_async_context(running(settings, known, house, flows, prompts))
        client = TestClient(TestServer(app))
        stack.push_async_callback(client.close)
        await client.start_server()
        yield client, house


async def at_work(folder: Path, asterisk: FakeAsterisk) -> None:
    """A page is open, and a caller speaks his message, when the centre is ended."""
    async with served(folder, asterisk) as (client, house):
        supervisor = await house.people.check("3001", "secret", "127.0.0.1")
        cookie = {"Cookie": f"cc_session={await house.people.open(supervisor, '127.0.0.1')}"}
        socket = await client.ws_connect("/live", headers={**cookie, "Origin": f"http://{client.host}:{client.port}"})
        async for message in socket:
            if message.json().get("link") == "live":
                break
        asterisk.send(event("Newchannel", **CALLER, Linkedid=LEG, ChannelState="4"))
        asterisk.send(event("AsyncAGIStart", **CALLER, ChannelState="6", Language="zh_CN", ChanVariable=f"CC_CALL={LEG}"))
        async with asyncio.timeout(LIMIT_S):
            while not any(one.get("Command", "").startswith("EXEC Record") for one in asterisk.asked):
                await asterisk.heard("AGI", sum(one["Action"] == "AGI" for one in asterisk.asked) + 1)
        assert [step.step for step in client.app[FLOOR]().calls[LEG].steps] == ["person", "message"]


async def test_a_centre_that_is_ended_leaves_nothing_behind(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "centre.sqlite")
    loop = asyncio.get_running_loop()
    async with FakeAsterisk() as asterisk:
        asterisk.results["EXEC Record"] = None
        before = asyncio.all_tasks(), set(threading.enumerate())
        await at_work(tmp_path, asterisk)
    await loop.shutdown_default_executor()
    assert asyncio.all_tasks() - before[0] == set()
    assert {thread.name for thread in set(threading.enumerate()) - before[1]} == set()
    assert [timer for timer in loop._scheduled if not timer.cancelled()] == []  # type: ignore[attr-defined]
    house = rooms(read({}, {"data_dir": tmp_path}))
    (call,) = await house.calls.open_calls()
    await house.store.close()
    assert [step.step for step in call.steps] == ["person", "message"]
