"""`callcenter flow import|export|publish|rollback`: flows between files and the store, and into use; the pages do the same."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from callcenter.ivr.finding import Finding
from callcenter.ivr.in_use import InUse, silent
from callcenter.ivr.kept import Draft, NoSuchFlow, Overtaken
from callcenter.ivr.publishing import NothingBefore, Refused, judge, publish, roll_back
from callcenter.ivr.travel import CannotImport, bring, read_files, write_files
from callcenter.rooms import Rooms, rooms
from callcenter.settings import Settings, read

BY = "command"
"""Who did it, in the history and in the audit: nobody signs in at the command line."""

Doing = Callable[[argparse.Namespace, Settings, Rooms], Awaitable[int]]


def add_to(flow: Any) -> None:
    """The words of the commands, below `flow`."""
    importing = flow.add_parser("import", help="make drafts of files, and say what is wrong with them; nothing is published")
    importing.add_argument("files", nargs="*", type=Path, help="files or folders; the folder of flows when left out")
    importing.add_argument("--force", action="store_true", help="also over a draft with changes that were not published")
    importing.set_defaults(run=_in_store(_import))
    exporting = flow.add_parser("export", help="write flows and their walks as files")
    exporting.add_argument("names", nargs="*", metavar="name", help="all flows when left out")
    exporting.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    exporting.add_argument("--in-use", action="store_true", help="the versions in use instead of the drafts")
    exporting.set_defaults(run=_in_store(_export))
    publishing = flow.add_parser("publish", help="check a draft, walk its scripts, and have new callers walk it from now on")
    publishing.add_argument("name")
    publishing.add_argument("--note", default="", help="what is new in it")
    publishing.set_defaults(run=_in_store(_publish))
    rolling = flow.add_parser("rollback", help="put an earlier version in use again, the one before when none is named")
    rolling.add_argument("name")
    rolling.add_argument("--to", type=int, metavar="VERSION")
    rolling.add_argument("--note", default="", help="why")
    rolling.set_defaults(run=_in_store(_roll_back))


def _in_store(do: Doing) -> Callable[[argparse.Namespace], int]:
    return lambda asked: asyncio.run(_with_rooms(asked, read(), do))


async def _with_rooms(asked: argparse.Namespace, settings: Settings, do: Doing) -> int:
    house = rooms(settings)
    try:
        return await do(asked, settings, house)
    except NoSuchFlow as wrong:
        have = ", ".join(draft.name for draft in await house.flows.drafts()) or "none"
        print(f"there is no flow, or no version of it, {str(wrong)!r}; the flows are {have}", file=sys.stderr)
    except (CannotImport, NothingBefore, Overtaken) as wrong:
        print(wrong, file=sys.stderr)
    except Refused as wrong:
        _say(wrong.findings)
        print(str(wrong).partition(":")[0], file=sys.stderr)
    except OSError as wrong:
        print(f"{wrong.filename}: {wrong.strerror}", file=sys.stderr)
    finally:
        await house.store.close()
    return 1


async def _import(asked: argparse.Namespace, settings: Settings, house: Rooms) -> int:
    in_use = await _in_use(house)
    for file in read_files(asked.files or [settings.flows]):
        draft = await bring(house.flows, file, by=BY, force=asked.force)
        judged = judge(draft.name, draft.text, draft.walks, in_use.around, in_use.flows.by_name)
        _say(judged.findings)
        print(f"{draft.name}: draft, {await _beside(house, draft)}{'' if judged.good else '; it cannot be published as it is'}")
    return 0


async def _export(asked: argparse.Namespace, _settings: Settings, house: Rooms) -> int:
    drafts = [await house.flows.draft(name) for name in asked.names] or await house.flows.drafts()
    texts = [(draft.name, draft.text, draft.walks) for draft in drafts]
    if asked.in_use:
        texts = [(one.flow, one.text, one.walks) for one in await house.flows.in_use() if one.flow in {draft.name for draft in drafts}]
    for path in write_files(asked.output, texts):
        print(path)
    return 0


async def _publish(asked: argparse.Namespace, _settings: Settings, house: Rooms) -> int:
    version = await publish(await _in_use(house), await house.flows.draft(asked.name), by=BY, note=asked.note)
    print(f"{asked.name}: version {version.number} is in use")
    return 0


async def _roll_back(asked: argparse.Namespace, _settings: Settings, house: Rooms) -> int:
    version = await roll_back(await _in_use(house), asked.name, asked.to, by=BY, note=asked.note)
    print(f"{asked.name}: version {version.number} is in use again; the draft stays as it is")
    return 0


async def _in_use(house: Rooms) -> InUse:
    in_use = InUse(house.flows, house.around, silent)
    await in_use.read()
    return in_use


async def _beside(house: Rooms, draft: Draft) -> str:
    """How a draft stands to the version in use, in words."""
    if draft.number is None:
        return "never published"
    version = await house.flows.version(draft.name, draft.number)
    same = (version.text, version.walks) == (draft.text, draft.walks)
    return f"{'as' if same else 'differs from'} version {draft.number} in use"


def _say(findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        print(finding, file=sys.stderr)
