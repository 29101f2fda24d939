"""The commands."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from callcenter import auditing, flow_commands, order_commands, prompt_commands, serving, trail_command
from callcenter.check import check, check_beside
from callcenter.demo import about
from callcenter.holding import CannotServe, holder, make_data_dir
from callcenter.migrations import run as migrations
from callcenter.preparing import say
from callcenter.replay import command
from callcenter.replay.command import CannotReplay
from callcenter.rooms import rooms
from callcenter.seat_secrets import renew_by_command
from callcenter.settings import Settings, SettingsError, read
from callcenter.site import command as site
from callcenter.telephony.embedded import PbxError, ensure_asterisk
from callcenter.telephony.secrets import SecretsError, secrets
from callcenter.web.certificate import self_signed


def main(words: Sequence[str] | None = None) -> None:
    """Run one command. Exit status: 0 done, 1 something is wrong (said on stderr), 2 the command line is wrong."""
    asked = parser().parse_args(words)
    # Recordings, tapes, the database, Asterisk's files with their secrets: what we and Asterisk write is for our own user alone.
    os.umask(0o077)
    begin_log(logging.INFO if asked.run is _serve else logging.WARNING)
    try:
        status = asked.run(asked)
        sys.stdout.flush()
        sys.exit(status)
    except BrokenPipeError:
        # Whoever read us has read enough (head, less): what is left to say goes nowhere, and nothing more is said about it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(128 + signal.SIGPIPE)
    except SettingsError as wrong:
        sys.exit("\n".join(f"setting {finding}" for finding in wrong.findings))
    except (PbxError, SecretsError, CannotServe, migrations.Unusable, CannotReplay) as wrong:
        sys.exit(str(wrong))
    except DBAPIError as wrong:
        sys.exit(f"the database cannot be used: {wrong.orig}; callcenter check says more")
    except KeyboardInterrupt:
        sys.exit(130)


def begin_log(level: int) -> None:
    """The log, on stderr; a command says what it has to say by itself."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for handler in logging.getLogger().handlers:
        handler.addFilter(worth_telling)


def worth_telling(record: logging.LogRecord) -> bool:
    """At Ctrl-C work is called off in the middle: connections that are closed with it are no error."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="callcenter", description="A telephony server for customer-service hotlines.")
    commands = top.add_subparsers(required=True, metavar="command")
    for add in (_add_centre, _add_record, flow_commands.add_to, prompt_commands.add_to, order_commands.add_to, site.add_to, _add_places):
        add(commands)
    return top


def _add_centre(commands: Any) -> None:
    serve = commands.add_parser("serve", help="run the centre: store, Asterisk, prompts, server; Ctrl-C ends all of it")
    serve.add_argument("--demo", action="store_true", help="as a demo, unless the setting demo says otherwise")
    serve.set_defaults(run=_serve)
    commands.add_parser("stop", help="stop a running server and the Asterisk that is ours").set_defaults(run=_stop)

    checking = commands.add_parser("check", help="look at settings, flows, prompts, database and Asterisk; every finding at once")
    checking.add_argument("--json", action="store_true")
    checking.set_defaults(run=_check)


def _add_record(commands: Any) -> None:
    calls = commands.add_parser("calls", help="tell the record, one call a line, oldest first")
    calls.add_argument("--json", action="store_true", required=True)
    calls.add_argument("--since", type=moment, metavar="T", help="began at or after T (ISO 8601; without an offset in the site's zone)")
    calls.add_argument("--until", type=moment, metavar="T", help="began before T")
    calls.set_defaults(run=_calls)

    auditing_ = commands.add_parser("audit", help="compare the floor and the record with what Asterisk shows and wrote down itself")
    auditing_.add_argument("--json", action="store_true")
    auditing_.add_argument("--since", type=moment, metavar="T", help="began at or after T; a day before the end when left out")
    auditing_.add_argument("--until", type=moment, metavar="T", help="began before T; now when left out")
    auditing_.add_argument("--heal", action="store_true", help="where times alone differ, the record takes Asterisk's own")
    auditing_.set_defaults(run=_audit)

    trail = commands.add_parser("trail", help="tell who did what that matters, oldest first, and whether the trail is as it was written")
    trail.add_argument("--json", action="store_true")
    trail.add_argument("--since", type=moment, metavar="T", help="at or after T")
    trail.add_argument("--until", type=moment, metavar="T", help="before T")
    trail.set_defaults(run=_trail)

    replaying = commands.add_parser(
        "replay", help="tell the calls of tapes, or of AMI streams of any Asterisk, folded again without store and Asterisk"
    )
    replaying.add_argument(
        "file", type=Path, nargs="*", help="tapes or AMI text streams, compressed or not, in the order in which they were written"
    )
    way = replaying.add_mutually_exclusive_group(required=True)
    way.add_argument("--json", action="store_true", help="print the calls, as callcenter calls does")
    way.add_argument("--write", action="store_true", help="make the record of a period anew; without a file, from the tapes of that period")
    replaying.add_argument("--since", type=moment, metavar="T", help="calls that began at or after T")
    replaying.add_argument("--until", type=moment, metavar="T", help="calls that began before T")
    replaying.add_argument("--dry-run", action="store_true", help="with --write: only say what would change")
    replaying.set_defaults(run=_replay)


def _add_places(commands: Any) -> None:
    """Asterisk, the store, the demo, a certificate."""
    asterisk = commands.add_parser("pbx", help="Asterisk").add_subparsers(required=True, metavar="what")
    asterisk.add_parser("fetch", help="have an Asterisk ready: the installed one or the embedded one").set_defaults(run=_pbx_fetch)
    render = asterisk.add_parser("render", help="make a folder with Asterisk's files in etc/, for an Asterisk of your own")
    render.add_argument("folder", type=Path)
    render.set_defaults(run=_pbx_render)
    renewing = asterisk.add_parser("renew", help="give seats new secrets for their phones, all seats when none is named; no call ends")
    renewing.add_argument("seat", nargs="*")
    renewing.set_defaults(run=_pbx_renew)

    db = commands.add_parser("db", help="the store").add_subparsers(required=True, metavar="what")
    db.add_parser("upgrade", help="bring the store to this version's schema").set_defaults(run=_db_upgrade)
    db.add_parser("current", help="which schema the store has, and which is needed").set_defaults(run=_db_current)

    demo = commands.add_parser("demo", help="what the demo offers: hotlines, seats, sign-ins")
    demo.add_argument("--json", action="store_true", required=True)
    demo.set_defaults(run=_demo)

    certificate = commands.add_parser("certificate", help="make a self-signed certificate for HTTPS")
    certificate.add_argument("name", nargs="+", help="host names and addresses that users type")
    certificate.set_defaults(run=_certificate)


def moment(text: str) -> datetime:
    """An ISO 8601 time, as given on the command line."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO 8601 time such as 2026-11-22T09:00:00+08:00") from None


