"""A whole centre is started, killed, adopted, locked out of its database, and ended."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
import time
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from callcenter.settings import read
from callcenter.telephony import pbx
from callcenter.telephony.embedded import ensure_asterisk
from tests.live.centre import Centre, until
from tests.live.people import desk, dial, left, recorded
from tests.live.person import signed_in
from tests.live.sipp import Key

pytestmark = [pytest.mark.live, pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="module")]

START_CPU_S = 6.0
"""Processor time of a start that has everything: seconds of the clock say more about what else the machine does."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    one = Centre(tmp_path_factory.mktemp("centre"), wrapup_s="1")
    one.from_nothing = True
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


def asterisk_runs(centre: Centre) -> bool:
    return pbx.running(read(centre.environ))


def processor_s(centre: Centre) -> float:
    assert centre.process is not None
    stat = Path(f"/proc/{centre.process.pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


async def ended(centre: Centre) -> int:
    assert centre.process is not None
    return await asyncio.wait_for(centre.process.wait(), 25)


async def test_a_killed_server_adopts_its_asterisk_and_everyone_stays_signed_in(centre: Centre) -> None:
    shown = centre.output()
    assert all(one["password"] in shown for one in centre.about["sign_ins"])
    async with signed_in(centre, "2003", "1003") as agent:
        await agent.ready()
        await centre.kill()
        assert asterisk_runs(centre)
        await centre.start()
        assert processor_s(centre) < START_CPU_S
        assert "goes on" in centre.output().removeprefix(shown)
        assert not any(one["password"] in centre.output().removeprefix(shown) for one in centre.about["sign_ins"])
        await agent.get("/desk")
        await until("the agent may leave", lambda: left(agent))


async def test_a_second_server_on_the_same_folder_is_refused(centre: Centre) -> None:
    second = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "callcenter", "serve", env=centre.environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    _out, err = await second.communicate()
    assert second.returncode == 1
    assert "a server already runs on" in err.decode()
    assert (await centre.health())["status"] == "ok"


async def test_check_finds_nothing_while_all_is_well(centre: Centre) -> None:
    assert found(await centre.command("check")) == []


def found(told: str) -> list[str]:
    """What `callcenter check` found, but for the calendar of holidays: it is said in the last weeks of each year."""
    return [line for line in told.splitlines() if line != "everything is as it should be" and "holidays" not in line]


@contextmanager
def locked(centre: Centre) -> Iterator[None]:
    """Another program holds the database and lets nobody write."""
    other = sqlite3.connect(centre.folder / "centre.sqlite", isolation_level=None)
    try:
        other.execute("begin exclusive")
        yield
    finally:
        other.close()


async def test_calls_and_screens_go_on_while_the_database_is_locked(centre: Centre, tmp_path: Path) -> None:
    known = centre.about["callers"][1]["number"]
    async with desk(centre, "2001", "1011", tmp_path):
        with locked(centre):
            began = time.monotonic()
            talking = asyncio.create_task(dial(centre, "8000000001", tmp_path, known, keys=[Key(1.5, "1")], talk_s=12))
            await until("a call", lambda: busy(centre))
            await talking
            assert (await centre.health())["status"] != "ok"
            assert time.monotonic() - began > 10
        call = (await recorded(centre, [known]))[known]
        assert call["exit"] == "answered"
        assert call["agents"] == ["2001"]
        assert [one["kind"] for one in call["segments"]] == ["ivr", "queue", "ring", "talk", "wrapup"]
        await until("a healthy server", centre.healthy)


async def test_the_commands_tell_the_record_and_the_demo(centre: Centre) -> None:
    calls = [json.loads(line) for line in (await centre.command("calls", "--json")).splitlines()]
    assert len(calls) == 1
    assert calls == await centre.calls()
    assert json.loads(await centre.command("demo", "--json")) == centre.about


async def busy(centre: Centre) -> bool:
    return bool((await centre.health()).get("calls"))


async def test_stop_from_another_terminal_ends_server_and_asterisk_and_ctrl_c_does_too(centre: Centre) -> None:
    await centre.command("stop")
    assert await ended(centre) == 0
    assert not asterisk_runs(centre)
    await centre.start()
    assert processor_s(centre) < START_CPU_S
    assert centre.process is not None
    centre.process.send_signal(signal.SIGINT)
    assert await ended(centre) == 0
    assert not asterisk_runs(centre)


async def test_an_asterisk_that_somebody_else_runs(tmp_path: Path) -> None:
    """The server comes up without it, writes its files, and is connected when it is started from them."""
    run = tmp_path / "asterisk"
    one = Centre(tmp_path, asterisk="external")
    try:
        with (tmp_path / "serve.out").open("ab") as out:
            one.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "callcenter", "serve", env=one.environ, stdout=out, stderr=out, start_new_session=True
            )

        async def away() -> bool:
            return "asterisk" in await one.health()

        await until("a server without Asterisk", away, 60)
        assert (await one.health())["asterisk"] != "connected"
        await one.command("pbx", "render", str(run))
        settings = read(one.environ, {"asterisk": "embedded"})
        program = [*ensure_asterisk(settings, print).command, "-C", str(run / "etc/asterisk.conf")]
        asterisk = await asyncio.create_subprocess_exec(*program, "-f", stdout=DEVNULL, stderr=DEVNULL, start_new_session=True)
        try:
            await until("a healthy server", one.healthy, 60)
            assert found(await one.command("check")) == []
            await dial(one, "8000000002", tmp_path, "13900000077", talk_s=3)
            assert (await recorded(one, ["13900000077"]))["13900000077"]["hotline"] == "8000000002"
        finally:
            await (await asyncio.create_subprocess_exec(*program, "-rx", "core stop now", stdout=DEVNULL)).wait()
            await asyncio.wait_for(asterisk.wait(), 20)
        one.process.send_signal(signal.SIGINT)
        assert await ended(one) == 0
    finally:
        await one.stop()
