"""From nothing to a running centre, and back: what `callcenter serve` and `callcenter stop` do, step by step."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import gc
import logging
import os
import signal
import socket
import ssl
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from aiohttp import web
from tqdm import tqdm

from callcenter import demo
from callcenter.app import running
from callcenter.demo import Demo
from callcenter.ivr.language.finding import errors
from callcenter.ivr.language.load import read_prompts
from callcenter.ivr.language.steps import Flow
from callcenter.ivr.named.service import of_dialplan
from callcenter.ivr.published.in_use import InUse
from callcenter.ivr.published.travel import begin_with
from callcenter.ivr.sounds.decoder import Decoder
from callcenter.ivr.sounds.engines import engine_of
from callcenter.ivr.sounds.prompts import Prompts, fixed_texts
from callcenter.ivr.sounds.speaker import Speaker
from callcenter.ivr.sounds.speech import Voice
from callcenter.ivr.walking.hotline_flows import NAMED_PROMPTS, Flows
from callcenter.migrations import run as migrations
from callcenter.plan import plan
from callcenter.rooms import Rooms, rooms
from callcenter.settings import Settings
from callcenter.store.engine import AWAY, Store
from callcenter.telephony import pbx
from callcenter.telephony.embedded import found, somebody_elses
from callcenter.telephony.record_rows import Rows
from callcenter.telephony.secrets import Secrets, secrets

log = logging.getLogger(__name__)

STOP_LIMIT_S = 20.0
LOOK_S = 0.05


class CannotServe(Exception):
    """Why the centre cannot start, and what to do about it."""


def say(text: str) -> None:
    """One line of progress for whoever started us."""
    print(f"· {text}", file=sys.stderr, flush=True)


async def serve(settings: Settings) -> int:
    """Run the centre until Ctrl-C, which ends Asterisk too, or SIGTERM, which leaves Asterisk and its calls alone."""
    make_data_dir(settings)
    with _alone(settings):
        tls = _tls(settings)
        _port_free(settings)
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
                await _prepare_record(settings)
                if settings.asterisk != "external":
                    await _start_asterisk(settings, secret, house)
                ending = await _serve(settings, secret, house, flows, prompts, shown, tls)
        finally:
            await house.store.close()
        if ending is signal.SIGINT and settings.asterisk != "external":
            say("Asterisk stops")
            await asyncio.to_thread(pbx.stop, settings)
    return 0


def make_data_dir(settings: Settings) -> None:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as wrong:
        why = f"{settings.data_dir} cannot be made ({wrong.strerror})"
        raise CannotServe(f"the folder {why}; the setting data_dir chooses another") from wrong


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
    pbx.write(replace(wanted, folder=folder, socket_folder=folder / "run"))
    say(f"asterisk -C {folder / 'etc/asterisk.conf'} starts an Asterisk from these files; one that has files of its own includes them")
    return 0


def speaker(settings: Settings) -> Speaker | None:
    """The site's own engine; None when the bundled voice speaks alone."""
    engine = engine_of(settings)
    return Speaker(engine, Decoder()) if engine else None


async def begin_with_prompts(settings: Settings, house: Rooms) -> None:
    """The named prompts of the folder of flows that the store never had."""
    texts, findings = await asyncio.to_thread(read_prompts, settings.flows / NAMED_PROMPTS)
    for finding in findings:
        say(f"prompts not taken: {finding}")
    await house.prompts.import_new(texts, by="")


async def flows_in_use(settings: Settings, house: Rooms, prompts: Prompts) -> InUse:
    """The flows in use, with their sounds ready. A store without flows gets those of the folder of flows."""
    for finding in await begin_with(house.flows, settings.flows, await house.around()):
        say(f"flow not published: {finding}")

    async def speak_more(flows: Iterable[Flow]) -> None:
        for wrong in await prompts.prepare(fixed_texts(flows), lambda _done, _of: None):
            log.error("%s", wrong)

    in_use = InUse(house.flows, house.around, speak_more)
    flows = await in_use.read()
    for finding in errors(in_use.findings):
        say(f"flow not in use, its callers go straight to the queue: {finding}")
    await _speak(prompts, flows)
    return in_use


async def _speak(prompts: Prompts, flows: Flows) -> None:
    bar = tqdm(desc="· prompts", unit="", leave=False, disable=None)

    def progress(done: int, of: int) -> None:
        bar.total = of
        bar.update(done - bar.n)

    failed = await prompts.prepare(fixed_texts(flows.by_name.values()), progress)
    failed += await prompts.put_named(of_dialplan(flows.named_prompts))
    bar.close()
    for wrong in failed:
        say(wrong)


async def _prepare_record(settings: Settings) -> None:
    """Asterisk looks at its record's tables when it starts: they must be there."""
    if not settings.record_url:
        return
    rows = Rows(Store(settings.record_url))
    try:
        await rows.prepare()
    except AWAY as wrong:
        raise CannotServe(f"setting asterisk_record: {str(wrong).partition(chr(10))[0]}") from wrong
    finally:
        await rows.close()


async def _start_asterisk(settings: Settings, secret: Secrets, house: Rooms) -> None:
    installation = await asyncio.to_thread(pbx.ensure_asterisk, settings, say)
    if installation.warning:
        say(installation.warning)
    wanted = await plan(settings, installation, secret, house)
    settings.recordings.mkdir(parents=True, exist_ok=True)
    there = await asyncio.to_thread(pbx.start, settings, wanted, installation)
    say(f"Asterisk {there.version} {'goes on' if there.adopted else 'runs'}")
    if there.waiting:
        say(f"counts from Asterisk's next start: {', '.join(there.waiting)}")


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
            # What the start has built stays: no collection of garbage, which stops everything, need walk through it.
            gc.freeze()
            return await ended
        finally:
            await runner.cleanup()


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
            "  seats 1001 to 1010 are browser phones",
            "  callcenter demo --json tells the passwords again, to the owner of this folder alone",
        ]
    print("\n".join(lines), flush=True)


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if not settings.https:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    except (ssl.SSLError, OSError) as wrong:
        raise CannotServe(f"settings tls_certificate and tls_key do not make a pair that can be used: {wrong}") from wrong
    return context


def _port_free(settings: Settings) -> None:
    host, port = settings.http_host, settings.http_port
    try:
        family, kind, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except socket.gaierror as wrong:
        raise CannotServe(f"setting http_host: {host!r} is no address of this machine ({wrong.strerror})") from wrong
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as wrong:
            if wrong.errno == errno.EADDRNOTAVAIL:
                raise CannotServe(f"setting http_host: {host} is no address of this machine") from wrong
            what = "is taken by another program" if wrong.errno == errno.EADDRINUSE else f"cannot be used ({wrong.strerror})"
            raise CannotServe(f"port {port} on {host} {what}; the setting http_port chooses another") from wrong


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Hold the data folder: two servers on one would write each call twice."""
    path = settings.data_dir / "server.lock"
    try:
        lock = path.open("a+")
    except OSError as wrong:
        raise CannotServe(f"{path} cannot be written ({wrong.strerror}); the setting data_dir chooses another folder") from wrong
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotServe(f"a server already runs on {settings.data_dir} (process {holder(settings)}); make stop ends it") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def holder(settings: Settings) -> int:
    """The process that holds the data folder; 0 when none does."""
    with suppress(FileNotFoundError), (settings.data_dir / "server.lock").open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            text = lock.read()
            return int(text) if text.isdigit() else 0
    return 0
