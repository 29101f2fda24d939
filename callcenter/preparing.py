"""What must be ready before the first caller: flows and their sounds, Asterisk's own record, Asterisk."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterable

from tqdm import tqdm

from callcenter.holding import CannotServe
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
from callcenter.ivr.walking.hotline_flows import NAMED_PROMPTS, Flows
from callcenter.plan import plan
from callcenter.rooms import Rooms
from callcenter.settings import Settings
from callcenter.store.engine import AWAY, Store
from callcenter.telephony import pbx
from callcenter.telephony.embedded import Installation
from callcenter.telephony.record_rows import Rows
from callcenter.telephony.secrets import Secrets

log = logging.getLogger(__name__)


def say(text: str) -> None:
    """One line of progress for whoever started us."""
    print(f"· {text}", file=sys.stderr, flush=True)


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
        say(f"flow in use not right any more: {finding}")
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


async def prepare_record(settings: Settings) -> None:
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


async def start_asterisk(settings: Settings, installation: Installation, secret: Secrets, house: Rooms) -> None:
    if installation.warning:
        say(installation.warning)
    wanted = await plan(settings, installation, secret, house)
    settings.recordings.mkdir(parents=True, exist_ok=True)
    there = await asyncio.to_thread(pbx.start, settings, wanted, installation)
    say(f"Asterisk {there.version} {'goes on' if there.adopted else 'runs'}")
    if settings.asterisk_first and not there.first:
        say("callers may hear the machine's other work: this user may give Asterisk no precedence (docs/running.md, asterisk_first)")
    if there.waiting:
        say(f"counts from Asterisk's next start: {', '.join(there.waiting)}")
