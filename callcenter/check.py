"""`callcenter check`: everything that is not as it should be, at once."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from callcenter.ivr.prompts import Prompts, fixed_texts
from callcenter.ivr.speech import Voice
from callcenter.migrations import run as migrations
from callcenter.rooms import Rooms, rooms
from callcenter.serving import plan, read_flows
from callcenter.settings import Settings
from callcenter.store.engine import AWAY
from callcenter.telephony import pbx
from callcenter.telephony.embedded import Installation, PbxError, ensure_asterisk, judge
from callcenter.telephony.secrets import SecretsError, secrets

LOW_DISK = 2 << 30
"""Bytes: about three days of recordings of 40 agents."""


@dataclass(frozen=True)
class Finding:
    """`where`: settings, flows, prompts, database, asterisk, disk. An error keeps the centre from working; anything else is a warning."""

    where: str
    what: str
    error: bool = True

    def __str__(self) -> str:
        return f"{'error' if self.error else 'warning'}: {self.where}: {self.what}"

    def told(self) -> dict[str, Any]:
        return asdict(self)


async def check(settings: Settings) -> list[Finding]:
    """Every finding; empty when all is well. The settings themselves were read already: they raise SettingsError."""
    house = rooms(settings)
    try:
        findings = [*_network(settings), *_disk(settings)]
        broken = [finding async for finding in _database(settings, house)]
        findings += broken
        if not broken:
            findings += [finding async for finding in _flows(settings, house)]
            findings += [finding async for finding in _asterisk(settings, house)]
        return findings
    finally:
        await house.store.close()


def _network(settings: Settings) -> Iterator[Finding]:
    beyond = settings.http_host not in ("127.0.0.1", "::1", "localhost")
    if beyond and not settings.https and not settings.http_origin.startswith("https:"):
        yield Finding("settings", "the server listens beyond this machine without HTTPS: set tls_certificate and tls_key", error=False)


def _disk(settings: Settings) -> Iterator[Finding]:
    if settings.data_dir.exists() and (free := shutil.disk_usage(settings.data_dir).free) < LOW_DISK:
        yield Finding("disk", f"{free >> 20} MiB are free in {settings.data_dir}", error=False)


async def _database(settings: Settings, house: Rooms) -> AsyncIterator[Finding]:
    if settings.database_url.startswith("sqlite") and not settings.data_dir.exists():
        yield Finding("database", f"there is none in {settings.data_dir} yet; make run or callcenter db upgrade makes it")
        return
    try:
        has = await asyncio.wait_for(migrations.current(settings.database_url), 10)
    except AWAY as wrong:
        yield Finding("database", f"does not answer: {str(wrong).splitlines()[0] if str(wrong) else type(wrong).__name__}")
        return
    if has != migrations.newest():
        yield Finding("database", f"has {has or 'no schema'}, this version needs {migrations.newest()}: callcenter db upgrade")


async def _flows(settings: Settings, house: Rooms) -> AsyncIterator[Finding]:
    flows, findings = await read_flows(settings, house)
    for finding in findings:
        yield Finding("flows", str(finding))
    async with Voice() as voice:
        missing = Prompts(settings.prompts, voice).missing(fixed_texts(flows.by_name.values()))
    if missing:
        yield Finding("prompts", f"{len(missing)} are not spoken yet; the next start does it", error=False)


async def _asterisk(settings: Settings, house: Rooms) -> AsyncIterator[Finding]:
    if settings.asterisk == "external":
        yield Finding("asterisk", "is run by somebody else: callcenter pbx render writes the files that it should include", error=False)
        return
    try:
        installation = await asyncio.to_thread(ensure_asterisk, settings, lambda _text: None)
        secret = secrets(settings, await house.people.seats())
        wanted = await plan(settings, installation, secret, house)
        differing = pbx.differing(settings, wanted)
    except (PbxError, SecretsError) as wrong:
        yield Finding("asterisk", str(wrong))
        return
    for finding in _of_installation(installation):
        yield finding
    if differing:
        yield Finding("asterisk", f"not as the settings want it until the next start: {', '.join(differing)}", error=False)
    if not pbx.running(settings):
        yield Finding("asterisk", "does not run", error=False)


def _of_installation(installation: Installation) -> Iterator[Finding]:
    if wrong := judge(installation.version):
        yield Finding("asterisk", f"{installation.version}: {wrong}", error=False)
