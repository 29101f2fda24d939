"""An Asterisk with configuration files of somebody else's, in a folder of its own, and its whole AMI stream as it was read."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from callcenter.settings import Settings, read
from callcenter.telephony.embedded import ensure_asterisk
from callcenter.telephony.music import ensure_music
from callcenter.telephony.planned import socket_folder
from tests.ports import free_port

SITES = Path(__file__).parent
START_LIMIT_S = 40.0
SECRET = "secret"


@dataclass
class Site:
    """A running foreign Asterisk. `stream` grows with every byte that its manager sent after the login."""

    sip_port: int
    stream: bytearray = field(default_factory=bytearray)
    _writer: asyncio.StreamWriter | None = None

    def act(self, action: str, **headers: str) -> None:
        """Send an action; its answer goes into the stream as everything else does."""
        assert self._writer is not None
        lines = [f"Action: {action}", *(f"{name}: {value}" for name, value in headers.items())]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    async def told(self, *parts: str, since: int = 0, limit_s: float = 20.0) -> int:
        """Wait until one message holds all parts; where it ends in the stream."""
        end = asyncio.get_running_loop().time() + limit_s
        while True:
            text = bytes(self.stream[since:]).decode("utf-8", "replace")
            at = since
            for message in text.split("\r\n\r\n")[:-1]:
                at += len(message.encode()) + 4
                if all(part in message for part in parts):
                    return at
            assert asyncio.get_running_loop().time() < end, f"nobody told {parts}"
            await asyncio.sleep(0.02)

    async def channel_of(self, endpoint: str) -> str:
        """The newest channel of an endpoint, by its name."""
        text = bytes(self.stream).decode("utf-8", "replace")
        names = [line.removeprefix("Channel: ") for line in text.split("\r\n") if line.startswith(f"Channel: PJSIP/{endpoint}-")]
        return names[-1]


@asynccontextmanager
async def site(name: str, settings: Settings, outside_port: int) -> AsyncIterator[Site]:
    """The site of that name, booted, its manager's whole stream being read. Its trunk leads to `outside_port`."""
    folder = settings.data_dir
    installation = await asyncio.to_thread(ensure_asterisk, settings, print)
    low = settings.rtp_low
    values = {
        "folder": str(folder),
        "modules": str(installation.modules),
        "data": str(installation.data),
        "run": str(socket_folder(settings)),
        "ami_port": str(settings.ami_port),
        "sip_port": str(settings.sip_port),
        "outside_port": str(outside_port),
        "rtp_low": str(low),
        "rtp_high": str(low + 398),
        "secret": SECRET,
    }
    etc = folder / "asterisk/etc"
    for one in ("etc", "lib/agi-bin", "lib/keys", "log/cel-custom", "spool/monitor", "spool/tmp", "run"):
        (folder / "asterisk" / one).mkdir(parents=True, exist_ok=True)
    socket_folder(settings).mkdir(mode=0o700, parents=True, exist_ok=True)
    ensure_music(folder / "asterisk/music")
    for path in [*(SITES / "every").iterdir(), *(SITES / name).iterdir()]:
        (etc / path.name).write_text(Template(path.read_text(encoding="utf-8")).safe_substitute(values), encoding="utf-8")
    command = [*installation.command, "-C", str(etc / "asterisk.conf")]
    with (folder / "console.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, "-f", stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        running = Site(settings.sip_port)
        async with asyncio.timeout(START_LIMIT_S):
            reader = await _manager(settings.ami_port, running, process)
        reading = asyncio.create_task(_read(reader, running.stream))
        await running.told("Event: FullyBooted")
        yield running
        reading.cancel()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
        shutil.rmtree(socket_folder(settings), ignore_errors=True)


async def _manager(port: int, running: Site, process: asyncio.subprocess.Process) -> asyncio.StreamReader:
    while True:
        assert process.returncode is None, "Asterisk did not start; see console.log"
        try:
            reader, running._writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        running.act("Login", Username="watcher", Secret=SECRET)
        return reader


async def _read(reader: asyncio.StreamReader, stream: bytearray) -> None:
    while data := await reader.read(65536):
        stream += data


def free_settings(folder: Path) -> Settings:
    """Where the site lives and which ports it has."""
    low = free_port(socket.SOCK_DGRAM) // 100 * 100
    return read(
        {},
        {
            "data_dir": folder,
            "asterisk": "embedded",
            "ami_port": free_port(),
            "sip_port": free_port(socket.SOCK_DGRAM),
            "rtp_low": min(low, 64000),
            "rtp_high": min(low, 64000) + 398,
        },
    )
