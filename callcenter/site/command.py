"""`callcenter site …` and `callcenter people …`: setting up a centre, and its people, from the command line."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from callcenter.people.passwords import invented
from callcenter.people.service import People
from callcenter.settings import Settings, read
from callcenter.site.apply import Applied, apply
from callcenter.site.read import read_site
from callcenter.store.engine import Store

BY = "command"
"""Who did it, in the audit: nobody signs in at the command line."""


def add_to(commands: Any) -> None:
    """The words of both commands."""
    site = commands.add_parser("site", help="the centre's set-up").add_subparsers(required=True, metavar="what")
    applying = site.add_parser("apply", help="take queues, hotlines, seats, people and words from a site file; nothing is removed")
    applying.add_argument("file", type=Path)
    applying.add_argument("--dry-run", action="store_true", help="only say what would change")
    applying.set_defaults(run=_apply)
    people = commands.add_parser("people", help="who may sign in").add_subparsers(required=True, metavar="what")
    people.add_parser("list", help="everybody, with roles and queues").set_defaults(run=_people(_list))
    password = people.add_parser("password", help="give somebody a new password and end his sessions")
    password.add_argument("number")
    password.set_defaults(run=_people(_password))
    dismissing = people.add_parser("dismiss", help="somebody may not sign in any more: his sessions and his seat end now")
    dismissing.add_argument("number")
    dismissing.set_defaults(run=_people(_dismiss))


def _apply(asked: argparse.Namespace) -> int:
    try:
        source = asked.file.read_bytes().decode("utf-8", errors="replace")
    except OSError as wrong:
        print(f"{asked.file}: {wrong.strerror}", file=sys.stderr)
        return 1
    found = read_site(source, str(asked.file))
    for finding in found.findings:
        print(finding, file=sys.stderr)
    if found.site is None:
        return 1
    site = found.site

    async def go(people: People, store: Store) -> int:
        _tell(await apply(site, store, people, by=BY, dry_run=asked.dry_run))
        return 0

    return asyncio.run(_with_people(read(), go))


def _tell(applied: Applied) -> None:
    print("\n".join(applied.done) or "everything is there as the file says")
    for line in applied.besides:
        print(f"{line}: not in the file; it stays")
    for number, password in applied.passwords.items():
        print(f"the password of {number}: {password}  (shown once)")
    if applied.done:
        print("A running server takes queues, hotlines and seats at its next start; people at once.")


Doing = Callable[[People, Store], Awaitable[int]]


def _people(do: Callable[[argparse.Namespace, People], Awaitable[int]]) -> Callable[[argparse.Namespace], int]:
    return lambda asked: asyncio.run(_with_people(read(), lambda people, _store: do(asked, people)))


async def _with_people(settings: Settings, do: Doing) -> int:
    store = Store(settings.database_url)
    try:
        return await do(People(store, idle_ms=settings.session_h * 3_600_000), store)
    finally:
        await store.close()


async def _list(_asked: argparse.Namespace, people: People) -> int:
    for one in await people.everybody():
        state = "" if one.active else "  (dismissed)"
        print(f"{one.number:<8} {'/'.join(one.roles):<12} {one.name}  {', '.join(one.queues)}{state}")
    return 0


async def _password(asked: argparse.Namespace, people: People) -> int:
    if not await _there(asked.number, people):
        return 1
    password = invented()
    await people.set_password(asked.number, password, by=BY)
    print(f"the password of {asked.number}: {password}  (shown once)")
    return 0


async def _dismiss(asked: argparse.Namespace, people: People) -> int:
    if not await _there(asked.number, people):
        return 1
    await people.dismiss(asked.number, by=BY)
    print(f"{asked.number} may not sign in any more")
    return 0


async def _there(number: str, people: People) -> bool:
    numbers = [one.number for one in await people.everybody()]
    if number not in numbers:
        print(f"nobody has the number {number!r}; the numbers are {', '.join(numbers) or 'none'}", file=sys.stderr)
    return number in numbers
