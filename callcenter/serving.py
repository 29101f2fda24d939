"""From nothing to a running centre, and back: what `callcenter serve` and `callcenter stop` do, step by step."""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
import sys
import time
from dataclasses import replace
from pathlib import Path

from aiohttp import web

from callcenter import demo
from callcenter.app import running
from callcenter.demo import Demo
from callcenter.holding import CannotServe, alone, holder, make_data_dir, port_free, tls_of
from callcenter.ivr.language.finding import errors
from callcenter.ivr.published.in_use import InUse
from callcenter.ivr.sounds.prompts import Prompts
from callcenter.ivr.sounds.speech import Voice
from callcenter.live.garbage import look_seldom
from callcenter.migrations import run as migrations
from callcenter.plan import plan
from callcenter.preparing import begin_with_prompts, flows_in_use, prepare_record, say, speaker, start_asterisk
from callcenter.reviving import kept_running
from callcenter.rooms import Rooms, rooms
from callcenter.settings import Settings
from callcenter.telephony import pbx
from callcenter.telephony.embedded import ensure_asterisk, found, somebody_elses
from callcenter.telephony.secrets import Secrets, secrets

STOP_LIMIT_S = 20.0
LOOK_S = 0.05


async def serve(settings: Settings) -> int:
    """Run the centre until Ctrl-C, which ends Asterisk too, or SIGTERM, which leaves Asterisk and its calls alone."""
    make_data_dir(settings)
    with alone(settings):
        tls = tls_of(settings)
        port_free(settings)
        # First of all: where none can be had, nobody waits for anything else before he is told.
        installation = None if settings.asterisk == "external" else await asyncio.to_thread(ensure_asterisk, settings, say)
        say("database")
        await migrations.upgrade(settings.database_url)
        house = rooms(settings)
        for finding in errors(house.not_actions):
            say(f"action not in use: {finding}")
        shown: Demo | None = None
        try:
            if settings.demo:
                say("demo data")
                shown = await demo.load(settings, house.store)
            secret = secrets(settings, await house.people.seats())
            async with Voice() as voice:
                prompts = Prompts(settings.prompts, voice, speaker=speaker(settings), stored=house.prompts.sound)
                await begin_with_prompts(settings, house)
                flows = await flows_in_use(settings, house, prompts)
                await prepare_record(settings)
                if installation:
                    await start_asterisk(settings, installation, secret, house)
                async with kept_running(settings, installation):
                    ending = await _serve(settings, secret, house, flows, prompts, shown, tls)
        finally:
            await house.store.close()
        if ending is signal.SIGINT and installation:
            say("Asterisk stops")
            await asyncio.to_thread(pbx.stop, settings)
    return 0


def stop(settings: Settings) -> int:
    """End a running server, then the Asterisk that is ours."""
    holding = holder(settings)
    if holding:
        os.kill(holding, signal.SIGTERM)
        limit = time.monotonic() + STOP_LIMIT_S
        while holder(settings) == holding:
            if time.monotonic() > limit:
                raise CannotServe(f"the server (process {holding}) did not stop within {STOP_LIMIT_S:.0f} s")
            time.sleep(LOOK_S)
    stopped = settings.asterisk != "external" and pbx.stop(settings)
    say("stopped" if holding or stopped else "nothing was running")
    return 0


async def render_into(settings: Settings, folder: Path) -> int:
    """Make a folder from which somebody else runs an Asterisk: its files in etc/, and what it writes beside them."""
    house = rooms(settings)
    here = found(settings)
    try:
        wanted = await plan(
            settings, somebody_elses() if isinstance(here, str) else here, secrets(settings, await house.people.seats()), house
        )
    finally:
        await house.store.close()
    folder = folder.absolute()
    try:
        pbx.write(replace(wanted, folder=folder, socket_folder=folder / "run"))
    except OSError as wrong:
        raise CannotServe(f"the folder {folder} cannot be written in ({wrong.strerror})") from wrong
    say(f"asterisk -C {folder / 'etc/asterisk.conf'} starts an Asterisk from these files; one that has files of its own includes them")
    return 0


async def _serve(
    settings: Settings,
    secret: Secrets,
    house: Rooms,
    flows: InUse,
    prompts: Prompts,
    shown: Demo | None,
    tls: ssl.SSLContext | None,
) -> signal.Signals:
    ended: asyncio.Future[signal.Signals] = asyncio.get_running_loop().create_future()

    def end(by: signal.Signals) -> None:
        if not ended.done():
            ended.set_result(by)

    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, end, one)
    async with running(settings, secret, house, flows, prompts) as app:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.http_host, settings.http_port, ssl_context=tls).start()
            welcome(settings, shown)
            look_seldom()
            return await ended
        finally:
            await runner.cleanup()


def _typed() -> str:
    """How this command is called from where its user stands."""
    program = Path(sys.argv[0])
    here = program.absolute()
    return str(here.relative_to(Path.cwd())) if program.name == "callcenter" and here.is_relative_to(Path.cwd()) else "callcenter"


def welcome(settings: Settings, shown: Demo | None) -> None:
    """What to open, and who can sign in; passwords are printed once, when they were made."""
    host = "localhost" if settings.http_host in ("0.0.0.0", "::") else settings.http_host
    host = f"[{host}]" if ":" in host else host
    address = settings.http_origin or f"{'https' if settings.https else 'http'}://{host}:{settings.http_port}"
    lines = ["", f"Ready: {address}"]
    if shown is not None:
        lines += [f"Call a hotline from the browser: {address}/phone", ""]
        lines += [f"  {one.number}  {'/'.join(one.roles):<10}  {one.password if shown.new else '…'}  {one.name}" for one in shown.sign_ins]
        lines += [
            "",
            "  seats 1001 to 1012 take the browser or a desk phone; 1011 and 1012 wait for desk phones unless the browser is chosen",
            f"  {_typed()} demo --json tells the passwords again, to the owner of this folder alone",
        ]
    print("\n".join(lines), flush=True)
