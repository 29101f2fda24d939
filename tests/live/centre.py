"""A whole centre for a test: `callcenter serve` as a process, in a folder of its own, on free ports, with an Asterisk of its own."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import aiohttp

from callcenter import demo, serving
from callcenter.calls.service import Calls
from callcenter.crm.cases.service import Cases
from callcenter.settings import Settings, read
from callcenter.store.engine import Store
from callcenter.telephony.secrets import secrets
from tests.live import begun, spoken
from tests.ports import free_port

START_LIMIT_S = 60.0
STOP_LIMIT_S = 25.0
LOOK_S = 0.1


async def until(what: str, look: Callable[[], Awaitable[Any]], limit_s: float = 10.0) -> Any:
    """Look again and again until `look` gives something true, and return it; fail with `what` was waited for."""
    loop = asyncio.get_running_loop()
    end = loop.time() + limit_s
    while True:
        seen = await look()
        if seen:
            return seen
        if loop.time() > end:
            raise AssertionError(f"waited {limit_s:g} s in vain for {what}; last seen: {seen!r}")
        await asyncio.sleep(LOOK_S)


class Centre:
    """`start`, `kill` (-9, as power is lost), `stop` (as Ctrl-C).

    What the commands tell is read as they read it, in this process: a Python that starts for each look would take the cores from the sound.
    Set `from_nothing` and its first start makes the demo's store itself, as a newcomer's does.
    """

    from_nothing = False

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.http_port = free_port()
        self.sip_port = free_port(socket.SOCK_DGRAM)
        low = random.SystemRandom().randrange(20_000, 50_000, 400)
        chosen = {
            "data_dir": str(folder),
            "demo": "true",
            "http_port": str(self.http_port),
            "sip_port": str(self.sip_port),
            "ami_port": str(free_port()),
            "asterisk_http_port": str(free_port()),
            "rtp_low": str(low),
            "rtp_high": str(low + 399),
            "asterisk": "embedded",
            **settings,
        }
        self.environ = {k: v for k, v in os.environ.items() if not k.startswith("CALLCENTER_")}
        self.environ |= {f"CALLCENTER_{name.upper()}": value for name, value in chosen.items()}
        self.environ["CALLCENTER_SETTINGS"] = os.devnull
        self.process: asyncio.subprocess.Process | None = None
        self.about: dict[str, Any] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def settings(self) -> Settings:
        return read(self.environ)

    async def start(self) -> None:
        """Start the server (and its Asterisk, where none runs) and wait until it says that all is well."""
        prompts = self.folder / "prompts"
        if not prompts.exists():
            await asyncio.to_thread(spoken.bring, prompts)
        if not self.from_nothing:
            await asyncio.to_thread(begun.begin, self.settings)
        with (self.folder / "serve.out").open("ab") as out:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "callcenter",
                "serve",
                env=self.environ,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        await until("a healthy server", self.healthy, START_LIMIT_S)
        await asyncio.to_thread(spoken.keep, prompts)
        self.about = await demo.about(self.settings, secrets(self.settings))

    async def healthy(self) -> bool:
        assert self.process is not None
        if self.process.returncode is not None:
            raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.output()[-4000:]}")
        return (await self.health()).get("status") == "ok"

    async def health(self) -> dict[str, Any]:
        """What /healthz says; empty when nobody answers."""
        try:
            async with aiohttp.ClientSession() as session, session.get(f"{self.url}/healthz") as answer:
                return dict(await answer.json())
        except aiohttp.ClientError:
            return {}

    def output(self) -> str:
        return (self.folder / "serve.out").read_text(encoding="utf-8", errors="replace")

    async def kill(self) -> None:
        """The server is gone from one instruction to the next; its Asterisk goes on."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> None:
        """Ctrl-C: the server and its Asterisk end. Where the server was killed, its Asterisk is stopped as `callcenter stop` does it."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGINT)
            await asyncio.wait_for(self.process.wait(), STOP_LIMIT_S)
        await asyncio.to_thread(serving.stop, self.settings)

    async def command(self, *words: str, status: int = 0) -> str:
        """What a `callcenter` command prints; fails when it ends with another exit status."""
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "callcenter", *words, env=self.environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        out, err = await running.communicate()
        assert running.returncode == status, f"callcenter {' '.join(words)}: {running.returncode}\n{err.decode()}"
        return out.decode()

    async def calls(self) -> list[dict[str, Any]]:
        """Every call of the record, as other programs are told."""
        settings = self.settings
        store = Store(settings.database_url)
        cases = Cases(store, settings.zone)

        async def cases_of(calls: Sequence[str]) -> dict[str, list[str]]:
            return {call: [case.number for case in of_call] for call, of_call in (await cases.of_calls(calls)).items()}

        try:
            return [json.loads(json.dumps(call)) async for call in Calls(store, settings.recordings).told(cases_of=cases_of)]
        finally:
            await store.close()

    def password(self, number: str) -> str:
        return str(next(s["password"] for s in self.about["sign_ins"] if s["number"] == number))

    def seat_secret(self, seat: str) -> str:
        return str(next(s["secret"] for s in self.about["seats"] if s["seat"] == seat))
