"""The real Asterisk: started, adopted, reloaded; a caller, a desk phone, both voices on disk, with no server anywhere."""

from __future__ import annotations

import asyncio
import os
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from callcenter.telephony import pbx
from callcenter.telephony.embedded import PbxError
from callcenter.telephony.planned import plan_pbx, socket_folder
from callcenter.telephony.record import files
from callcenter.telephony.render import QueuePlan
from tests.live import sipp
from tests.live.asterisk import RunningAsterisk, asterisk, free_settings

__all__ = ["asterisk"]

pytestmark = pytest.mark.live


async def until(what: str, there: Callable[[], bool], limit_s: float = 20) -> None:
    end = time.monotonic() + limit_s
    while not there():
        assert time.monotonic() < end, f"{what}: did not come within {limit_s} s"
        await asyncio.sleep(0.1)


@pytest.fixture
def signed_in(asterisk: RunningAsterisk) -> Iterator[None]:
    console(asterisk, "queue add member PJSIP/1001 to orders")
    yield
    console(asterisk, "queue remove member PJSIP/1001 from orders")


def console(asterisk: RunningAsterisk, command: str) -> str:
    return pbx.ordered(asterisk.settings, command)


def policies(process: int) -> set[int]:
    return {os.sched_getscheduler(int(thread.name)) for thread in Path(f"/proc/{process}/task").iterdir()}


def waiting(asterisk: RunningAsterisk, queue: str) -> bool:
    return "PJSIP/trunk" in console(asterisk, f"queue show {queue}")


def strongest_hertz(path: Path) -> float:
    """The loudest frequency of a recording that is still being written or done."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels()) == (8000, 1)
        samples = np.frombuffer(path.read_bytes()[44:], dtype="<i2").astype(float)
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.argmax(spectrum[1:]) + 1) * 8000 / len(samples)


def test_it_is_adopted_and_told_what_changed(asterisk: RunningAsterisk) -> None:
    again = pbx.start(asterisk.settings, asterisk.plan, asterisk.installation)
    assert again.adopted
    assert again.changed == ()
    more = replace(asterisk.plan, queues=(*asterisk.plan.queues, QueuePlan("night")))
    assert "queues.conf" in pbx.put(asterisk.settings, more)
    assert console(asterisk, "queue show night").startswith("night")
    assert "queues.conf" in pbx.put(asterisk.settings, asterisk.plan)
    assert pbx.differing(asterisk.settings, asterisk.plan) == []


def test_it_goes_before_everything_else_on_the_processor_where_we_may(asterisk: RunningAsterisk) -> None:
    process = int((socket_folder(asterisk.settings) / "asterisk.pid").read_text())
    for wanted, policy in ((False, os.SCHED_OTHER), (True, os.SCHED_RR)):
        there = pbx.start(replace(asterisk.settings, asterisk_first=wanted), asterisk.plan, asterisk.installation)
        assert there.first == (policies(process) == {policy})
    console(asterisk, "core show version")  # A thread that it begins.
    assert len(policies(process)) == 1


async def test_its_record_is_begun_before_there_is_anything_to_tell(asterisk: RunningAsterisk) -> None:
    written = files(asterisk.settings)
    # Nothing was dialled yet.
    assert await written.channels(0) == []
    assert await written.queues(0) is not None


async def test_its_record_of_queues_is_read_across_its_rotation(asterisk: RunningAsterisk) -> None:
    written = files(asterisk.settings)
    for n in range(4):
        console(asterisk, f"queue add member PJSIP/1009 to orders penalty 0 as rotated{n}")
        console(asterisk, "queue remove member PJSIP/1009 from orders")
        pbx.rotate_logs(asterisk.settings, most_bytes=0, keep=2)
    names = [entry.member for entry in await written.queues(0) or () if entry.event == "ADDMEMBER" and entry.member.startswith("rotated")]
    assert names == ["rotated2", "rotated3"]
    assert "rotated" not in written.queue_log.read_text()
    console(asterisk, "queue add member PJSIP/1009 to orders penalty 0 as goes-on")
    console(asterisk, "queue remove member PJSIP/1009 from orders")
    assert "goes-on" in [entry.member for entry in await written.queues(0) or ()]


def test_a_taken_port_is_named_with_its_setting(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    taken = replace(free_settings(tmp_path), sip_port=asterisk.settings.sip_port, ami_port=asterisk.settings.ami_port)
    plan = plan_pbx(taken, asterisk.installation, asterisk.secrets, queues=asterisk.plan.queues, hotlines=asterisk.plan.hotlines)
    with pytest.raises(PbxError) as raised:
        pbx.start(taken, plan, asterisk.installation)
    assert [line.split(":")[0] for line in str(raised.value).splitlines()] == ["sip_port", "ami_port"]


def test_every_seat_is_there_and_nothing_failed_to_load(asterisk: RunningAsterisk) -> None:
    shown = console(asterisk, "pjsip show endpoints")
    assert all(f"Endpoint:  {seat}" in shown for seat in (*asterisk.secrets.seats, "demo", "trunk"))
    log = (asterisk.settings.asterisk_dir / "log/messages.log").read_text()
    assert "ERROR" not in log
    assert "No application" not in log


async def test_a_wrong_password_is_refused(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    assert await sipp.register(asterisk.settings.sip_port, "1003", "wrong-password", tmp_path) != 0
    assert await sipp.register(asterisk.settings.sip_port, "1003", asterisk.secrets.seats["1003"], tmp_path) == 0


async def test_an_unknown_number_is_refused(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    async with sipp.caller(asterisk.settings.sip_port, "8000000009", tmp_path) as phone:
        assert await phone.done(10) != 0
    heard = (phone.folder / "messages.log").read_text()
    assert "SIP/2.0 404" in heard


async def test_without_a_server_a_caller_waits_in_the_fallback_queue(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    async with sipp.caller(asterisk.settings.sip_port, "8000000002", tmp_path) as phone:
        await until("the caller in the queue", lambda: waiting(asterisk, "complaints"))
        phone.hang_up()
        assert await phone.done(10) == 0
    await until("the queue is empty again", lambda: not waiting(asterisk, "complaints"))


async def test_without_a_server_a_talk_is_recorded_each_voice_apart(asterisk: RunningAsterisk, signed_in: None, tmp_path: Path) -> None:
    port, secret = asterisk.settings.sip_port, asterisk.secrets.seats["1001"]
    agents, callers = sipp.tone(tmp_path / "agent.al", 440), sipp.tone(tmp_path / "caller.al", 1000)
    before = set(asterisk.settings.recordings.glob("*.wav"))
    async with (
        sipp.desk_phone(port, "1001", secret, tmp_path, sound=agents),
        sipp.caller(port, "8000000001", tmp_path, sound=callers) as phone,
    ):
        await until("both files", lambda: len(set(asterisk.settings.recordings.glob("*.wav")) - before) == 2)
        files = sorted(set(asterisk.settings.recordings.glob("*.wav")) - before)
        await until("three seconds of sound", lambda: all(file.stat().st_size > 48_000 for file in files))
        phone.hang_up()
        assert await phone.done(10) == 0
    agent, caller = files
    assert agent.name.endswith("-agent.wav")
    assert caller.name == agent.name.replace("-agent", "-caller")
    assert strongest_hertz(agent) == pytest.approx(440, abs=5)
    assert strongest_hertz(caller) == pytest.approx(1000, abs=5)


async def test_a_browser_s_place_is_open_on_loopback(asterisk: RunningAsterisk) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", asterisk.settings.asterisk_http_port)
    writer.write(
        b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    assert b"101" in await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    await writer.wait_closed()
