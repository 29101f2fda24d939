"""`callcenter audit`: the floor and the record beside what Asterisk shows and wrote down itself."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import aiohttp

from callcenter.calls.told import iso
from callcenter.comparison.period import gaps_of, of_period, recordings_of
from callcenter.comparison.token import NAME
from callcenter.comparison.told import differs, incomplete, no_floor
from callcenter.holding import holder
from callcenter.rooms import rooms
from callcenter.settings import Settings
from callcenter.store.clock import now_ms
from callcenter.telephony.record import opened

DAY_MS = 86_400_000
ANSWER_S = 30.0
"""A look that mends something takes some seconds."""

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}


async def audit(settings: Settings, since: int | None, until: int | None, *, heal: bool = False) -> tuple[dict[str, Any], int]:
    """The contract's object, and the exit status: 0 nothing differs, 1 something does, 2 something could not be looked at.

    The period is the day before `until` when nothing else is asked for, `until` is now; ms. `heal`: where times alone differ, the record
    takes Asterisk's. Raises DBAPIError.
    """
    now = now_ms()
    until = now if until is None else min(until, now)
    since = until - DAY_MS if since is None else since
    runs = bool(holder(settings))
    floor = await ask(settings) if runs else no_floor("the server does not run")
    house = rooms(settings)
    try:
        async with opened(settings) as record:
            ledger = await of_period(record, house.calls, since, until, now, heal=heal)
        recordings = await recordings_of(house.calls, since, until, now)
        gaps = await gaps_of(house.calls, since, until)
    finally:
        await house.store.close()
    told = {"from": iso(since), "to": iso(until), "floor": floor, "ledger": ledger, "recordings": recordings, "gaps": gaps}
    return told, 1 if differs(told) else 2 if incomplete(told, serving=runs) else 0


async def ask(settings: Settings) -> dict[str, Any]:
    """What the running server says of its floor."""
    try:
        shown = (settings.data_dir / NAME).read_text(encoding="ascii").strip()
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_S)) as session,
            session.get(address(settings), headers={"Authorization": f"Bearer {shown}"}, ssl=trust(settings)) as answer,
        ):
            answer.raise_for_status()
            told: dict[str, Any] = await answer.json()
            return told
    except (OSError, aiohttp.ClientError, TimeoutError) as wrong:
        return no_floor(f"the server did not answer: {wrong or type(wrong).__name__}")


def address(settings: Settings) -> str:
    """Where the server listens, as this machine reaches it."""
    host = settings.http_host
    host = EVERYWHERE.get(host) or (f"[{host}]" if ":" in host else host)
    return f"{'https' if settings.https else 'http'}://{host}:{settings.http_port}/comparison/floor"


def trust(settings: Settings) -> ssl.SSLContext | bool:
    """Our own certificate and no other: it names what users type, not this machine."""
    if not settings.https:
        return True
    context = ssl.create_default_context(cafile=str(Path(settings.tls_certificate)))
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def in_words(told: dict[str, Any]) -> str:
    """The same for a person: one line a difference."""
    floor, ledger, recordings = told["floor"], told["ledger"], told["recordings"]
    said = [f"floor: {floor['why'] or _count(floor)}"]
    said += [f"  {one['what']} {one['where']}: the floor says {one['floor']}, Asterisk {one['asterisk']}" for one in floor["differences"]]
    said += [f"record: {ledger['why'] or _count(ledger)}, {ledger['calls']} calls"]
    said += [
        f"  {one['call']}, {one['what']}: the record says {one['record']}, Asterisk {one['asterisk']}" for one in ledger["differences"]
    ]
    said += [
        f"  {one['call']}, {one['what']}: put right, the record said {one['record']}, Asterisk {one['asterisk']}"
        for one in ledger["healed"]
    ]
    if ledger["uncovered"]:
        said += [f"  {ledger['uncovered']} calls are older than Asterisk's own record"]
    said += [f"recordings: {_count(recordings)}, {recordings['checked']} looked at"]
    said += [f"  {one['call'] or 'no call'}: {one['recording']} is {one['what']}" for one in recordings["differences"]]
    said += [f"gap: {one['started']} to {one['ended']} ({one['why']}), calls rebuilt: {one['rebuilt']}" for one in told["gaps"]]
    return "\n".join(said)


def _count(part: dict[str, Any]) -> str:
    return f"{len(part['differences'])} differences" if part["differences"] else "nothing differs"
