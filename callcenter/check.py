"""`callcenter check`: everything that is not as it should be, at once."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from callcenter.audit.service import verify
from callcenter.holding import CannotServe, holder, port_free, tls_of
from callcenter.ivr.checking.check import Known, check_files
from callcenter.ivr.language.load import read_prompts
from callcenter.ivr.published.around import prompts_of
from callcenter.ivr.published.in_use import InUse, silent
from callcenter.ivr.published.states import files_of
from callcenter.ivr.published.travel import differing
from callcenter.ivr.sounds.prompts import Prompts, fixed_texts
from callcenter.ivr.sounds.speech import SpeechError, Voice
from callcenter.ivr.walking.hotline_flows import NAMED_PROMPTS, Flows, flow_files, load_flows
from callcenter.migrations import run as migrations
from callcenter.plan import plan
from callcenter.preparing import speaker
from callcenter.rooms import Rooms, rooms
from callcenter.settings import Settings, SettingsError
from callcenter.telephony import pbx
from callcenter.telephony.embedded import PbxError, found
from callcenter.telephony.secrets import SecretsError, secrets


@dataclass(frozen=True)
class Finding:
    """`where`: settings, actions, flows, prompts, database, audit, asterisk, disk, holidays. An error keeps the centre from working or from
    being believed; anything else is a warning."""

    where: str
    what: str
    error: bool = True

    def __str__(self) -> str:
        return f"{'error' if self.error else 'warning'}: {self.where}: {self.what}"

    def told(self) -> dict[str, Any]:
        return asdict(self)


LEADS_TO: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "data_dir": frozenset({"settings", "database", "audit", "flows", "prompts", "asterisk", "disk"}),
        "database": frozenset({"database", "audit", "flows", "prompts", "asterisk"}),
        "flows_dir": frozenset({"flows", "prompts"}),
        "services_file": frozenset({"actions", "flows"}),
        "actions_module": frozenset({"actions", "flows"}),
        "speech": frozenset({"prompts"}),
        "asterisk": frozenset({"asterisk"}),
        "asterisk_cache": frozenset({"asterisk"}),
        "asterisk_old_ok": frozenset({"asterisk"}),
    }
)
"""Which findings say nothing where a setting is wrong: they would be of what is taken in its place."""


async def check_beside(wrong: SettingsError) -> list[Finding]:
    """The wrong settings, and everything else that can be judged without them."""
    unsaid = frozenset().union(*(LEADS_TO.get(name, frozenset()) for name in wrong.wrong))
    others = [finding for finding in await check(wrong.rest) if finding.where not in unsaid]
    return [*(Finding("settings", finding) for finding in wrong.findings), *others]


async def check(settings: Settings) -> list[Finding]:
    """Every finding; empty when all is well. The settings themselves were read already: they raise SettingsError (`check_beside`)."""
    house = rooms(settings)
    try:
        findings = [*_folders(settings), *_network(settings), *_disk(settings), *_holidays(house)]
        findings += [Finding("actions", str(finding), error=finding.level == "error") for finding in house.not_actions]
        broken = [finding async for finding in _database(settings, house)]
        findings += broken
        if broken:
            # Flows and Asterisk as far as they can be judged without the hotlines, queues and seats of the store.
            of_files = check_files(flow_files(settings.flows), Known(prompts=await prompts_of(settings.flows) or None))
            findings += [Finding("flows", str(finding), error=finding.level == "error") for finding in of_files]
            return [*findings, *_of_installation(settings)]
        findings += [*await _trail(house), *[finding async for finding in _flows(settings, house)]]
        findings += _of_installation(settings)
        findings += [finding async for finding in _asterisk(settings, house)]
        return findings
    finally:
        await house.store.close()


def _folders(settings: Settings) -> Iterator[Finding]:
    for name, folder in (("data_dir", settings.data_dir), ("asterisk_cache", settings.asterisk_cache)):
        there = next(one for one in (folder, *folder.parents) if one.exists())
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            why = "is no folder" if not there.is_dir() else "cannot be written in"
            yield Finding("settings", f"{name}: {there} {why}")


def _network(settings: Settings) -> Iterator[Finding]:
    try:
        tls_of(settings)
        if not holder(settings):
            port_free(settings)
    except CannotServe as wrong:
        yield Finding("settings", str(wrong))
    beyond = settings.http_host not in ("127.0.0.1", "::1", "localhost")
    if beyond and not settings.https and not settings.http_origin.startswith("https:"):
        yield Finding("settings", "the server listens beyond this machine without HTTPS: set tls_certificate and tls_key", error=False)
    if settings.http_origin and not settings.https and not settings.proxies:
        what = "behind a proxy (http_origin) all users share its address, and ten wrong passwords of one keep all out: set trusted_proxies"
        yield Finding("settings", what, error=False)


def _disk(settings: Settings) -> Iterator[Finding]:
    if settings.data_dir.exists() and (free := shutil.disk_usage(settings.data_dir).free) < settings.disk_low_gb << 30:
        yield Finding("disk", f"{free >> 20} MiB are free in {settings.data_dir}", error=False)


def _holidays(house: Rooms) -> Iterator[Finding]:
    if ending := house.hours.public.ending(house.hours.today()):
        yield Finding("holidays", ending, error=False)


async def _database(settings: Settings, house: Rooms) -> AsyncIterator[Finding]:
    if settings.database_url.startswith("sqlite") and not settings.data_dir.exists():
        yield Finding("database", f"there is none in {settings.data_dir} yet; make run or callcenter db upgrade makes it")
        return
    try:
        has = await asyncio.wait_for(migrations.current(settings.database_url), 10)
    except TimeoutError:
        yield Finding("database", "does not answer within 10 s (setting database)")
        return
    except migrations.Unusable as wrong:
        yield Finding("database", str(wrong).splitlines()[0])
        return
    if has is not None and not migrations.known(has):
        yield Finding("database", f"has {has}, which this version does not know: a newer one made it")
    elif has != migrations.newest():
        yield Finding("database", f"has {has or 'no schema'}, this version needs {migrations.newest()}: callcenter db upgrade")


async def _trail(house: Rooms) -> list[Finding]:
    """Whether the audit trail is as it was written."""
    broken = await verify(house.store)
    return [Finding("audit", f"line {broken.seq} of the trail: {broken.why}; somebody wrote in the database")] if broken else []


async def _flows(settings: Settings, house: Rooms) -> AsyncIterator[Finding]:
    drafts = await house.flows.drafts()
    files = await files_of(settings.flows)
    nobodys: set[str] = set()
    if drafts:
        in_use = InUse(house.flows, house.around, silent)
        flows, findings = await in_use.read(), in_use.findings
    else:
        # A fresh centre begins with the files.
        around = await house.around()
        flows, findings = await asyncio.to_thread(load_flows, settings.flows, around.hotlines, around.known)
        if begin := {hotline.flow for hotline in around.hotlines.values()}:
            # Of those that come with us many a centre has no use for one, nor the queues that it names: it stays a draft.
            nobodys = {str(path) for path in flow_files(settings.flows) if path.stem not in begin}
    for finding in findings:
        yield Finding("flows", str(finding), error=finding.level == "error" and finding.file not in nobodys)
    for file, how in differing(drafts, files) if drafts else ():
        what = "is in no flow of the store" if how == "new" else f"differs from what the flow {file.name} was last imported from"
        yield Finding("flows", f"{file.path} {what}: callcenter flow import makes a draft of it", error=False)
    for one in (*await _sounds(settings, flows), *await _named(settings, house)):
        yield one


async def _sounds(settings: Settings, flows: Flows) -> list[Finding]:
    """What callers hear, and who speaks it."""
    findings = []
    engine = speaker(settings)
    async with Voice() as voice:
        missing = Prompts(settings.prompts, voice, speaker=engine).missing(fixed_texts(flows.by_name.values()))
    if missing:
        findings.append(Finding("prompts", f"{len(missing)} are not spoken yet; the next start does it", error=False))
    try:
        if engine is not None:
            await engine.samples("您好", "zh")
    except SpeechError as wrong:
        findings.append(Finding("prompts", f"the bundled voice speaks: {wrong} (setting speech)", error=False))
    return findings


async def _named(settings: Settings, house: Rooms) -> list[Finding]:
    """The named prompts of the folder of flows, where it has any, beside those of the store."""
    file = settings.flows / NAMED_PROMPTS
    if not file.exists():
        return []
    texts, wrong = await asyncio.to_thread(read_prompts, file)
    findings = [Finding("prompts", str(one)) for one in wrong]
    # A fresh centre begins with the file.
    if await house.prompts.all() and (names := await house.prompts.differing(texts)):
        what = f"{file} differs from what was last imported ({', '.join(names)}): callcenter prompts import takes it"
        findings.append(Finding("prompts", what, error=False))
    return findings


def _of_installation(settings: Settings) -> Iterator[Finding]:
    if settings.asterisk == "external":
        return
    try:
        here = found(settings)
    except PbxError as wrong:
        yield Finding("asterisk", str(wrong))
        return
    if isinstance(here, str):
        yield Finding("asterisk", here, error=settings.asterisk == "installed")
    elif here.warning:
        yield Finding("asterisk", here.warning, error=False)


async def _asterisk(settings: Settings, house: Rooms) -> AsyncIterator[Finding]:
    if settings.asterisk == "external":
        if wrong := await _unreachable(settings.ami_host, settings.ami_port):
            yield Finding("asterisk", f"{wrong} (settings ami_host, ami_port)")
        if not settings.record_url and not settings.record_folder.is_dir():
            what = "nothing will tell what happens while the server is away: Asterisk's own record is nowhere (setting asterisk_record)"
            yield Finding("asterisk", what, error=False)
        return
    try:
        here = found(settings)
        if isinstance(here, str):
            return
        wanted = await plan(settings, here, secrets(settings, await house.people.seats()), house)
        differing = pbx.differing(settings, wanted)
    except (PbxError, SecretsError) as wrong:
        yield Finding("asterisk", str(wrong))
        return
    if differing and (settings.asterisk_dir / "etc").exists():
        yield Finding("asterisk", f"not as the settings want it until the next start: {', '.join(differing)}", error=False)
    if not pbx.running(settings):
        for finding in pbx.taken_ports(settings):
            yield Finding("asterisk", finding)
        yield Finding("asterisk", "does not run", error=False)


async def _unreachable(host: str, port: int) -> str:
    """Why Asterisk's manager interface does not greet; empty when it does."""
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection(host, port)
            greeting = await reader.readline()
            writer.close()
    except (OSError, TimeoutError) as wrong:
        return f"{host}:{port} does not answer: {wrong or 'within 5 s'}"
    return "" if greeting.startswith(b"Asterisk Call Manager") else f"{host}:{port} is no manager interface"