def _serve(asked: argparse.Namespace) -> int:
    settings = read(defaults={"demo": True} if asked.demo else None)
    try:
        return asyncio.run(serving.serve(settings))
    except KeyboardInterrupt:
        # Ctrl-C before all was up: Asterisk may run already.
        serving.stop(settings)
        raise


def _stop(_asked: argparse.Namespace) -> int:
    return serving.stop(read())


def _check(asked: argparse.Namespace) -> int:
    try:
        findings = asyncio.run(check(read()))
    except SettingsError as wrong:
        findings = asyncio.run(check_beside(wrong))
    if asked.json:
        print(json.dumps([finding.told() for finding in findings], ensure_ascii=False))
    else:
        print("\n".join(str(finding) for finding in findings) or "everything is as it should be")
    return int(any(finding.error for finding in findings))


def _calls(asked: argparse.Namespace) -> int:
    asyncio.run(_tell_calls(read(), asked.since, asked.until))
    return 0


async def _tell_calls(settings: Settings, since: datetime | None, until: datetime | None) -> None:
    house = rooms(settings)

    async def cases_of(calls: Sequence[str]) -> dict[str, list[str]]:
        return {call: [case.number for case in cases] for call, cases in (await house.cases.of_calls(calls)).items()}

    try:
        async for call in house.calls.told(millis(since, settings), millis(until, settings), cases_of):
            print(json.dumps(call, ensure_ascii=False))
    finally:
        await house.store.close()


def millis(at: datetime | None, settings: Settings) -> int | None:
    """Milliseconds since the epoch; a time without an offset is the site's."""
    if at is None:
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=settings.zone)
    return int(aware.astimezone(UTC).timestamp() * 1000)


def _audit(asked: argparse.Namespace) -> int:
    try:
        settings = read()
        since, until = millis(asked.since, settings), millis(asked.until, settings)
        told, status = asyncio.run(auditing.audit(settings, since, until, heal=asked.heal))
    except SettingsError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except DBAPIError as wrong:
        print(f"the database cannot be used: {wrong.orig}; callcenter check says more", file=sys.stderr)
        return 2
    print(json.dumps(told, ensure_ascii=False) if asked.json else auditing.in_words(told))
    return status


def _trail(asked: argparse.Namespace) -> int:
    settings = read()
    return asyncio.run(trail_command.tell(settings, millis(asked.since, settings), millis(asked.until, settings), as_json=asked.json))


def _replay(asked: argparse.Namespace) -> int:
    if asked.json and (not asked.file or asked.dry_run):
        print("replay --json wants files, and writes nothing", file=sys.stderr)
        return 2
    settings = read()
    since, until = millis(asked.since, settings), millis(asked.until, settings)
    if asked.json:
        return command.tell(settings, asked.file, since, until)
    served = holder(settings) != 0
    return asyncio.run(command.write(settings, asked.file, since, until, served=served, dry_run=asked.dry_run))


def _pbx_fetch(_asked: argparse.Namespace) -> int:
    found = ensure_asterisk(read(), say)
    print(f"Asterisk {found.version}")
    return 0


def _pbx_render(asked: argparse.Namespace) -> int:
    return asyncio.run(serving.render_into(read(), asked.folder))


def _pbx_renew(asked: argparse.Namespace) -> int:
    return asyncio.run(renew_by_command(read(), asked.seat))


def _db_upgrade(_asked: argparse.Namespace) -> int:
    settings = read()
    make_data_dir(settings)
    asyncio.run(migrations.upgrade(settings.database_url))
    return 0


def _db_current(_asked: argparse.Namespace) -> int:
    has = asyncio.run(migrations.current(read().database_url))
    print(f"the store has {has or 'no schema'}; this version needs {migrations.newest()}")
    return int(has != migrations.newest())


def _demo(_asked: argparse.Namespace) -> int:
    settings = read()
    if not settings.demo:
        sys.exit("this is no demo; callcenter serve --demo makes one")
    print(json.dumps(asyncio.run(about(settings, secrets(settings))), ensure_ascii=False, indent=1))
    return 0


def _certificate(asked: argparse.Namespace) -> int:
    settings = read()
    make_data_dir(settings)
    chain, key = self_signed(settings.data_dir / "tls", asked.name)
    print(f"tls_certificate = {str(chain)!r}\ntls_key = {str(key)!r}")
    return 0
